package ringfence.jsruntime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.BrokerMessage.BrokerDenied;
import ringfence.sandbox.protocol.BrokerMessage.BrokerFailure;
import ringfence.sandbox.protocol.BrokerMessage.BrokerReply;
import ringfence.sandbox.protocol.BrokerRequest.CloseHandle;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.HttpHeader;
import ringfence.sandbox.protocol.NetworkRequest;

/// `fetch` and `export default { fetch }` over the broker port; the test is the host.
@Timeout(60)
class NetworkTest {
  private static final byte[] HANDLE = {7, 0, 0, 0};

  private static void reply(ServiceUnderTest service, BrokerCall call, String text) {
    service.tell(new BrokerReply(call.id(), text.getBytes(UTF_8)));
  }

  @Test
  void fetchesWithABodyBothWays() {
    try (var service =
        ServiceUnderTest.of(
            """
            const response = await fetch("http://a.test:81/x?y#z", { method: "post", body: "up", headers: { "X-Mine": "1" } });
            console.log(response.status, response.headers.get("x-theirs"), response.url, await response.text());
            """)) {
      service.start();
      BrokerCall begin = service.awaitCall();
      NetworkRequest.BeginFetch asked = (NetworkRequest.BeginFetch) begin.request();
      assertThat(asked.method()).isEqualTo("POST");
      assertThat(asked.url()).isEqualTo("http://a.test:81/x?y");
      assertThat(asked.bodyBytes()).isEqualTo(2);
      assertThat(asked.headers())
          .contains(new HttpHeader("x-mine", "1"), new HttpHeader("content-type", "text/plain;charset=UTF-8"));
      service.tell(new BrokerReply(begin.id(), HANDLE));
      // The body goes up while the head is waited for.
      BrokerCall first = service.awaitCall();
      BrokerCall second = service.awaitCall();
      assertThat(List.of(first.request(), second.request()))
          .containsExactlyInAnyOrder(
              new NetworkRequest.WriteBody(7, "up".getBytes(UTF_8)), new NetworkRequest.AwaitResponse(7));
      BrokerCall write = first.request() instanceof NetworkRequest.WriteBody ? first : second;
      service.tell(new BrokerReply(write.id()));
      BrokerCall end = service.awaitCall();
      assertThat(end.request()).isEqualTo(new NetworkRequest.EndBody(7));
      service.tell(new BrokerReply(end.id()));
      reply(
          service,
          write.equals(first) ? second : first,
          "{\"status\":201,\"statusText\":\"Made\",\"headers\":[[\"X-Theirs\",\"2\"]],\"body\":true}");
      for (String piece : new String[] {"do", "wn", ""}) {
        BrokerCall read = service.awaitCall();
        assertThat(read.request()).isEqualTo(new NetworkRequest.ReadResponse(7));
        reply(service, read, piece);
      }
      service.awaitOutput("201 2 http://a.test:81/x?y down");
    }
  }

  @Test
  void failuresAndDenialsAreErrorsOfTheirOwn() {
    try (var service =
        ServiceUnderTest.of(
            """
            for (let i = 0; i < 3; i++) {
              await fetch("http://a.test/").catch(e => console.log(
                e instanceof TypeError, `${e.name}: ${e.message}`, e.permission, e.cause?.code, e.cause?.message));
            }
            """)) {
      service.start();
      BrokerCall first = service.awaitCall();
      service.tell(new BrokerDenied(first.id(), "net", "a.test:80", "service \"page\" may not"));
      BrokerCall second = service.awaitCall();
      service.tell(new BrokerReply(second.id(), HANDLE));
      BrokerCall head = service.awaitCall();
      service.tell(new BrokerFailure(head.id(), "TypeError", "ECONNREFUSED", "a.test:80 takes no connection"));
      BrokerCall third = service.awaitCall();
      service.tell(new BrokerFailure(third.id(), "BackpressureError", "", "too many"));
      service.awaitOutput(
          "false PermissionDeniedError: service \"page\" may not net undefined undefined",
          "true TypeError: fetch failed: a.test:80 takes no connection undefined ECONNREFUSED a.test:80 takes no connection",
          "false BackpressureError: too many undefined undefined undefined");
    }
  }

