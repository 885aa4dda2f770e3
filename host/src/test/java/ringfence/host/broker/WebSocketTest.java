package ringfence.host.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.Response;
import okhttp3.WebSocketListener;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.broker.NetworkUnderTest.Answer;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.protocol.NetworkRequest;

/// `WebSocket` at its work, against servers on the loopback interface.
@Timeout(60)
class WebSocketTest {
  /// A server of another make, which says what it has heard, and answers a close in kind.
  private static final class Echo extends WebSocketListener {
    final CompletableFuture<String> closed = new CompletableFuture<>();

    @Override
    public void onMessage(okhttp3.WebSocket webSocket, String text) {
      if (text.equals("close")) {
        webSocket.close(4001, "as you wish");
      } else {
        webSocket.send(text);
      }
    }

    @Override
    public void onMessage(okhttp3.WebSocket webSocket, ByteString bytes) {
      webSocket.send(bytes);
    }

    @Override
    public void onClosing(okhttp3.WebSocket webSocket, int code, String reason) {
      closed.complete(code + " " + reason);
      webSocket.close(code == 1005 ? 1000 : code, reason);
    }

    @Override
    public void onFailure(okhttp3.WebSocket webSocket, Throwable t, Response response) {
      closed.completeExceptionally(t);
    }
  }

  private static MockWebServer server(Echo echo, String... protocol) throws IOException {
    MockWebServer server = new MockWebServer();
    MockResponse.Builder response = new MockResponse.Builder().webSocketUpgrade(echo);
    for (String one : protocol) {
      response.addHeader("Sec-WebSocket-Protocol", one);
    }
    server.enqueue(response.build());
    return server;
  }

  private static void start(MockWebServer server) throws IOException {
    server.start(InetAddress.ofLiteral("127.0.0.1"), 0);
  }

  private static NetworkUnderTest network(String... grants) {
    return new NetworkUnderTest(NetworkUnderTest.setup(), Limits.DEFAULT, grants);
  }

  @Test
  void speaksBothWaysWithAServerOfAnotherMake() throws IOException {
    Echo echo = new Echo();
    try (MockWebServer server = server(echo, "chat");
        var network = network("127.0.0.1")) {
      start(server);
      int socket =
          NetworkUnderTest.reply(network.beginSocket("ws://127.0.0.1:" + server.getPort() + "/a?b", "other", "chat"))
              .number();
      assertThat(network.readSocket(socket)).isEqualTo("opened chat");
      network.writeSocket(socket, "caf\u00e9");
      assertThat(network.readSocket(socket)).isEqualTo("text caf\u00e9");
      network.need(new NetworkRequest.WriteWebSocket(socket, false, false, new byte[] {0, -1}));
      network.need(new NetworkRequest.WriteWebSocket(socket, false, true, new byte[] {7}));
      assertThat(network.readSocket(socket)).isEqualTo("binary 00ff07");
      network.need(new NetworkRequest.WriteWebSocket(socket, true, true, new byte[0]));
      assertThat(network.readSocket(socket)).isEqualTo("text ");
      String large = "0123456789".repeat(20_000);
      network.writeSocket(socket, large);
      StringBuilder back = new StringBuilder();
      List<String> kinds = new ArrayList<>();
      while (back.length() < large.length()) {
        String[] piece = ((String) network.readSocket(socket)).split(" ", 2);
        kinds.add(piece[0]);
        back.append(piece[1]);
      }
      assertThat(back.toString()).isEqualTo(large);
      assertThat(kinds).containsExactly("text..", "text..", "text..", "text");
      network.writeSocket(socket, "close");
      assertThat(network.readSocket(socket)).isEqualTo("closed 4001 as you wish");
      assertThat(network.handles()).isZero();
      assertThat(NetworkUnderTest.get(echo.closed)).isEqualTo("4001 ");
    }
  }

  @Test
  void closesWithTheServersConsent() throws IOException {
    record Case(int code, String reason, String heard, String told) {}
    for (Case one :
        List.of(
            new Case(3000, "b\u00fce", "3000 b\u00fce", "closed 3000 "),
            new Case(1000, "", "1000 ", "closed 1000 "),
            new Case(NetworkRequest.CloseWebSocket.NO_CODE, "", "1005 ", "closed 1000 "))) {
      Echo echo = new Echo();
      try (MockWebServer server = server(echo);
          var network = network("127.0.0.1")) {
        start(server);
        int socket = network.needSocket("ws://127.0.0.1:" + server.getPort() + "/");
        network.need(new NetworkRequest.CloseWebSocket(socket, one.code(), one.reason()));
        assertThat(network.readSocket(socket)).asString().startsWith(one.told());
        assertThat(NetworkUnderTest.get(echo.closed)).isEqualTo(one.heard());
        assertThat(network.handles()).isZero();
      }
    }
  }

