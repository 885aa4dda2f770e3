package ringfence.host.broker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Finds the addresses that a name stands for.
@FunctionalInterface
interface Resolver {
  /// Looks a name up. Blocks, and ends early when the thread is interrupted.
  ///
  /// @param name in lower case, no address and not `localhost`
  /// @return at least one address
  /// @throws UnknownHostException if there is none, or nobody could be asked
  List<InetAddress> lookup(String name) throws UnknownHostException;
}
