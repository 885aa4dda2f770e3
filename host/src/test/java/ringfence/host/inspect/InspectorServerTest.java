package ringfence.host.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ringfence.host.browser.DevTools;
import ringfence.host.event.OutputLine;
import ringfence.sandbox.protocol.InspectorMessage;
import ringfence.sandbox.protocol.OutputLevel;

/// Who may debug, and what passes between a debugger and a worker that the test plays.
class InspectorServerTest {
  private final Inspector inspector = new Inspector();
  private final Worker worker = new Worker();
  private final HttpClient http = HttpClient.newHttpClient();
  private InspectorServer server;

  /// Answers each command at once with `{}`; END with END.
  private final class Worker implements Inspector.Run {
    final List<String> heard = new CopyOnWriteArrayList<>();
    volatile boolean answers = true;

    @Override
    public void tell(byte[] message) {
      boolean end = InspectorMessage.isEnd(message, 0, message.length);
      String json = end ? "END" : new String(message, StandardCharsets.UTF_8);
      heard.add(json);
      if (answers) {
        // Never in the middle of a call of the inspector's.
        Thread.ofVirtual().start(() -> says(end ? message : answer(json)));
      }
    }

    void says(byte[] message) {
      inspector.heard(this, message);
    }

    void says(String json) {
      says(InspectorMessage.encode(json));
    }

    private byte[] answer(String json) {
      String id = json.substring(json.indexOf(':') + 1, json.indexOf(','));
      return InspectorMessage.encode("{\"result\":{},\"id\":" + id + "}");
    }
  }

  @BeforeEach
  void open() throws IOException {
    server = InspectorServer.open(0, inspector);
    inspector.begin(worker);
  }

  @AfterEach
  void close() {
    server.close();
    http.shutdownNow();
  }

  /// The status with which somebody is refused who comes as given; 101 for one who is let in.
  private int status(URI address, String... headers) {
    WebSocket.Builder builder = http.newWebSocketBuilder();
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    try {
      builder.buildAsync(address, new WebSocket.Listener() {}).join().abort();
      return 101;
    } catch (CompletionException e) {
      assertThat(e.getCause()).isInstanceOf(WebSocketHandshakeException.class);
      return e.getCause() instanceof WebSocketHandshakeException refused ? refused.getResponse().statusCode() : 0;
    }
  }

  private void awaitNobody() {
    await().until(() -> inspector.refusal().isEmpty());
  }

  /// Attack: a page that the user has open connects to the port that it has found, even with the token.
  @Test
  void refusesAPageOfAnotherOrigin() {
    assertThat(status(server.uri(), "Origin", "https://evil.example")).isEqualTo(403);
    assertThat(status(server.uri(), "Origin", "http://127.0.0.1:9229")).isEqualTo(403);

    // Without that header, and from DevTools, the same gets in.
    assertThat(status(server.uri(), "Origin", "devtools://devtools")).isEqualTo(101);
    awaitNobody();
    assertThat(status(server.uri())).isEqualTo(101);
  }

  /// Attack: another user of the machine finds the port, and guesses.
  @Test
  void refusesWhoDoesNotKnowTheToken() {
    String token = server.uri().getPath();
    for (String guess : List.of("/", "/json/list", "/json/version", token.substring(0, token.length() - 1), token + "a", token + "/x")) {
      assertThat(status(server.uri().resolve(guess))).as(guess).isEqualTo(404);
    }
    assertThat(status(server.uri())).isEqualTo(101);
  }

  /// Attack: a page whose name leads here after it was loaded (DNS rebinding).
  @Test
  void refusesAForeignHost() throws IOException {
    assertThat(headOf("evil.example")).contains(" 403 ");
    assertThat(headOf("localhost:1")).as("without the attack").contains(" 101 ");
  }

  private String headOf(String host) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.uri().getPort())) {
      socket.setSoTimeout(60_000);
      String request =
          "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
              .formatted(server.uri().getPath(), host);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readNBytes(30), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void letsOneDebuggerInAtATime() {
    try (DevTools first = DevTools.connect(server.uri())) {
      assertThat(first.send("Debugger.enable")).isEmpty();
      assertThat(status(server.uri())).isEqualTo(409);
    }
    awaitNobody();
    try (DevTools second = DevTools.connect(server.uri())) {
      assertThat(second.send("Debugger.enable")).isEmpty();
    }
  }

  @Test
  void whatWasMeantForTheLastDebuggerDoesNotReachTheNext() {
    worker.answers = false;
    try (DevTools first = DevTools.connect(server.uri())) {
      var _ = Thread.ofVirtual().start(() -> first.send("Debugger.enable"));
      await().until(() -> worker.heard.size() == 1);
    }
    await().until(() -> worker.heard.contains("END"));
    try (DevTools second = DevTools.connect(server.uri())) {
      Thread asking = Thread.ofVirtual().start(() -> second.send("Runtime.enable"));
      worker.says("{\"method\":\"Debugger.paused\",\"params\":{\"callFrames\":[]}}");
      worker.says(InspectorMessage.end());
      await().until(() -> worker.heard.stream().anyMatch(json -> json.contains("Runtime.enable")));
      worker.says("{\"method\":\"Debugger.resumed\",\"params\":{}}");
      worker.says("{\"result\":{},\"id\":1}");

      await().until(() -> !asking.isAlive());
      assertThat(second.events("Debugger.paused")).isEmpty();
      assertThat(second.events("Debugger.resumed")).hasSize(1);
    }
  }

  @Test
  void aDebuggerSeesWhatTheServiceWrites() {
    try (DevTools tools = DevTools.connect(server.uri())) {
      tools.send("Runtime.enable");
      inspector.wrote(worker, new OutputLine(Instant.EPOCH, OutputLevel.LOG, "before there is a context"));
      worker.says("{\"method\":\"Runtime.executionContextCreated\",\"params\":{\"context\":{\"id\":7}}}");
      inspector.wrote(worker, new OutputLine(Instant.EPOCH, OutputLevel.WARN, "a \"line\"\n"));

      await().until(() -> !tools.events("Runtime.consoleAPICalled").isEmpty());
      assertThat(tools.events("Runtime.consoleAPICalled"))
          .hasToString("[{type=warning, args=[{type=string, value=a \"line\"\n}], executionContextId=7, timestamp=0}]");
    }
  }

  @Test
  void holdsFromThePauseToTheDebuggersEnd() {
    try (DevTools tools = DevTools.connect(server.uri())) {
      tools.send("Debugger.enable");
      assertThat(inspector.holds()).isFalse();
      worker.says("{\"method\":\"Debugger.paused\",\"params\":{}}");
      assertThat(inspector.holds()).isTrue();
    }
    // A debugger that goes lets the service go on.
    await().until(() -> !inspector.holds());
    assertThat(worker.heard).endsWith("END");
  }

  @Test
  void aServiceThatEndsSendsItsDebuggerAway() {
    try (DevTools tools = DevTools.connect(server.uri())) {
      tools.send("Debugger.enable");
      inspector.over(worker);

      assertThatThrownBy(() -> tools.send("Debugger.pause")).isInstanceOf(Throwable.class);
    }
    assertThat(status(server.uri())).isEqualTo(409);
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    int port = server.uri().getPort();

    assertThatThrownBy(() -> InspectorServer.open(port, new Inspector()))
        .isInstanceOf(IOException.class)
        .hasMessage("port " + port + " is in use; choose another, or 0 for a free one");
  }
}
