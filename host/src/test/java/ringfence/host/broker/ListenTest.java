package ringfence.host.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.host.broker.NetworkUnderTest.Answer;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.protocol.HttpHeader;
import ringfence.sandbox.protocol.NetworkRequest;

/// The HTTP server of a run, on the loopback interface; the test is the guest behind it and the clients before it.
@Timeout(60)
class ListenTest {
  private static final Limits LIMITS = Limits.DEFAULT.withClose(Duration.ofSeconds(20)).withResponseBytes(1 << 20);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() throws Exception {
    client.shutdownNow();
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  /// A guest that serves.
  private record Guest(NetworkUnderTest network, int server, int port) {
    URI uri(String path) {
      return URI.create("http://127.0.0.1:" + port + path);
    }

    JsonNode next() {
      return NetworkUnderTest.reply(network.askAndWait(new NetworkRequest.AwaitRequests(server))).json().get(0);
    }

    Answer respond(JsonNode request, int status, String body, HttpHeader... headers) {
      byte[] bytes = body.getBytes(UTF_8);
      return network.askAndWait(
          new NetworkRequest.Respond(
              server, request.get("exchange").asLong(), status, List.of(headers), bytes.length, bytes, true));
    }

    String body(JsonNode request) {
      StringBuilder text = new StringBuilder();
      while (true) {
        byte[] piece = network.need(new NetworkRequest.ReadRequest(server, request.get("exchange").asLong()));
        if (piece.length == 0) {
          return text.toString();
        }
        text.append(new String(piece, UTF_8));
      }
    }
  }

  private NetworkUnderTest network(NetworkSetup setup, String... listen) {
    NetworkUnderTest network =
        new NetworkUnderTest(setup, LIMITS, AuditLog.none(InstantSource.system()), List.of(), List.of(listen));
    open.add(network);
    return network;
  }

  private Guest serving(NetworkSetup setup) {
    NetworkUnderTest network = network(setup, "0");
    JsonNode opened = NetworkUnderTest.reply(network.askAndWait(new NetworkRequest.OpenServer())).json();
    return new Guest(network, opened.get("server").asInt(), opened.get("listening").get(0).get("port").asInt());
  }

  private Guest serving() {
    return serving(NetworkUnderTest.setup());
  }

  private CompletableFuture<HttpResponse<String>> send(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder to(URI uri) {
    return HttpRequest.newBuilder(uri).version(HttpClient.Version.HTTP_1_1);
  }

  private Socket socket(Guest guest) throws IOException {
    Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), guest.port());
    socket.setSoTimeout(20_000);
    open.add(socket);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    socket.getOutputStream().flush();
  }

  private static String readAll(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
  }

