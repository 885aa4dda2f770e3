package ringfence.sandbox.protocol;

import java.util.ArrayList;
import java.util.List;
import ringfence.sandbox.protocol.NetworkRequest.AbortRequest;
import ringfence.sandbox.protocol.NetworkRequest.AwaitRequests;
import ringfence.sandbox.protocol.NetworkRequest.AwaitResponse;
import ringfence.sandbox.protocol.NetworkRequest.BeginFetch;
import ringfence.sandbox.protocol.NetworkRequest.CloseWebSocket;
import ringfence.sandbox.protocol.NetworkRequest.EndBody;
import ringfence.sandbox.protocol.NetworkRequest.OpenServer;
import ringfence.sandbox.protocol.NetworkRequest.OpenWebSocket;
import ringfence.sandbox.protocol.NetworkRequest.ReadRequest;
import ringfence.sandbox.protocol.NetworkRequest.ReadResponse;
import ringfence.sandbox.protocol.NetworkRequest.ReadWebSocket;
import ringfence.sandbox.protocol.NetworkRequest.Respond;
import ringfence.sandbox.protocol.NetworkRequest.StopServer;
import ringfence.sandbox.protocol.NetworkRequest.WriteBody;
import ringfence.sandbox.protocol.NetworkRequest.WriteResponse;
import ringfence.sandbox.protocol.NetworkRequest.WriteWebSocket;

/// The bytes of a [NetworkRequest], in the place that [BrokerCodec] has for a request.
final class NetworkRequestCodec {
  /// The kinds are from here to [#LAST_KIND].
  static final int FIRST_KIND = 48;

  static final int LAST_KIND = 63;

  private static final int BEGIN_FETCH = FIRST_KIND;
  private static final int WRITE_BODY = FIRST_KIND + 1;
  private static final int END_BODY = FIRST_KIND + 2;
  private static final int AWAIT_RESPONSE = FIRST_KIND + 3;
  private static final int READ_RESPONSE = FIRST_KIND + 4;
  private static final int OPEN_SERVER = FIRST_KIND + 5;
  private static final int AWAIT_REQUESTS = FIRST_KIND + 6;
  private static final int READ_REQUEST = FIRST_KIND + 7;
  private static final int RESPOND = FIRST_KIND + 8;
  private static final int WRITE_RESPONSE = FIRST_KIND + 9;
  private static final int ABORT_REQUEST = FIRST_KIND + 10;
  private static final int STOP_SERVER = FIRST_KIND + 11;
  private static final int OPEN_WEB_SOCKET = FIRST_KIND + 12;
  private static final int READ_WEB_SOCKET = FIRST_KIND + 13;
  private static final int WRITE_WEB_SOCKET = FIRST_KIND + 14;
  private static final int CLOSE_WEB_SOCKET = FIRST_KIND + 15;

  /// Two lengths.
  private static final int LEAST_HEADER_BYTES = 8;

  /// A length.
  private static final int LEAST_TEXT_BYTES = 4;

  private NetworkRequestCodec() {}

  static boolean knows(int kind) {
    return kind >= FIRST_KIND && kind <= LAST_KIND;
  }