  @Test
  void anAbortLetsGoOfTheExchange() {
    try (var service =
        ServiceUnderTest.of(
            """
            const abort = new AbortController();
            setTimeout(() => abort.abort(), 20);
            await fetch("http://a.test/", { signal: abort.signal }).catch(e => console.log(e.name));
            """)) {
      service.start();
      service.tell(new BrokerReply(service.awaitCall().id(), HANDLE));
      BrokerCall call = service.awaitCall();
      if (call.request() instanceof NetworkRequest.AwaitResponse) {
        BrokerCall head = call;
        call = service.awaitCall();
        service.tell(new BrokerFailure(head.id(), "TypeError", "ECONNRESET", "aborted"));
      }
      assertThat(call.request()).isEqualTo(new CloseHandle(7));
      service.tell(new BrokerReply(call.id()));
      service.awaitOutput("AbortError");
    }
  }

  /// Attack: patch what the runtime could use, so that the host is asked for something else.
  @Test
  void patchedBuiltInsChangeNoRequest() {
    try (var service =
        ServiceUnderTest.of(
            """
            Headers; Request; URL;
            Promise.prototype.then = () => { throw new Error("then"); };
            Headers.prototype.append = Headers.prototype.set = () => {};
            Object.defineProperty(Request.prototype, "url", { get: () => "http://evil.test/" });
            Object.defineProperty(URL.prototype, "href", { get: () => "http://evil.test/" });
            JSON.parse = () => ({ status: 299 });
            fetch("http://a.test/");
            """)) {
      service.start();
      BrokerCall begin = service.awaitCall();
      assertThat(((NetworkRequest.BeginFetch) begin.request()).url()).isEqualTo("http://a.test/");
      assertThat(((NetworkRequest.BeginFetch) begin.request()).method()).isEqualTo("GET");
    }
  }

  @Test
  void servesRequestsAndClosesWhenTheyAreDone() {
    try (var service =
        ServiceUnderTest.of(
            """
            export default {
              onListen(place) { console.log("serving", place.hostname, place.port, service.listening.length); },
              async fetch(request, info) {
                if (request.url.endsWith("/throw")) throw new Error("inside");
                const body = request.body === null ? "" : await request.text();
                return new Response(`${request.method} ${request.url} ${request.headers.get("x-mine")} ${body} ${info.remoteAddr.hostname}`,
                  { status: 201, headers: { "x-theirs": "2" } });
              },
            };
            service.onClose(() => console.log("closed", service.listening.length));
            """)) {
      service.start();
      BrokerCall open = service.awaitCall();
      assertThat(open.request()).isEqualTo(new NetworkRequest.OpenServer());
      reply(service, open, "{\"server\":9,\"listening\":[{\"hostname\":\"127.0.0.1\",\"port\":8080}]}");
      BrokerCall wait = service.awaitCall();
      assertThat(wait.request()).isEqualTo(new NetworkRequest.AwaitRequests(9));
      service.awaitRunning();
      String more = ",\"headers\":[[\"X-Mine\",\"1\"]],\"remoteAddress\":\"127.0.0.1\",\"remotePort\":5";
      reply(
          service,
          wait,
          "[{\"exchange\":1,\"method\":\"POST\",\"target\":\"/a?b\",\"host\":\"h.test\",\"body\":true" + more + "},"
              + "{\"exchange\":2,\"method\":\"GET\",\"target\":\"/throw\",\"host\":\"a b\",\"body\":false" + more + "}]");
      NetworkRequest.Respond failed = null;
      NetworkRequest.Respond answered = null;
      BrokerCall waiting = null;
      boolean sent = false;
      while (failed == null || answered == null || waiting == null) {
        BrokerCall call = service.awaitCall();
        switch (call.request()) {
          case NetworkRequest.ReadRequest r -> {
            assertThat(r).isEqualTo(new NetworkRequest.ReadRequest(9, 1));
            reply(service, call, sent ? "" : "up");
            sent = true;
          }
          case NetworkRequest.Respond r -> {
            if (r.exchange() == 1) {
              answered = r;
            } else {
              failed = r;
            }
            service.tell(new BrokerReply(call.id()));
          }
          case NetworkRequest.AwaitRequests _ -> waiting = call;
          default -> throw new AssertionError(call);
        }
      }
      assertThat(new String(answered.bytes(), UTF_8)).isEqualTo("POST http://h.test/a?b 1 up 127.0.0.1");
      assertThat(answered.status()).isEqualTo(201);
      assertThat(answered.last()).isTrue();
      assertThat(answered.headers()).contains(new HttpHeader("x-theirs", "2"));
      assertThat(failed.status()).isEqualTo(500);
      assertThat(new String(failed.bytes(), UTF_8)).isEqualTo("Internal Server Error");
      assertThat(service.errors()).extracting(error -> error.message()).containsExactly("inside");

      service.send(new ControlEvent.PrepareClose(10_000));
      BrokerCall stop = service.awaitCall();
      assertThat(stop.request()).isEqualTo(new NetworkRequest.StopServer(9));
      reply(service, waiting, "[]");
      service.tell(new BrokerReply(stop.id()));
      service.awaitClosed();
      assertThat(service.output()).containsExactly("serving 127.0.0.1 8080 1", "closed 0");
    }
  }

