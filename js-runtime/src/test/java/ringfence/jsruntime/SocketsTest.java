package ringfence.jsruntime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.BrokerMessage.BrokerDenied;
import ringfence.sandbox.protocol.BrokerMessage.BrokerFailure;
import ringfence.sandbox.protocol.BrokerMessage.BrokerReply;
import ringfence.sandbox.protocol.BrokerRequest;
import ringfence.sandbox.protocol.BrokerRequest.CloseHandle;
import ringfence.sandbox.protocol.NetworkRequest;
import ringfence.sandbox.protocol.NetworkRequest.ReadWebSocket;

/// `WebSocket` and `EventSource` over the broker port; the test is the host.
@Timeout(60)
class SocketsTest {
  private static final byte[] HANDLE = {7, 0, 0, 0};

  private static final String HEAR =
      """
      const hear = (target) => {
        for (const type of ["open", "message", "error", "close"]) target.addEventListener(type, (e) => console.log(
          ...[type, e.data, e.error && `${e.error.name}: ${e.error.message}`, e.error?.permission, e.error?.cause?.code, e.code, e.reason]
            .filter((part) => part !== undefined)));
        return target;
      };
      """;

  private static byte[] told(int kind, Object... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(kind);
    for (Object part : parts) {
      if (part instanceof Integer one) {
        bytes.write(one);
      } else {
        bytes.writeBytes(((String) part).getBytes(UTF_8));
      }
    }
    return bytes.toByteArray();
  }

  private static void answer(ServiceUnderTest service, BrokerRequest expected, byte... reply) {
    BrokerCall call = service.awaitCall();
    assertThat(call.request()).isEqualTo(expected);
    service.tell(new BrokerReply(call.id(), reply));
  }

  @Test
  void aWebSocketReadsAndWritesPieceByPiece() {
    try (var service =
        ServiceUnderTest.of(
            HEAR
                + """
                const socket = hear(new WebSocket("ws://a.test:81/x", ["chat", "other"]));
                socket.onmessage = () => {
                  socket.onmessage = null;
                  socket.send(new Uint8Array(65537));
                  socket.send("up");
                  socket.close(3001, "done");
                };
                """)) {
      service.start();
      answer(service, new NetworkRequest.OpenWebSocket("ws://a.test:81/x", List.of("chat", "other")), HANDLE);
      answer(service, new ReadWebSocket(7), told(ReadWebSocket.OPENED, "chat"));
      answer(service, new ReadWebSocket(7), told(ReadWebSocket.TEXT, 0, "caf", 0xc3));
      answer(service, new ReadWebSocket(7), told(ReadWebSocket.TEXT, 0));
      answer(service, new ReadWebSocket(7), told(ReadWebSocket.TEXT, 1, 0xa9));
      // The next message is asked for only now, when the service has seen the first; what it sent comes beside that.
      BrokerCall first = service.awaitCall();
      BrokerCall second = service.awaitCall();
      boolean readsFirst = first.request() instanceof ReadWebSocket;
      BrokerCall read = readsFirst ? first : second;
      BrokerCall write = readsFirst ? second : first;
      assertThat(read.request()).isEqualTo(new ReadWebSocket(7));
      assertThat(write.request()).isEqualTo(new NetworkRequest.WriteWebSocket(7, false, false, new byte[65536]));
      service.tell(new BrokerReply(write.id()));
      answer(service, new NetworkRequest.WriteWebSocket(7, false, true, new byte[1]));
      answer(service, new NetworkRequest.WriteWebSocket(7, true, true, "up".getBytes(UTF_8)));
      answer(service, new NetworkRequest.CloseWebSocket(7, 3001, "done"));
      service.tell(new BrokerReply(read.id(), told(ReadWebSocket.CLOSED, 3001 & 0xff, 3001 >> 8, "so be it")));
      service.awaitOutput("open", "message caf\u00e9", "close 3001 so be it");
    }
  }

  @Test
  void refusalsAndFailuresAreTold() {
    try (var service =
        ServiceUnderTest.of(
            HEAR
                + """
                const again = () => {
                  const socket = hear(new WebSocket("wss://a.test/"));
                  socket.addEventListener("close", () => { if (left-- > 0) again(); });
                };
                let left = 2;
                again();
                """)) {
      service.start();
      service.tell(new BrokerDenied(service.awaitCall().id(), "net", "a.test:443", "service \"page\" may not"));
      answer(service, new NetworkRequest.OpenWebSocket("wss://a.test/", List.of()), HANDLE);
      service.tell(new BrokerDenied(service.awaitCall().id(), "net", "a.test:443", "an address inside"));
      // What the host has closed already is closed once more, which does nothing.
      answer(service, new CloseHandle(7));
      answer(service, new NetworkRequest.OpenWebSocket("wss://a.test/", List.of()), HANDLE);
      service.tell(new BrokerFailure(service.awaitCall().id(), "TypeError", "ECONNREFUSED", "a.test:443 takes no connection"));
      answer(service, new CloseHandle(7));
      service.awaitOutput(
          "error PermissionDeniedError: service \"page\" may not net",
          "close 1006 ",
          "error PermissionDeniedError: an address inside net",
          "close 1006 ",
          "error TypeError: WebSocket failed: a.test:443 takes no connection ECONNREFUSED",
          "close 1006 ");
    }
  }

