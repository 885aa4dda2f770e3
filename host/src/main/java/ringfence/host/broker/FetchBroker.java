package ringfence.host.broker;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import okhttp3.Headers;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;
import ringfence.host.trace.FetchSpan;
import ringfence.host.trace.Tracing;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.protocol.HttpHeader;
import ringfence.sandbox.protocol.NetworkRequest;
import ringfence.sandbox.protocol.NetworkRequest.AwaitResponse;
import ringfence.sandbox.protocol.NetworkRequest.BeginFetch;
import ringfence.sandbox.protocol.NetworkRequest.EndBody;
import ringfence.sandbox.protocol.NetworkRequest.ReadResponse;
import ringfence.sandbox.protocol.NetworkRequest.WriteBody;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.TraceContext;

/// `fetch` for the code of one run. The host follows no redirect: each hop is a fetch of its own, with a decision and
/// a line of the audit log of its own.
///
/// Methods block and have a thread of their own for each request. Thread-safe.
final class FetchBroker {
  private static final RequestBody EMPTY = RequestBody.create(new byte[0], null);
  private static final List<String> REFUSED_METHODS = List.of("CONNECT", "TRACE", "TRACK");

  private final WayOut wayOut;
  private final Limits limits;
  private final Handles handles;
  private final Answers answers;
  private final ServiceName service;
  private final Tracing tracing;

  FetchBroker(
      WayOut wayOut, Limits limits, Handles handles, Answers answers, ServiceName service, Tracing tracing) {
    this.service = service;
    this.tracing = tracing;
    this.wayOut = wayOut;
    this.limits = limits;
    this.handles = handles;
    this.answers = answers;
  }

  /// Decides on an exchange and begins it.
  void begin(long id, BeginFetch asked) throws IOException {
    FetchTarget target;
    Optional<BodyPipe> upload;
    Request request;
    try {
      target = FetchTarget.parse(asked.url());
      upload = upload(asked.bodyBytes());
      request = request(target, asked, upload);
    } catch (IllegalArgumentException e) {
      answers.fail(id, "TypeError", "", String.valueOf(e.getMessage()));
      return;
    }
    wayOut.begin(id, target, () -> fetch(target, request, upload));
  }

  private Fetch fetch(FetchTarget target, Request asked, Optional<BodyPipe> upload) {
    FetchSpan span =
        FetchSpan.begin(
            tracing,
            service,
            asked.method(),
            target.host(),
            target.port(),
            asked.header(TraceContext.TRACEPARENT),
            asked.header(TraceContext.TRACESTATE));
    return new Fetch(target, traced(asked, span.context()), upload, wayOut, limits.responseBytes(), span);
  }

  private static Request traced(Request request, @Nullable TraceContext trace) {
    if (trace == null) {
      return request;
    }
    Request.Builder told = request.newBuilder().header(TraceContext.TRACEPARENT, trace.traceparent());
    return (trace.state().isEmpty()
            ? told.removeHeader(TraceContext.TRACESTATE)
            : told.header(TraceContext.TRACESTATE, trace.state()))
        .build();
  }

  void write(long id, WriteBody asked) throws InterruptedException {
    Optional<Fetch> fetch = handles.get(asked.fetch(), Fetch.class);
    if (fetch.isPresent()) {
      fetch.get().write(asked.bytes());
    }
    // Of a fetch that is over, its reader hears why.
    answers.reply(id, new byte[0]);
  }

  void endBody(long id, EndBody asked) {
    handles.get(asked.fetch(), Fetch.class).ifPresent(Fetch::endBody);
    answers.reply(id, new byte[0]);
  }

  void awaitResponse(long id, AwaitResponse asked) throws InterruptedException, IOException {
    Optional<Fetch> found = handles.get(asked.fetch(), Fetch.class);
    if (found.isEmpty()) {
      failUnknown(id);
      return;
    }
    Fetch.Head head;
    try {
      head = found.get().awaitHead();
    } catch (WayOut.RefusedException e) {
      handles.close(asked.fetch());
      answers.deny(id, e.denied());
      return;
    } catch (IOException e) {
      handles.close(asked.fetch());
      fail(id, found.get().target(), e);
      return;
    }
    if (!head.hasBody()) {
      handles.close(asked.fetch());
    }
    answers.reply(id, NetworkReplies.head(head));
  }

  void readResponse(long id, ReadResponse asked) throws IOException {
    Optional<Fetch> found = handles.get(asked.fetch(), Fetch.class);
    if (found.isEmpty()) {
      failUnknown(id);
      return;
    }
    byte[] bytes;
    try {
      bytes = found.get().read();
    } catch (IOException | RuntimeException e) {
      handles.close(asked.fetch());
      fail(id, found.get().target(), e);
      return;
    }
    if (bytes.length == 0) {
      handles.close(asked.fetch());
    }
    answers.reply(id, bytes);
  }

  private void failUnknown(long id) {
    answers.fail(id, "TypeError", "", "the exchange is over");
  }

  private void fail(long id, FetchTarget target, Exception e) {
    FetchFailure failure = FetchFailure.of(target, e);
    answers.fail(id, failure.name(), failure.code(), failure.message());
  }

  private static Optional<BodyPipe> upload(long bodyBytes) {
    if (bodyBytes == NetworkRequest.NO_BODY) {
      return Optional.empty();
    }
    if (bodyBytes < 0 && bodyBytes != NetworkRequest.UNKNOWN_LENGTH) {
      throw new IllegalArgumentException("the request's body has no such length");
    }
    return Optional.of(new BodyPipe(Math.max(-1, bodyBytes)));
  }

  private static Request request(FetchTarget target, BeginFetch asked, Optional<BodyPipe> upload) {
    String method = asked.method();
    if (!HttpText.isToken(method) || REFUSED_METHODS.contains(method.toUpperCase(java.util.Locale.ROOT))) {
      throw new IllegalArgumentException("the method is not one that can be sent");
    }
    boolean bare = method.equals("GET") || method.equals("HEAD");
    if (bare && upload.isPresent()) {
      throw new IllegalArgumentException("a " + method + " request has no body");
    }
    Headers.Builder headers = new Headers.Builder();
    for (HttpHeader header : HttpText.checked(asked.headers())) {
      headers.addUnsafeNonAscii(header.name(), HttpText.utf8(header.value()));
    }
    if (headers.get("Accept-Encoding") == null) {
      // Its own would keep the client from letting the bytes through as they are.
      headers.set("Accept-Encoding", headers.get("Range") == null ? "gzip, deflate" : "identity");
    }
    if (headers.get("User-Agent") == null) {
      headers.set("User-Agent", "Ringfence");
    }
    RequestBody body = upload.isPresent() ? upload.get() : needsBody(method) ? EMPTY : null;
    return new Request.Builder().url(target.url()).headers(headers.build()).method(method, body).build();
  }

  private static boolean needsBody(String method) {
    return switch (method) {
      case "POST", "PUT", "PATCH", "PROPPATCH", "REPORT", "QUERY" -> true;
      default -> false;
    };
  }
}
