package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.sandbox.port.local.LocalPort;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.BrokerMessage.BrokerReply;
import ringfence.sandbox.protocol.ControlEvent.SpanEnded;
import ringfence.sandbox.protocol.ControlEvent.WatchSpans;
import ringfence.sandbox.protocol.EventPolicy;
import ringfence.sandbox.protocol.HttpHeader;
import ringfence.sandbox.protocol.NetworkRequest;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.SpanRecord;
import ringfence.sandbox.protocol.SpanRecord.Kind;
import ringfence.sandbox.protocol.SpanRecord.Outcome;
import ringfence.sandbox.protocol.TraceContext;

/// The trace that a call belongs to, from where it comes in to all that it leads to.
class TraceTest {
  private static final byte[] NO_ARGUMENTS = {1, 0x21, 0, 0, 0, 0};
  private static final byte[] NOTHING = {1, 0};
  private static final int PREFIX = 0x1234;

  private static TraceContext trace(int number) {
    return new TraceContext(1, number, 1, 1, "vendor=" + number);
  }

  private static ServiceMessage.Request request(long id, String function, @Nullable TraceContext trace) {
    return new ServiceMessage.Request(id, 60_000, function, NO_ARGUMENTS, List.of(), trace);
  }

  private static void answer(LocalPort port, ServiceMessage.Request request) {
    ServiceUnderTest.send(port, new ServiceMessage.Response(request.id(), NOTHING));
  }

  private static List<SpanRecord> spans(ServiceUnderTest service) {
    return service.events().stream().filter(SpanEnded.class::isInstance).map(event -> ((SpanEnded) event).span()).toList();
  }