  static MessageWriter write(MessageWriter out, NetworkRequest request) {
    return switch (request) {
      case BeginFetch r ->
          headers(out.u8(BEGIN_FETCH).text(r.method()).text(r.url()), r.headers()).i64(r.bodyBytes());
      case WriteBody r -> out.u8(WRITE_BODY).u32(r.fetch()).bytes(r.bytes());
      case EndBody r -> out.u8(END_BODY).u32(r.fetch());
      case AwaitResponse r -> out.u8(AWAIT_RESPONSE).u32(r.fetch());
      case ReadResponse r -> out.u8(READ_RESPONSE).u32(r.fetch());
      case OpenServer _ -> out.u8(OPEN_SERVER);
      case AwaitRequests r -> out.u8(AWAIT_REQUESTS).u32(r.server());
      case ReadRequest r -> out.u8(READ_REQUEST).u32(r.server()).i64(r.exchange());
      case Respond r ->
          headers(
                  out.u8(RESPOND).u32(r.server()).i64(r.exchange()).u32(r.status()),
                  r.headers())
              .i64(r.bodyBytes())
              .bytes(r.bytes())
              .flag(r.last());
      case WriteResponse r ->
          out.u8(WRITE_RESPONSE).u32(r.server()).i64(r.exchange()).bytes(r.bytes()).flag(r.last());
      case AbortRequest r -> out.u8(ABORT_REQUEST).u32(r.server()).i64(r.exchange());
      case StopServer r -> out.u8(STOP_SERVER).u32(r.server());
      case OpenWebSocket r -> texts(out.u8(OPEN_WEB_SOCKET).text(r.url()), r.protocols());
      case ReadWebSocket r -> out.u8(READ_WEB_SOCKET).u32(r.socket());
      case WriteWebSocket r ->
          out.u8(WRITE_WEB_SOCKET).u32(r.socket()).flag(r.text()).flag(r.last()).bytes(r.bytes());
      case CloseWebSocket r -> out.u8(CLOSE_WEB_SOCKET).u32(r.socket()).u32(r.code()).text(r.reason());
    };
  }

  static NetworkRequest read(int kind, MessageReader in) {
    return switch (kind) {
      case BEGIN_FETCH ->
          new BeginFetch(in.text("method"), in.text("url"), headers(in), in.i64("bodyBytes"));
      case WRITE_BODY -> new WriteBody(in.u32("fetch"), in.bytes("bytes"));
      case END_BODY -> new EndBody(in.u32("fetch"));
      case AWAIT_RESPONSE -> new AwaitResponse(in.u32("fetch"));
      case READ_RESPONSE -> new ReadResponse(in.u32("fetch"));
      case OPEN_SERVER -> new OpenServer();
      case AWAIT_REQUESTS -> new AwaitRequests(in.u32("server"));
      case READ_REQUEST -> new ReadRequest(in.u32("server"), in.i64("exchange"));
      case RESPOND ->
          new Respond(
              in.u32("server"),
              in.i64("exchange"),
              in.u32("status"),
              headers(in),
              in.i64("bodyBytes"),
              in.bytes("bytes"),
              in.flag("last"));
      case WRITE_RESPONSE ->
          new WriteResponse(in.u32("server"), in.i64("exchange"), in.bytes("bytes"), in.flag("last"));
      case ABORT_REQUEST -> new AbortRequest(in.u32("server"), in.i64("exchange"));
      case STOP_SERVER -> new StopServer(in.u32("server"));
      case OPEN_WEB_SOCKET -> new OpenWebSocket(in.text("url"), texts(in));
      case READ_WEB_SOCKET -> new ReadWebSocket(in.u32("socket"));
      case WRITE_WEB_SOCKET ->
          new WriteWebSocket(in.u32("socket"), in.flag("text"), in.flag("last"), in.bytes("bytes"));
      case CLOSE_WEB_SOCKET -> new CloseWebSocket(in.u32("socket"), in.u32("code"), in.text("reason"));
      default -> throw new MalformedMessageException("no network request has kind " + kind);
    };
  }

  private static MessageWriter headers(MessageWriter out, List<HttpHeader> headers) {
    out.u32(headers.size());
    headers.forEach(header -> out.text(header.name()).text(header.value()));
    return out;
  }

  private static List<HttpHeader> headers(MessageReader in) {
    int count = in.count("headers", LEAST_HEADER_BYTES);
    List<HttpHeader> headers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      headers.add(new HttpHeader(in.text("header name"), in.text("header value")));
    }
    return headers;
  }

  private static MessageWriter texts(MessageWriter out, List<String> texts) {
    out.u32(texts.size());
    texts.forEach(out::text);
    return out;
  }

  private static List<String> texts(MessageReader in) {
    int count = in.count("protocols", LEAST_TEXT_BYTES);
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(in.text("protocol"));
    }
    return texts;
  }
}