  @Test
  void speaksOverTlsToTheNameAtTheCheckedAddress() throws IOException {
    HeldCertificate authority = new HeldCertificate.Builder().certificateAuthority(0).build();
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName("api.test").signedBy(authority).build();
    HandshakeCertificates trust =
        new HandshakeCertificates.Builder().addTrustedCertificate(authority.certificate()).build();
    NetworkSetup setup =
        NetworkUnderTest.resolvingTo("127.0.0.1")
            .withTrust(new NetworkSetup.Trust(trust.sslSocketFactory(), trust.trustManager()));
    try (MockWebServer server = server(new Echo())) {
      server.useHttps(new HandshakeCertificates.Builder().heldCertificate(certificate).build().sslSocketFactory());
      start(server);
      String[] grants = {"*", "127.0.0.1:" + server.getPort()};
      try (var network = new NetworkUnderTest(setup, Limits.DEFAULT, grants)) {
        assertThat(network.openSocket("wss://other.test:" + server.getPort() + "/"))
            .isEqualTo(
                new Answer.Failed(
                    "TypeError",
                    "ERR_TLS",
                    "other.test:" + server.getPort() + " could not be trusted, or does not speak TLS"));
        int socket = network.needSocket("wss://api.test:" + server.getPort() + "/");
        network.writeSocket(socket, "secret");
        assertThat(network.readSocket(socket)).isEqualTo("text secret");
      }
    }
  }

  @Test
  void asksAsTheProtocolSaysAndMasksEachFrameAnew() throws IOException {
    List<String> wire = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> done = new CompletableFuture<>();
    try (var server =
            new ScriptedServer(
                (client, out, head) -> {
                  WebSocketScript.agree(out, head);
                  for (int i = 0; i < 2; i++) {
                    byte[] raw = client.getInputStream().readNBytes(2 + 4 + 8);
                    wire.add(new String(raw, 2, 4, ISO_8859_1));
                    assertThat(new String(raw, 6, 8, ISO_8859_1)).isNotEqualTo("GET / HT");
                  }
                  done.complete(null);
                });
        var network = network("127.0.0.1")) {
      int socket = network.needSocket("ws://127.0.0.1:" + server.port() + "/path?q");
      network.writeSocket(socket, "GET / HT");
      network.writeSocket(socket, "GET / HT");
      NetworkUnderTest.get(done);
      assertThat(wire).doesNotHaveDuplicates();
      List<String> head = server.heads.getFirst();
      assertThat(head.getFirst()).isEqualTo("GET /path?q HTTP/1.1");
      assertThat(WebSocketScript.header(head, "Host")).isEqualTo("127.0.0.1:" + server.port());
      assertThat(WebSocketScript.header(head, "Upgrade")).isEqualTo("websocket");
      assertThat(WebSocketScript.header(head, "Sec-WebSocket-Version")).isEqualTo("13");
      assertThat(WebSocketScript.header(head, "Sec-WebSocket-Key")).hasSize(24);
      assertThat(head).noneMatch(line -> line.startsWith("Sec-WebSocket-Protocol") || line.startsWith("Sec-WebSocket-Extensions"));
    }
    // The example of RFC 6455, 1.3.
    assertThat(Handshake.acceptOf("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  }

  @Test
  void readsFragmentsAndAnswersPingsBetweenThem() throws IOException {
    CompletableFuture<String> pong = new CompletableFuture<>();
    try (var server =
            new ScriptedServer(
                (client, out, head) -> {
                  WebSocketScript.agree(out, head);
                  // A character lies across the two parts.
                  out.write(WebSocketScript.bytes("01 02 61c3 89 02 'hi' 80 01 a9 8a 00 82 00 88 05 03e8 'bye'"));
                  out.flush();
                  pong.complete(WebSocketScript.frame(client.getInputStream()));
                  assertThat(WebSocketScript.frame(client.getInputStream())).isEqualTo("88 03e8");
                });
        var network = network("127.0.0.1")) {
      int socket = network.needSocket("ws://127.0.0.1:" + server.port() + "/");
      assertThat(((Answer.Reply) network.askAndWait(new NetworkRequest.ReadWebSocket(socket))).value())
          .containsExactly(NetworkRequest.ReadWebSocket.TEXT, 0, 'a', 0xc3);
      assertThat(((Answer.Reply) network.askAndWait(new NetworkRequest.ReadWebSocket(socket))).value())
          .containsExactly(NetworkRequest.ReadWebSocket.TEXT, 1, 0xa9);
      assertThat(NetworkUnderTest.get(pong)).isEqualTo("8a 6869");
      assertThat(network.readSocket(socket)).isEqualTo("binary ");
      assertThat(network.readSocket(socket)).isEqualTo("closed 1000 bye");
    }
  }

  @Test
  void whatARunHoldsOpenGoesWithIt() throws IOException {
    CompletableFuture<Boolean> gone = new CompletableFuture<>();
    try (var server =
        new ScriptedServer(
            (client, out, head) -> {
              WebSocketScript.agree(out, head);
              gone.complete(client.getInputStream().read() < 0);
            })) {
      var network = network("127.0.0.1");
      int socket = network.needSocket("ws://127.0.0.1:" + server.port() + "/");
      var read = network.ask(new NetworkRequest.ReadWebSocket(socket));
      network.close();
      assertThat(NetworkUnderTest.get(read)).isInstanceOf(Answer.Failed.class);
      assertThat(NetworkUnderTest.get(gone)).isTrue();
    }
  }
}
