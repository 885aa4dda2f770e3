package ringfence.jsruntime.context;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import ringfence.sandbox.protocol.BrokerRequest;
import ringfence.sandbox.protocol.BrokerRequest.CloseHandle;
import ringfence.sandbox.protocol.HttpHeader;
import ringfence.sandbox.protocol.NetworkRequest;
import ringfence.sandbox.protocol.TraceContext;

/// What the prelude can ask of the network. Each function gives the number of its call, or why there is none.
final class NetworkBindings {
  private final GuestCalls calls;

  private NetworkBindings(GuestCalls calls) {
    this.calls = calls;
  }

  /// Gives a context's prelude the functions.
  ///
  /// @param put takes each function by its name
  static void bind(GuestCalls calls, BiConsumer<String, ProxyExecutable> put) {
    NetworkBindings network = new NetworkBindings(calls);
    network.bindFetch(put);
    network.bindWebSocket(put);
    network.bindServer(put);
  }

  private void bindFetch(BiConsumer<String, ProxyExecutable> put) {
    put.accept(
        "beginFetch",
        a ->
            ask(
                new NetworkRequest.BeginFetch(
                    a[0].asString(), a[1].asString(), traced(headers(a[2].asString())), length(a[3]))));
    put.accept("writeBody", a -> ask(new NetworkRequest.WriteBody(a[0].asInt(), bytes(a[1], a[2], a[3]))));
    put.accept("endBody", a -> ask(new NetworkRequest.EndBody(a[0].asInt())));
    put.accept("awaitResponse", a -> ask(new NetworkRequest.AwaitResponse(a[0].asInt())));
    put.accept("readResponse", a -> ask(new NetworkRequest.ReadResponse(a[0].asInt())));
    put.accept("closeExchange", a -> ask(new CloseHandle(a[0].asInt())));
  }

  private void bindWebSocket(BiConsumer<String, ProxyExecutable> put) {
    put.accept(
        "openWebSocket",
        a -> ask(new NetworkRequest.OpenWebSocket(a[0].asString(), a[1].asString().lines().toList())));
    put.accept("readWebSocket", a -> ask(new NetworkRequest.ReadWebSocket(a[0].asInt())));
    put.accept(
        "writeWebSocket",
        a ->
            ask(
                new NetworkRequest.WriteWebSocket(
                    a[0].asInt(), a[1].asBoolean(), a[2].asBoolean(), bytes(a[3], a[4], a[5]))));
    put.accept(
        "closeWebSocket",
        a -> ask(new NetworkRequest.CloseWebSocket(a[0].asInt(), a[1].asInt(), a[2].asString())));
  }

  private void bindServer(BiConsumer<String, ProxyExecutable> put) {
    put.accept(
        "enterTrace",
        a -> {
          // Until the end of the macrotask, which is the handling of one request up to where it waits.
          TraceContext _ = calls.links().spans().enter(TraceContext.parse(a[0].asString(), a[1].asString()));
          return null;
        });
    put.accept("openServer", _ -> ask(new NetworkRequest.OpenServer()));
    put.accept("awaitRequests", a -> ask(new NetworkRequest.AwaitRequests(a[0].asInt())));
    put.accept("readRequest", a -> ask(new NetworkRequest.ReadRequest(a[0].asInt(), length(a[1]))));
    put.accept(
        "respond",
        a ->
            ask(
                new NetworkRequest.Respond(
                    a[0].asInt(),
                    length(a[1]),
                    a[2].asInt(),
                    headers(a[3].asString()),
                    length(a[4]),
                    bytes(a[5], a[6], a[7]),
                    a[8].asBoolean())));
    put.accept(
        "writeResponse",
        a ->
            ask(
                new NetworkRequest.WriteResponse(
                    a[0].asInt(), length(a[1]), bytes(a[2], a[3], a[4]), a[5].asBoolean())));
    put.accept("abortRequest", a -> ask(new NetworkRequest.AbortRequest(a[0].asInt(), length(a[1]))));
    put.accept("stopServer", a -> ask(new NetworkRequest.StopServer(a[0].asInt())));
  }

  private Object ask(BrokerRequest request) {
    return Guest.number(calls.ask(request));
  }

  /// JavaScript's numbers are whole up to 2^53.
  private static long length(Value number) {
    return (long) number.asDouble();
  }

  private static byte[] bytes(Value buffer, Value offset, Value size) {
    byte[] bytes = new byte[size.asInt()];
    if (bytes.length > 0) {
      buffer.readBuffer((long) offset.asDouble(), bytes, 0, bytes.length);
    }
    return bytes;
  }

  /// The headers, and what the work at hand belongs to. Headers of the service's own stay as they are.
  private List<HttpHeader> traced(List<HttpHeader> headers) {
    TraceContext trace = calls.links().spans().current();
    if (trace != null
        && headers.stream().noneMatch(header -> header.name().equalsIgnoreCase(TraceContext.TRACEPARENT))) {
      headers.add(new HttpHeader(TraceContext.TRACEPARENT, trace.traceparent()));
      if (!trace.state().isEmpty()) {
        headers.add(new HttpHeader(TraceContext.TRACESTATE, trace.state()));
      }
    }
    return headers;
  }

  /// One on each line, the name up to the first colon. What is wrong with them is the host's to say.
  private static List<HttpHeader> headers(String lines) {
    List<HttpHeader> headers = new ArrayList<>();
    for (int at = 0; at < lines.length(); ) {
      int end = lines.indexOf('\n', at);
      int colon = lines.indexOf(':', at);
      headers.add(new HttpHeader(lines.substring(at, colon), lines.substring(colon + 1, end)));
      at = end + 1;
    }
    return headers;
  }
}