  @Test
  void aRequestReachesTheGuestAsDataAndItsAnswerTheClient() {
    Guest guest = serving();
    CompletableFuture<HttpResponse<String>> sent =
        send(to(guest.uri("/a%2Fb/..%2f?q=1&q=%20")).header("X-Mine", "yes").POST(BodyPublishers.ofString("up")));
    JsonNode request = guest.next();
    assertThat(request.get("method").asText()).isEqualTo("POST");
    assertThat(request.get("target").asText()).isEqualTo("/a%2Fb/..%2f?q=1&q=%20");
    assertThat(request.get("host").asText()).isEqualTo("127.0.0.1:" + guest.port());
    assertThat(request.get("headers").toString()).contains("[\"X-Mine\",\"yes\"]");
    assertThat(request.get("body").asBoolean()).isTrue();
    assertThat(request.get("remoteAddress").asText()).isEqualTo("127.0.0.1");
    assertThat(guest.body(request)).isEqualTo("up");
    assertThat(guest.respond(request, 201, "caf\u00e9", new HttpHeader("X-Theirs", "too"), new HttpHeader("Connection", "x")))
        .isInstanceOf(Answer.Reply.class);
    HttpResponse<String> response = NetworkUnderTest.get(sent);
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.body()).isEqualTo("caf\u00e9");
    assertThat(response.headers().map()).containsEntry("x-theirs", List.of("too")).doesNotContainKeys("server", "connection");
  }

  @Test
  void bodiesStreamBothWaysAndWaitForWhoTakesThem() throws IOException {
    Guest guest = serving();
    Socket socket = socket(guest);
    write(socket, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
    JsonNode request = guest.next();
    long exchange = request.get("exchange").asLong();
    assertThat(guest.network().need(new NetworkRequest.ReadRequest(guest.server(), exchange))).asString(UTF_8).isEqualTo("one");
    CompletableFuture<Answer> second = guest.network().ask(new NetworkRequest.ReadRequest(guest.server(), exchange));
    guest.network().need(
        new NetworkRequest.Respond(guest.server(), exchange, 200, List.of(), NetworkRequest.UNKNOWN_LENGTH, new byte[0], false));
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.read());
    }
    // The head came before the guest has read the body, and the body goes on.
    assertThat(head.toString()).startsWith("HTTP/1.1 200 OK").containsIgnoringCase("transfer-encoding: chunked");
    write(socket, "3\r\ntwo\r\n0\r\n\r\n");
    assertThat(NetworkUnderTest.reply(NetworkUnderTest.get(second)).text()).isEqualTo("two");
    assertThat(guest.network().need(new NetworkRequest.ReadRequest(guest.server(), exchange))).isEmpty();

    // A client that reads nothing holds the guest back, and not the host's memory.
    byte[] piece = new byte[1 << 20];
    CompletableFuture<Answer> write = guest.network().ask(new NetworkRequest.WriteResponse(guest.server(), exchange, piece, false));
    int taken = 0;
    while (taken < 64 && answeredSoon(write)) {
      taken++;
      write = guest.network().ask(new NetworkRequest.WriteResponse(guest.server(), exchange, piece, false));
    }
    assertThat(taken).isLessThan(64);
    socket.close();
    assertThat(NetworkUnderTest.get(write)).isInstanceOf(Answer.Failed.class);
  }

  private static boolean answeredSoon(CompletableFuture<Answer> answer) {
    try {
      return Awaitility.await().atMost(Duration.ofSeconds(1)).pollInterval(Duration.ofMillis(5)).until(answer::isDone, done -> done);
    } catch (org.awaitility.core.ConditionTimeoutException _) {
      return false;
    }
  }

  @Test
  void aConnectionServesManyRequests() throws IOException {
    Guest guest = serving();
    Socket socket = socket(guest);
    for (int i = 0; i < 5; i++) {
      write(socket, (i == 0 ? "HEAD" : "GET") + " /" + i + " HTTP/1.1\r\nHost: a\r\n\r\n");
      JsonNode request = guest.next();
      assertThat(request.get("target").asText()).isEqualTo("/" + i);
      guest.respond(request, i == 1 ? 204 : 200, "x");
    }
    write(socket, "GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    guest.respond(guest.next(), 200, "end");
    assertThat(List.of(readAll(socket).split("HTTP/1.1 ", -1))).hasSize(7).last().asString().startsWith("200 OK").endsWith("end");
  }

  @Test
  void aStoppedServerFinishesWhatIsUnderWay() throws Exception {
    Guest guest = serving();
    CompletableFuture<HttpResponse<String>> sent = send(to(guest.uri("/slow")));
    JsonNode request = guest.next();
    CompletableFuture<Answer> idle = guest.network().ask(new NetworkRequest.AwaitRequests(guest.server()));
    CompletableFuture<Answer> stopped = guest.network().ask(new NetworkRequest.StopServer(guest.server()));
    assertThat(NetworkUnderTest.reply(NetworkUnderTest.get(idle)).text()).isEqualTo("[]");
    Awaitility.await()
        .atMost(10, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(send(to(guest.uri("/late")))).failsWithin(5, TimeUnit.SECONDS).withThrowableOfType(ExecutionException.class).withCauseInstanceOf(ConnectException.class));
    assertThat(stopped).isNotDone();
    guest.respond(request, 200, "done");
    HttpResponse<String> response = NetworkUnderTest.get(sent);
    assertThat(response.body()).isEqualTo("done");
    assertThat(NetworkUnderTest.get(stopped)).isInstanceOf(Answer.Reply.class);
    assertThat(guest.network().listening()).isEmpty();
  }

  @Test
  void aRunThatEndsClosesItsPortAtOnce() throws IOException {
    Guest guest = serving();
    Socket socket = socket(guest);
    write(socket, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    guest.next();
    assertThat(guest.network().listening()).containsExactly(new ListenGrant("127.0.0.1", guest.port()));
    guest.network().close();
    assertThat(readAll(socket)).isEmpty();
    try (ServerSocket again = new ServerSocket()) {
      again.setReuseAddress(true);
      again.bind(new java.net.InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), guest.port()));
      assertThat(again.isBound()).isTrue();
    }
  }

  @Test
  void aPortInUseSaysWhoMustAct() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      String port = "127.0.0.1:" + taken.getLocalPort();
      NetworkUnderTest network = network(NetworkUnderTest.setup(), "0", port);
      assertThat(network.askAndWait(new NetworkRequest.OpenServer()))
          .isEqualTo(
              new Answer.Failed(
                  "Error",
                  "EADDRINUSE",
                  port + " is in use by another program; end that, or grant another port with permissions.listen"));
      assertThat(network.handles()).isZero();
    }
  }

  @Test
  void withoutAGrantNothingListens() {
    assertThat(NetworkUnderTest.reply(network(NetworkUnderTest.setup()).askAndWait(new NetworkRequest.OpenServer())).text())
        .isEqualTo("{\"server\":0,\"listening\":[]}");
  }

  // ---- attacks

  /// Attack: more requests than may be at once. Those beyond are told so without the guest.
  @Test
  void aFloodIsAnsweredWithoutTheGuest() {
    Guest guest = serving();
    List<CompletableFuture<HttpResponse<String>>> sent =
        IntStream.range(0, RunServer.MOST_REQUESTS + 50).mapToObj(i -> send(to(guest.uri("/" + i)))).toList();
    Awaitility.await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> sent.stream().filter(CompletableFuture::isDone).count() == 50);
    assertThat(sent.stream().filter(CompletableFuture::isDone).map(NetworkUnderTest::get))
        .allSatisfy(response -> assertThat(response.statusCode()).isEqualTo(503));
    int answered = 0;
    while (answered < RunServer.MOST_REQUESTS) {
      for (JsonNode request :
          NetworkUnderTest.reply(guest.network().askAndWait(new NetworkRequest.AwaitRequests(guest.server()))).json()) {
        guest.respond(request, 200, "fine");
        answered++;
      }
    }
    assertThat(sent.stream().map(NetworkUnderTest::get).filter(response -> response.statusCode() == 200))
        .hasSize(RunServer.MOST_REQUESTS);
  }

  /// Attack: say one byte after another, or nothing, and hold a connection for ever.
  @ParameterizedTest
  @ValueSource(strings = {"", "GET / HTTP/1.1\r\nHost: a\r\nX: ", "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET"})
  void aClientThatDripsIsCutOff(String begin) throws IOException {
    Guest guest = serving(NetworkUnderTest.setup().withHeadTime(Duration.ofMillis(500)));
    Socket socket = socket(guest);
    write(socket, begin);
    if (begin.contains("\r\n\r\n")) {
      guest.respond(guest.next(), 200, "");
    }
    socket.setSoTimeout(20);
    StringBuilder seen = new StringBuilder();
    assertThat(
            drip(socket, seen, !begin.isEmpty()))
        .as("cut off, after %s", seen)
        .isTrue();
    // Without the wall: with a long time, the same client is still there.
    Guest patient = serving(NetworkUnderTest.setup().withHeadTime(Duration.ofSeconds(50)));
    Socket other = socket(patient);
    write(other, begin.contains("\r\n\r\n") ? "GET" : begin);
    other.setSoTimeout(1500);
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> other.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
  }

  /// Sends a byte each 20 ms until the server hangs up; false after 20 s.
  private static boolean drip(Socket socket, StringBuilder seen, boolean send) {
    long end = System.nanoTime() + 20_000_000_000L;
    while (System.nanoTime() < end) {
      try {
        if (send) {
          write(socket, "x");
        }
        int next = socket.getInputStream().read();
        if (next < 0) {
          return true;
        }
        seen.append((char) next);
      } catch (SocketTimeoutException _) {
        // Still there.
      } catch (IOException _) {
        return true;
      }
    }
    return false;
  }

  /// Attack: heads that two servers would read in two ways, or that are too long.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\nx",
        "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\u0000b\r\n\r\n", "GET /\u0000 HTTP/1.1\r\nHost: a\r\n\r\n", "G T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/9.9\r\nHost: a\r\n\r\n", "\r\r\r\r", "\u0016\u0003\u0001\u0002\u0000\u0001"
      })
  void aHeadWithTwoReadingsNeverReachesTheGuest(String head) throws IOException {
    Guest guest = serving(NetworkUnderTest.setup().withHeadTime(Duration.ofSeconds(2)));
    Socket socket = socket(guest);
    write(socket, head);
    assertThat(readAll(socket)).doesNotContain("200 OK").doesNotContainIgnoringCase("jetty").doesNotContain("Exception");
    CompletableFuture<Answer> next = guest.network().ask(new NetworkRequest.AwaitRequests(guest.server()));
    // The next client's request is the first that the guest sees.
    CompletableFuture<HttpResponse<String>> sent = send(to(guest.uri("/good")));
    JsonNode first = NetworkUnderTest.reply(NetworkUnderTest.get(next)).json().get(0);
    assertThat(first.get("target").asText()).isEqualTo("/good");
    guest.respond(first, 200, "");
    assertThat(NetworkUnderTest.get(sent).statusCode()).isEqualTo(200);
  }

  /// Attack: a body larger than may be, said before or not.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBodyThatIsTooLarge(boolean said) throws IOException {
    Guest guest = serving();
    Socket socket = socket(guest);
    if (said) {
      write(socket, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n");
      assertThat(readAll(socket)).startsWith("HTTP/1.1 413 ");
      return;
    }
    write(socket, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  write(socket, "1000\r\n" + "x".repeat(4096) + "\r\n");
                }
              } catch (IOException _) {
                // Cut off.
              }
            });
    JsonNode request = guest.next();
    Answer read;
    do {
      read = guest.network().askAndWait(new NetworkRequest.ReadRequest(guest.server(), request.get("exchange").asLong()));
    } while (read instanceof Answer.Reply);
    assertThat(read)
        .isEqualTo(
            new Answer.Failed(
                "MessageTooLargeError", "", "the request's body is longer than limits.response allows, which is 1048576 bytes"));
  }

  /// Attack: a hostile guest writes a head that is two, or answers twice.
  @Test
  void aGuestsHeadStaysOneHead() {
    Guest guest = serving();
    CompletableFuture<HttpResponse<String>> sent = send(to(guest.uri("/")));
    JsonNode request = guest.next();
    assertThat(guest.respond(request, 200, "", new HttpHeader("a", "b\r\nSet-Cookie: c"))).isInstanceOf(Answer.Failed.class);
    assertThat(guest.respond(request, 99, "")).isInstanceOf(Answer.Failed.class);
    assertThat(guest.respond(request, 200, "once")).isInstanceOf(Answer.Reply.class);
    assertThat(guest.respond(request, 200, "twice")).isInstanceOf(Answer.Failed.class);
    assertThat(NetworkUnderTest.get(sent).body()).isEqualTo("once");
    assertThat(guest.network().askAndWait(new NetworkRequest.ReadRequest(guest.server(), 999)))
        .isEqualTo(new Answer.Failed("TypeError", "ECONNRESET", "the client has gone, or was too slow"));
  }
}