  /// Two calls at once wait in all the ways there are, and each goes on in its own trace.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "await store.first();",
        "await (async () => { await null; await store.first(); })(); await 0;",
        "await new Promise(resolve => setTimeout(resolve, 5));",
        "await new Promise(resolve => store.first().then(resolve));",
        "await Promise.all([store.first(), store.first()]);",
        "try { await store.first(); } finally { await null; }",
        "for (let i = 0; i < 3; i++) await store.first();"
      })
  void aTraceSurvivesWhatAFunctionWaitsFor(String waiting) {
    try (var page =
        ServiceUnderTest.of(
            """
            const { store } = service.imports;
            export async function f() {
              %s
              await store.last();
            }
            """
                .formatted(waiting))) {
      LocalPort store = page.imports("store");
      LocalPort host = page.dependant("host");
      page.start().awaitRunning();
      ServiceUnderTest.send(host, request(1, "f", trace(1)));
      ServiceUnderTest.send(host, request(2, "f", trace(2)));
      ServiceUnderTest.send(host, request(3, "f", null));

      List<@Nullable TraceContext> last = new ArrayList<>();
      Set<@Nullable TraceContext> first = new HashSet<>();
      while (last.size() < 3) {
        ServiceMessage.Request request = (ServiceMessage.Request) ServiceUnderTest.next(store);
        if (request.function().equals("last")) {
          last.add(request.trace());
        } else {
          first.add(request.trace());
        }
        answer(store, request);
      }
      assertThat(first).as("of calls before").isIn(Set.of(), new HashSet<>(last));
      assertThat(last).containsExactlyInAnyOrder(trace(1), trace(2), null);
    }
  }

  @Test
  void aCallIsToldOfAsTwoSpansOfWhichOneIsTheParent() {
    try (var page =
        ServiceUnderTest.of(
            """
            const { store } = service.imports;
            export async function f() { await store.get(); throw new RangeError("no"); }
            export const parent = () => service.traceparent;
            """)) {
      page.send(new WatchSpans(PREFIX));
      LocalPort store = page.imports("store");
      LocalPort host = page.dependant("host");
      page.start().awaitRunning();
      ServiceUnderTest.send(host, request(1, "f", trace(1)));
      ServiceMessage.Request get = (ServiceMessage.Request) ServiceUnderTest.next(store);
      answer(store, get);
      assertThat(ServiceUnderTest.next(host)).isInstanceOf(ServiceMessage.Failure.class);

      ServiceUnderTest.await(() -> assertThat(spans(page)).hasSize(2));
      SpanRecord call = spans(page).get(0);
      SpanRecord serve = spans(page).get(1);
      assertThat(serve.kind()).isEqualTo(Kind.SERVE);
      assertThat(serve.name()).isEqualTo("f");
      assertThat(serve.peer()).isEqualTo("host");
      assertThat(serve.parentId()).isEqualTo(trace(1).spanId());
      assertThat(serve.outcome()).isEqualTo(Outcome.THREW);
      assertThat(call.kind()).isEqualTo(Kind.CALL);
      assertThat(call.name()).isEqualTo("get");
      assertThat(call.parentId()).isEqualTo(serve.context().spanId());
      assertThat(call.outcome()).isEqualTo(Outcome.FINE);
      assertThat(get.trace()).isEqualTo(call.context());
      assertThat(call.context().spanId() >>> 32).isEqualTo(PREFIX);
      assertThat(call.durationMicros()).isBetween(0L, serve.durationMicros());

      // One that is not sampled is passed on, and nothing is told of it.
      TraceContext unsampled = new TraceContext(1, 2, 3, 0, "");
      ServiceUnderTest.send(host, request(2, "parent", unsampled));
      ServiceMessage.Response said = (ServiceMessage.Response) ServiceUnderTest.next(host);
      assertThat(new String(said.value(), StandardCharsets.UTF_8)).contains(unsampled.traceparent());
      assertThat(spans(page)).hasSize(2);
    }
  }

  @Test
  void anEventBringsTheTraceOfWhatEmittedIt() {
    try (var page =
        ServiceUnderTest.of(
            """
            const { store } = service.imports;
            store.on("changed", () => service.emit("shown"));
            """)) {
      page.send(new WatchSpans(PREFIX));
      LocalPort store = page.imports("store");
      LocalPort host = page.dependant("host");
      ServiceUnderTest.send(host, new ServiceMessage.Subscribe(1, EventPolicy.BLOCK, 8));
      page.start().awaitRunning();
      assertThat(ServiceUnderTest.next(store)).isInstanceOf(ServiceMessage.Subscribe.class);
      ServiceUnderTest.send(store, new ServiceMessage.Event("changed", NO_ARGUMENTS, trace(7)));

      ServiceMessage.Event shown = (ServiceMessage.Event) ServiceUnderTest.next(host);
      ServiceUnderTest.await(() -> assertThat(spans(page)).hasSize(1));
      SpanRecord span = spans(page).getFirst();
      assertThat(span.kind()).isEqualTo(Kind.EVENT);
      assertThat(span.name()).isEqualTo("changed");
      assertThat(shown.trace()).isEqualTo(span.context());
    }
  }

  @Test
  void aFetchTakesTheTraceAlongUnlessTheServiceSaysAnother() {
    String own = trace(9).traceparent();
    try (var page =
        ServiceUnderTest.of(
            """
            export function f() { fetch("http://a.test/"); fetch("http://a.test/", { headers: { traceparent: "%s" } }); }
            fetch("http://a.test/");
            """
                .formatted(own))) {
      LocalPort host = page.dependant("host");
      page.start().awaitRunning();
      assertThat(headers(page.awaitCall())).doesNotContainKey("traceparent");
      ServiceUnderTest.send(host, request(1, "f", trace(1)));

      assertThat(headers(page.awaitCall()))
          .containsEntry("traceparent", trace(1).traceparent())
          .containsEntry("tracestate", "vendor=1");
      assertThat(headers(page.awaitCall())).containsEntry("traceparent", own).doesNotContainKey("tracestate");
    }
  }

  private static Map<String, String> headers(BrokerCall call) {
    Map<String, String> headers = new HashMap<>();
    for (HttpHeader header : ((NetworkRequest.BeginFetch) call.request()).headers()) {
      headers.put(header.name(), header.value());
    }
    return headers;
  }

  @Test
  void aRequestOfAClientBelongsToTheTraceThatTheHostNames() {
    try (var page =
        ServiceUnderTest.of(
            """
            const { store } = service.imports;
            export default { async fetch(request) { await null; await store.get(); return new Response(service.traceparent ?? "none"); } };
            """)) {
      LocalPort store = page.imports("store");
      page.start();
      reply(page, page.awaitCall(), "{\"server\":9,\"listening\":[]}");
      String head =
          "\"method\":\"GET\",\"target\":\"/\",\"host\":\"a\",\"headers\":[],\"body\":false,\"remoteAddress\":\"\",\"remotePort\":0";
      reply(
          page,
          page.awaitCall(),
          "[{\"exchange\":1," + head + ",\"traceparent\":\"" + trace(1).traceparent() + "\",\"tracestate\":\"\"}]");
      BrokerCall next = page.awaitCall();
      assertThat(next.request()).isInstanceOf(NetworkRequest.AwaitRequests.class);
      reply(page, next, "[{\"exchange\":2," + head + "}]");

      ServiceMessage.Request traced = (ServiceMessage.Request) ServiceUnderTest.next(store);
      ServiceMessage.Request plain = (ServiceMessage.Request) ServiceUnderTest.next(store);
      assertThat(Objects.requireNonNull(traced.trace()).traceparent()).isEqualTo(trace(1).traceparent());
      assertThat(plain.trace()).isNull();
      answer(store, traced);
      BrokerCall call = page.awaitCall();
      while (!(call.request() instanceof NetworkRequest.Respond)) {
        call = page.awaitCall();
      }
      assertThat(new String(((NetworkRequest.Respond) call.request()).bytes(), StandardCharsets.UTF_8))
          .isEqualTo(trace(1).traceparent());
    }
  }

  private static void reply(ServiceUnderTest service, BrokerCall call, String text) {
    service.tell(new BrokerReply(call.id(), text.getBytes(StandardCharsets.UTF_8)));
  }
}
