package ringfence.host.http;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import ringfence.sandbox.permission.ListenGrant;

/// How a host is served. Immutable.
///
/// @param listen address and port; port 0 takes a free one
/// @param token what clients must show
/// @param names lower-case names beside addresses and `localhost` that clients reach this host by
/// @param mostBodyBytes of one request; of all together eight times that
/// @param headTime in which a client must have said what it wants, on a connection and after each response
/// @param heartbeat how often a stream without news sends a sign of life, by which it learns that its client has gone
public record ApiOptions(
    ListenGrant listen,
    Optional<AccessToken> token,
    Set<String> names,
    long mostBodyBytes,
    Duration headTime,
    Duration heartbeat) {

  /// Where a host listens unless it is told otherwise.
  public static final ListenGrant DEFAULT_LISTEN = new ListenGrant("127.0.0.1", 7600);

  /// @throws IllegalArgumentException for an address that others reach, without a token
  public ApiOptions {
    names = Set.copyOf(names);
    if (!isLoopback(listen) && token.isEmpty()) {
      throw new IllegalArgumentException(
          listen
              + " can be reached from other machines, so it needs a token; add --token-file FILE, which is made if it is not there");
    }
  }

  /// Serves there, for who has the token if there is one.
  public static ApiOptions at(ListenGrant listen, Optional<AccessToken> token) {
    return new ApiOptions(
        listen, token, Set.of(), 16L << 20, Duration.ofSeconds(20), Duration.ofSeconds(10));
  }

  public ApiOptions withNames(Set<String> more) {
    return new ApiOptions(listen, token, more, mostBodyBytes, headTime, heartbeat);
  }

  public ApiOptions withMostBodyBytes(long bytes) {
    return new ApiOptions(listen, token, names, bytes, headTime, heartbeat);
  }

  public ApiOptions withHeadTime(Duration time) {
    return new ApiOptions(listen, token, names, mostBodyBytes, time, heartbeat);
  }

  public ApiOptions withHeartbeat(Duration time) {
    return new ApiOptions(listen, token, names, mostBodyBytes, headTime, time);
  }

  static boolean isLoopback(ListenGrant listen) {
    return listen.address().startsWith("127.") || listen.address().equals("::1");
  }
}
