package ringfence.sandbox.protocol;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a service asks of the network, which only the host has.
///
/// ```
///   BeginFetch -> handle
///     WriteBody*, EndBody   (if it has a body)
///     AwaitResponse -> head
///     ReadResponse* -> bytes, none at the end
///   CloseHandle at any time: frees the socket
/// ```
/// Each reply comes when the step is done, so who waits for it before the next step holds no more than one piece
/// at a time on either side. Heads are JSON, bodies are bytes.
public sealed interface NetworkRequest extends BrokerRequest {
  /// In the place of the number of bytes of a body: there is none.
  long NO_BODY = -1;

  /// In the place of the number of bytes of a body: it ends where it ends.
  long UNKNOWN_LENGTH = -2;

  /// Begin one exchange with a server; a redirect is an answer like others. The reply is the handle, four bytes
  /// little-endian.
  ///
  /// @param url absolute, in the form that a URL parser of the web gives
  /// @param bodyBytes from 0, or one of the constants
  record BeginFetch(String method, String url, List<HttpHeader> headers, long bodyBytes) implements NetworkRequest {
    public BeginFetch {
      headers = List.copyOf(headers);
    }
  }

  /// The next bytes of the request's body; the reply comes when they are on their way.
  // Passed on, never compared but in tests.
  @SuppressWarnings("ArrayRecordComponent")
  record WriteBody(int fetch, byte[] bytes) implements NetworkRequest {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof WriteBody o && o.fetch == fetch && Arrays.equals(o.bytes, bytes);
    }

    @Override
    public int hashCode() {
      return fetch * 31 + Arrays.hashCode(bytes);
    }
  }

  /// The request's body has ended.
  record EndBody(int fetch) implements NetworkRequest {}

  /// The reply comes with the response: `{"status": 200, "statusText": "OK", "headers": [["name", "value"]],
  /// "body": true}`.
  record AwaitResponse(int fetch) implements NetworkRequest {}

  /// The reply is the next bytes of the response's body, decoded; none at its end.
  record ReadResponse(int fetch) implements NetworkRequest {}
}
