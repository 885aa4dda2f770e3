package ringfence.jsruntime;

import java.io.IOException;
import ringfence.sandbox.port.ConnectionPort;

/// Where the ports of links come from.
@FunctionalInterface
interface RegionSource {
  /// Waits for a region that the host offers, and takes this end of it. Blocks.
  ///
  /// @throws IOException if it does not come in time, or is not as offered
  ConnectionPort open(long regionId) throws IOException;
}