  @Test
  void whoClosesWhileItConnectsFreesTheSocket() {
    try (var service =
        ServiceUnderTest.of(
            HEAR
                + """
                hear(new WebSocket("ws://a.test/")).close();
                const other = hear(new WebSocket("ws://b.test/"));
                setTimeout(() => other.close(), 50);
                """)) {
      service.start();
      BrokerCall first = service.awaitCall();
      BrokerCall second = service.awaitCall();
      service.tell(new BrokerReply(second.id(), new byte[] {8, 0, 0, 0}));
      BrokerCall read = service.awaitCall();
      assertThat(read.request()).isEqualTo(new ReadWebSocket(8));
      answer(service, new CloseHandle(8));
      service.tell(new BrokerFailure(read.id(), "TypeError", "", "aborted"));
      service.tell(new BrokerReply(first.id(), HANDLE));
      answer(service, new CloseHandle(7));
      service.awaitOutput(
          "error AbortError: the WebSocket was closed before it was open",
          "close 1006 ",
          "error AbortError: the WebSocket was closed before it was open",
          "close 1006 ");
    }
  }

  @Test
  void anEventSourceThatIsClosedFreesItsSocket() {
    try (var service =
        ServiceUnderTest.of(
            HEAR
                + """
                const source = hear(new EventSource("http://a.test/"));
                source.onmessage = () => setTimeout(() => source.close(), 0);
                """)) {
      service.start();
      BrokerCall begin = service.awaitCall();
      assertThat(begin.request()).isInstanceOf(NetworkRequest.BeginFetch.class);
      service.tell(new BrokerReply(begin.id(), HANDLE));
      answer(
          service,
          new NetworkRequest.AwaitResponse(7),
          "{\"status\":200,\"statusText\":\"\",\"headers\":[[\"Content-Type\",\"text/event-stream;charset=utf-8\"]],\"body\":true}"
              .getBytes(UTF_8));
      answer(service, new NetworkRequest.ReadResponse(7), "data: here\n\n".getBytes(UTF_8));
      BrokerCall read = service.awaitCall();
      BrokerCall close = service.awaitCall();
      assertThat(List.of(read.request(), close.request()))
          .containsExactlyInAnyOrder(new NetworkRequest.ReadResponse(7), new CloseHandle(7));
      service.awaitOutput("open", "message here");
    }
  }

  /// Attack: patch what the runtime could use, so that the host is asked for something else, or a reply is overheard.
  /// Left alone is what the vendored libraries of URLs and streams call themselves.
  @Test
  void patchedBuiltInsChangeNothing() {
    try (var service =
        ServiceUnderTest.of(
            HEAR
                + """
                const evil = function () { overheard++; return evil; };
                let overheard = 0;
                Headers; Request; Response; AbortController; Blob; TextEncoder;
                for (const Class of [ArrayBuffer, URL, TextDecoder, TextEncoder, Blob, Headers, Request, Response, AbortController]) {
                  for (const key of Object.getOwnPropertyNames(Class.prototype)) {
                    const form = Object.getOwnPropertyDescriptor(Class.prototype, key);
                    if (form.configurable && key !== "constructor") {
                      Object.defineProperty(Class.prototype, key, { get: evil, set: evil, configurable: true });
                    }
                  }
                }
                Promise.prototype.then = evil;
                for (const key of ["headers", "method", "signal", "protocols", "code"]) {
                  Object.defineProperty(Object.prototype, key, { get: evil, set: evil, configurable: true });
                }
                overheard = 0;
                const socket = new WebSocket("ws://a.test/", "chat");
                socket.onopen = () => { socket.send("hello"); };
                socket.onmessage = (e) => { console.log(e.data); };
                socket.onclose = (e) => {
                  console.log(e.code, overheard);
                  new EventSource("http://b.test/");
                };
                """)) {
      service.start();
      answer(service, new NetworkRequest.OpenWebSocket("ws://a.test/", List.of("chat")), HANDLE);
      answer(service, new ReadWebSocket(7), told(ReadWebSocket.OPENED, "chat"));
      BrokerCall one = service.awaitCall();
      BrokerCall two = service.awaitCall();
      BrokerCall read = one.request() instanceof ReadWebSocket ? one : two;
      BrokerCall write = read.equals(one) ? two : one;
      assertThat(write.request()).isEqualTo(new NetworkRequest.WriteWebSocket(7, true, true, "hello".getBytes(UTF_8)));
      service.tell(new BrokerReply(write.id()));
      service.tell(new BrokerReply(read.id(), told(ReadWebSocket.TEXT, 1, "hi")));
      answer(service, new ReadWebSocket(7), told(ReadWebSocket.CLOSED, 0xe8, 3));
      BrokerCall begin = service.awaitCall();
      assertThat(((NetworkRequest.BeginFetch) begin.request()).url()).isEqualTo("http://b.test/");
      service.awaitOutput("hi", "1000 0");
    }
  }
}