  @Test
  void aResponseStreamsPieceByPiece() {
    try (var service =
        ServiceUnderTest.of(
            """
            export default { fetch: () => new Response(new ReadableStream({
              pull(controller) { this.n = (this.n ?? 0) + 1; controller.enqueue(new TextEncoder().encode("piece" + this.n)); },
              cancel(reason) { console.log("cancelled", reason.code); },
            })) };
            """)) {
      service.start();
      reply(service, service.awaitCall(), "{\"server\":9,\"listening\":[]}");
      reply(
          service,
          service.awaitCall(),
          "[{\"exchange\":1,\"method\":\"GET\",\"target\":\"/\",\"host\":\"a\",\"headers\":[],\"body\":false,\"remoteAddress\":\"\",\"remotePort\":0}]");
      int pieces = 0;
      while (pieces < 3) {
        BrokerCall call = service.awaitCall();
        if (call.request() instanceof NetworkRequest.Respond r) {
          assertThat(r.last()).isFalse();
          assertThat(r.bodyBytes()).isEqualTo(NetworkRequest.UNKNOWN_LENGTH);
          service.tell(new BrokerReply(call.id()));
        } else if (call.request() instanceof NetworkRequest.WriteResponse w) {
          assertThat(new String(w.bytes(), UTF_8)).isEqualTo("piece" + ++pieces);
          if (pieces < 3) {
            service.tell(new BrokerReply(call.id()));
          } else {
            service.tell(new BrokerFailure(call.id(), "TypeError", "ECONNRESET", "the client has gone"));
          }
        }
      }
      service.awaitOutput("cancelled ECONNRESET");
      assertThat(service.errors()).isEmpty();
    }
  }

  @Test
  void aPortThatCannotBeOpenedFailsTheStart() {
    try (var service = ServiceUnderTest.of("export default { fetch() {} };")) {
      service.start();
      service.tell(new BrokerFailure(service.awaitCall().id(), "Error", "EADDRINUSE", "127.0.0.1:80 is in use"));
      assertThat(service.awaitError().message()).isEqualTo("127.0.0.1:80 is in use");
    }
  }

  @Test
  void whoExportsFetchAndMayNotServeIsWarnedOnceAndRuns() {
    String code = "export default { fetch() {} }; console.log(service.listening.length); console.log = () => { throw 1; };";
    try (var service = ServiceUnderTest.of(code)) {
      service.start();
      reply(service, service.awaitCall(), "{\"server\":0,\"listening\":[]}");
      service.awaitRunning();
      service.awaitOutput(
          "0",
          "service \"page\" exports fetch, but may not serve on any port; grant it one with permissions.listen: [8080]");
    }
  }

  @Test
  void aDefaultExportWithoutFetchIsNoServer() {
    try (var service = ServiceUnderTest.of("export default { name: 'fetch' };")) {
      service.start();
      service.awaitRunning();
      assertThat(service.output()).isEmpty();
    }
  }
}
