package ringfence.host.broker;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import ringfence.sandbox.permission.AddressRanges;

/// What a run's network stands on. Only tests have another one than [#ofThisMachine].
///
/// @param resolver makes the resolver of one run
/// @param inside what an address leads to that only a grant of the address itself opens; empty if it is public
/// @param trust in servers; if empty, the JDK's
/// @param connect longest time until a connection is there, TLS apart
/// @param silence longest time in which a server says nothing: before its response, and within it
/// @param headTime longest time in which a client says what it wants, and in which a WebSocket is there
/// @param closing longest time from the close frame of a WebSocket to its end
record NetworkSetup(
    Supplier<Resolver> resolver,
    Function<InetAddress, Optional<String>> inside,
    Optional<Trust> trust,
    Duration connect,
    Duration silence,
    Duration headTime,
    Duration closing) {

  /// Which servers' certificates are good.
  record Trust(SSLSocketFactory sockets, X509TrustManager manager) {}

  /// The machine's resolver and the JDK's trust; 10 s to connect, 300 s of silence, 30 s for a client's head, 5 s for
  /// a WebSocket's end.
  static NetworkSetup ofThisMachine() {
    return new NetworkSetup(
        SystemResolver::new,
        NetworkSetup::inside,
        Optional.empty(),
        Duration.ofSeconds(10),
        Duration.ofSeconds(300),
        Duration.ofSeconds(30),
        Duration.ofSeconds(5));
  }

  /// Ranges that are not of the Internet, and this machine's own addresses: what listens on all of them may trust
  /// who comes from inside.
  static Optional<String> inside(InetAddress address) {
    return AddressRanges.special(address).or(() -> own(address) ? Optional.of("this machine") : Optional.empty());
  }

  private static boolean own(InetAddress address) {
    try {
      return NetworkInterface.getByInetAddress(address) != null;
    } catch (SocketException _) {
      return true;
    }
  }

  NetworkSetup withResolver(Resolver one) {
    return new NetworkSetup(() -> one, inside, trust, connect, silence, headTime, closing);
  }

  NetworkSetup withInside(Function<InetAddress, Optional<String>> rule) {
    return new NetworkSetup(resolver, rule, trust, connect, silence, headTime, closing);
  }

  NetworkSetup withTrust(Trust other) {
    return new NetworkSetup(resolver, inside, Optional.of(other), connect, silence, headTime, closing);
  }

  NetworkSetup withPatience(Duration connecting, Duration silent) {
    return new NetworkSetup(resolver, inside, trust, connecting, silent, headTime, closing);
  }

  NetworkSetup withHeadTime(Duration time) {
    return new NetworkSetup(resolver, inside, trust, connect, silence, time, closing);
  }

  NetworkSetup withClosing(Duration time) {
    return new NetworkSetup(resolver, inside, trust, connect, silence, headTime, time);
  }
}
