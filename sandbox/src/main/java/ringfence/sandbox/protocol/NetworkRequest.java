package ringfence.sandbox.protocol;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a service asks of the network, which only the host has.
///
/// ```
///   BeginFetch -> handle                         OpenServer -> handle
///     WriteBody*, EndBody   (if it has a body)     AwaitRequests -> some requests, and again
///     AwaitResponse -> head                          ReadRequest* -> bytes, none at the end
///     ReadResponse* -> bytes, none at the end        Respond, WriteResponse* | AbortRequest
///   CloseHandle at any time: frees the socket      StopServer: the reply comes when all is served
///
///   OpenWebSocket -> handle
///     ReadWebSocket* -> that it is open, then pieces of messages, at the end that it is closed
///     WriteWebSocket*, CloseWebSocket
///   CloseHandle at any time: frees the socket
/// ```
/// Each reply comes when the step is done, so who waits for it before the next step holds no more than one piece
/// at a time on either side. Heads are JSON, bodies are bytes.
public sealed interface NetworkRequest extends BrokerRequest {
  /// In the place of the number of bytes of a body: there is none.
  long NO_BODY = -1;

  /// In the place of the number of bytes of a body: it ends where it ends.
  long UNKNOWN_LENGTH = -2;

  // ---- out

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

  /// Begin a connection by the WebSocket protocol. The reply is the handle, four bytes little-endian.
  ///
  /// @param url absolute, ws or wss, in the form that a URL parser of the web gives
  /// @param protocols that the service would speak, the preferred one first
  record OpenWebSocket(String url, List<String> protocols) implements NetworkRequest {
    public OpenWebSocket {
      protocols = List.copyOf(protocols);
    }
  }

  /// The reply comes with the next that is to be told of a connection; who asks for no more holds its server up.
  ///
  /// ```
  ///   OPENED  protocol u8[]              that the server has chosen, none if empty; the first reply
  ///   TEXT    last u8     piece u8[]     of a message, which is valid UTF-8 as a whole
  ///   BINARY  last u8     piece u8[]
  ///   CLOSED  code u16le  reason u8[]    the last reply; 1005 if the server gave no code
  /// ```
  record ReadWebSocket(int socket) implements NetworkRequest {
    public static final int OPENED = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSED = 3;
  }

  /// The next bytes of a message, or all of it; the reply comes when they are on their way.
  ///
  /// @param text whether the message is text; the same for all of its pieces
  /// @param last whether the message ends with them
  @SuppressWarnings("ArrayRecordComponent")
  record WriteWebSocket(int socket, boolean text, boolean last, byte[] bytes) implements NetworkRequest {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof WriteWebSocket o
          && o.socket == socket
          && o.text == text
          && o.last == last
          && Arrays.equals(o.bytes, bytes);
    }

    @Override
    public int hashCode() {
      return socket * 31 + Arrays.hashCode(bytes);
    }
  }

  /// Say that no more messages come, and wait a little for the server to do so too. The reply comes at once,
  /// [ReadWebSocket] tells the end.
  ///
  /// @param code 1000, from 3000 to 4999, or [#NO_CODE]
  /// @param reason at most 123 bytes in UTF-8; empty without a code
  record CloseWebSocket(int socket, int code, String reason) implements NetworkRequest {
    /// In the place of a code.
    public static final int NO_CODE = 0;
  }

  // ---- in

  /// Serve on all ports that are granted. The reply is `{"server": 7, "listening": [{"hostname": "127.0.0.1",
  /// "port": 8080}]}`; without such a grant the server is 0.
  record OpenServer() implements NetworkRequest {}

  /// The reply comes when requests are there: `[{"exchange": 1, "method": "GET", "target": "/a?b", "host":
  /// "localhost:8080", "headers": [["name", "value"]], "body": false, "remoteAddress": "127.0.0.1", "remotePort":
  /// 4711}]`, and an empty list once the server is stopped. One that belongs to a trace comes alone, with `traceparent` and
  /// `tracestate`.
  record AwaitRequests(int server) implements NetworkRequest {}

  /// The reply is the next bytes of a request's body; none at its end.
  record ReadRequest(int server, long exchange) implements NetworkRequest {}

  /// The head of the answer to a request, and its body if that is at hand.
  ///
  /// @param bodyBytes from 0, or one of the constants
  /// @param bytes the first of the body
  /// @param last whether they are all
  @SuppressWarnings("ArrayRecordComponent")
  record Respond(
      int server,
      long exchange,
      int status,
      List<HttpHeader> headers,
      long bodyBytes,
      byte[] bytes,
      boolean last)
      implements NetworkRequest {
    public Respond {
      headers = List.copyOf(headers);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Respond o
          && o.server == server
          && o.exchange == exchange
          && o.status == status
          && o.headers.equals(headers)
          && o.bodyBytes == bodyBytes
          && o.last == last
          && Arrays.equals(o.bytes, bytes);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(exchange) * 31 + Arrays.hashCode(bytes);
    }
  }

  /// More of the answer's body; the reply comes when the client takes it.
  @SuppressWarnings("ArrayRecordComponent")
  record WriteResponse(int server, long exchange, byte[] bytes, boolean last) implements NetworkRequest {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof WriteResponse o
          && o.server == server
          && o.exchange == exchange
          && o.last == last
          && Arrays.equals(o.bytes, bytes);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(exchange) * 31 + Arrays.hashCode(bytes);
    }
  }

  /// There will be no answer, or not the rest of it: the client is told by the end of its connection.
  record AbortRequest(int server, long exchange) implements NetworkRequest {}

  /// Take no more requests. The reply comes when those under way have ended, or half of the service's time to close
  /// is over.
  record StopServer(int server) implements NetworkRequest {}
}
