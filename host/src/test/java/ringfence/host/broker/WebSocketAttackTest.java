package ringfence.host.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.host.broker.NetworkUnderTest.Answer;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.protocol.NetworkRequest;

/// What hostile code and hostile servers try with `WebSocket`, on the loopback interface only. Each attack is run with
/// the wall taken away too, or beside the nearest thing that is allowed.
@Timeout(60)
class WebSocketAttackTest {
  private static final Limits SMALL = Limits.DEFAULT.withMessageBytes(128 << 10);

  private static NetworkUnderTest guarded(NetworkSetup setup, String... grants) {
    return new NetworkUnderTest(setup, Limits.DEFAULT, grants);
  }

  private static String url(ScriptedServer server, String host) {
    return "ws://" + host + ":" + server.port() + "/";
  }

  private static String denial(Object outcome) {
    assertThat(outcome).isInstanceOf(Answer.Refused.class);
    return ((Answer.Refused) outcome).denied().sentence();
  }

  private static Answer.Failed failure(Object outcome) {
    assertThat(outcome).isInstanceOf(Answer.Failed.class);
    return (Answer.Failed) outcome;
  }

  // ---- addresses: the rules are those of fetch

  /// Attack: what listens on this machine only, by its address, with every name granted.
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "[::ffff:127.0.0.1]", "localhost"})
  void thisMachine(String host) throws IOException {
    try (var inside = WebSocketScript.sending()) {
      try (var network = guarded(NetworkUnderTest.setup(), "*")) {
        assertThat(denial(network.openSocket(url(inside, host)))).contains("may not connect to", "grant it with permissions.net: [");
        assertThat(inside.sockets).isEmpty();
      }
      // Without the wall: the same where the address is granted.
      try (var network = guarded(NetworkUnderTest.setup(), "127.0.0.1", "localhost")) {
        assertThat(network.openSocket(url(inside, host))).isInstanceOf(Answer.Reply.class);
      }
    }
  }

  /// Attack: a granted name that stands for this machine, the metadata service or a private network.
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "169.254.169.254", "10.0.0.5", "fd00:ec2::254"})
  void aNameThatStandsForAnAddressInside(String address) throws IOException {
    try (var inside = WebSocketScript.sending()) {
      try (var network = guarded(NetworkUnderTest.resolvingTo("93.184.215.14", address), "*")) {
        assertThat(denial(network.openSocket(url(inside, "rebind.test"))))
            .startsWith("service \"page\" may not connect to rebind.test:" + inside.port() + ": it stands for an address of ")
            .doesNotContain(address);
        assertThat(network.handles()).isZero();
        assertThat(inside.sockets).isEmpty();
      }
      // Without the wall: the rule taken away, and the name leads inside.
      try (var network = guarded(NetworkUnderTest.resolvingTo("127.0.0.1").withInside(_ -> Optional.empty()), "*")) {
        assertThat(network.openSocket(url(inside, "rebind.test"))).isInstanceOf(Answer.Reply.class);
      }
    }
  }

  /// Attack: URLs that would be read otherwise elsewhere, or of another protocol.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ws://2130706433/", "ws://127.1/", "ws://0x7f.1/", "ws://user@127.0.0.1/", "ws://127.0.0.1/#f", "http://127.0.0.1/",
        "ws:127.0.0.1", "ws:///", "ws://127.0.0.1/\r\nX: y", "wss://127.0.0.1:0/", "WS://127.0.0.1/", ""
      })
  void urlsThatAreNotTaken(String url) {
    try (var network = guarded(NetworkUnderTest.setup(), "*", "127.0.0.1")) {
      assertThat(failure(network.beginSocket(url)).name()).isEqualTo("TypeError");
      assertThat(network.handles()).isZero();
    }
  }

  /// Attack: a server outside that sends the connection on to one inside.
  @Test
  void aRedirectIsNotFollowed() throws IOException {
    try (var inside = WebSocketScript.sending();
        var outside =
            ScriptedServer.saying(
                "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:" + inside.port() + "/\r\nContent-Length: 0\r\n\r\n");
        var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      assertThat(failure(network.openSocket(url(outside, "127.0.0.1"))).message())
          .isEqualTo("the server breaks the WebSocket protocol: it answers with the status 302, not with 101");
      assertThat(inside.sockets).isEmpty();
    }
  }

  /// Attack: do something that nobody can know of.
  @Test
  void eachConnectionHasALineInTheAuditLog(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("audit.jsonl");
    try (var server = WebSocketScript.sending()) {
      String granted = "127.0.0.1:" + server.port();
      try (var network =
          new NetworkUnderTest(NetworkUnderTest.resolvingTo("127.0.0.1"), Limits.DEFAULT, file, "rebind.test", granted)) {
        network.needSocket(url(server, "127.0.0.1"));
        assertThat(network.openSocket("wss://other.test/")).isInstanceOf(Answer.Refused.class);
        assertThat(network.openSocket("ws://rebind.test/")).isInstanceOf(Answer.Refused.class);
      }
      assertThat(Files.readAllLines(file))
          .satisfiesExactly(
              line -> assertThat(line).contains("\"resource\":\"" + granted + "\",\"granted\":true"),
              line -> assertThat(line).contains("\"resource\":\"other.test:443\",\"granted\":false"),
              line -> assertThat(line).contains("\"resource\":\"rebind.test:80\",\"granted\":true"),
              line -> assertThat(line).contains("\"resource\":\"rebind.test:80\",\"granted\":false"));
    }
  }

  // ---- the handshake

  /// Attack: a subprotocol that is a header of its own, so that a server that is granted is asked for another thing.
  @ParameterizedTest
  @ValueSource(strings = {"a\r\nX-Admin: yes", "a\nb", "a, b", "a b", "\u0000", "caf\u00e9", ""})
  void aSubprotocolThatIsMoreThanAWord(String protocol) throws IOException {
    try (var server = new ScriptedServer((_, out, head) -> WebSocketScript.agree(out, head, "Sec-WebSocket-Protocol: a"));
        var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      assertThat(failure(network.beginSocket(url(server, "127.0.0.1"), protocol)).message())
          .isEqualTo("a subprotocol holds a character that is not allowed there, or is too long");
      assertThat(server.sockets).isEmpty();
      // Beside it: a word.
      network.needSocket(url(server, "127.0.0.1"), "a");
      assertThat(server.heads.getFirst()).contains("Sec-WebSocket-Protocol: a").noneMatch(line -> line.startsWith("X-"));
    }
  }

  static Stream<List<String>> answersThatAreNone() {
    String lines = "Upgrade: websocket\r\nConnection: Upgrade\r\n";
    String start = "HTTP/1.1 101 Switching Protocols\r\n";
    return Stream.of(
        List.of(start + lines + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", "its answer does not belong to the request"),
        List.of(start + lines + "\r\n", "its answer does not belong to the request"),
        List.of("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "it answers with the status 200, not with 101"),
        List.of(start + "Connection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n\r\n", "its answer does not belong to the request"),
        List.of(start + "Upgrade: h2c\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ACCEPT\r\n\r\n", "its answer does not belong to the request"),
        List.of(start + "Upgrade: websocket\r\nSec-WebSocket-Accept: ACCEPT\r\n\r\n", "its answer does not belong to the request"),
        List.of(
            start + lines + "Sec-WebSocket-Accept: ACCEPT\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
            "it uses an extension that was not asked for"),
        List.of(
            start + lines + "Sec-WebSocket-Accept: ACCEPT\r\nSec-WebSocket-Protocol: other\r\n\r\n",
            "it does not choose one of the subprotocols that were asked for"),
        List.of(
            start + lines + "Sec-WebSocket-Accept: ACCEPT\r\nSec-WebSocket-Accept: ACCEPT\r\n\r\n",
            "its answer does not belong to the request"));
  }

  /// Attack: a server of another protocol, which was made to say what the attacker wants, taken for a WebSocket.
  @ParameterizedTest
  @MethodSource("answersThatAreNone")
  void anAnswerThatIsNone(List<String> answer) throws IOException {
    try (var server =
            new ScriptedServer(
                (client, out, head) -> {
                  String accept = Handshake.acceptOf(WebSocketScript.header(head, "Sec-WebSocket-Key"));
                  out.write(answer.getFirst().replace("ACCEPT", accept).getBytes(ISO_8859_1));
                  out.flush();
                  assertThat(client.getInputStream().read()).isNegative();
                });
        var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      assertThat(network.openSocket(url(server, "127.0.0.1")))
          .isEqualTo(new Answer.Failed("TypeError", "EPROTO", "the server breaks the WebSocket protocol: " + answer.getLast()));
      assertThat(network.handles()).isZero();
    }
  }

  /// Attack: none of the subprotocols that were asked for, so that both sides understand something else.
  @Test
  void aServerThatChoosesNoSubprotocol() throws IOException {
    try (var server = new ScriptedServer((_, out, head) -> WebSocketScript.agree(out, head));
        var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      assertThat(failure(network.openSocket(url(server, "127.0.0.1"), "chat")).message())
          .endsWith("it does not choose one of the subprotocols that were asked for");
      network.needSocket(url(server, "127.0.0.1"));
    }
  }

  /// Attack: a handshake that never ends, in silence or byte by byte, to hold the host's sockets.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHandshakeWithoutEnd(boolean drips) throws IOException {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    try (var server =
            new ScriptedServer(
                (client, out, head) -> {
                  try {
                    String lines = WebSocketScript.agreement(head, "X: " + "y".repeat(100_000));
                    for (int i = 0; drips && i < lines.length(); i++) {
                      out.write(lines.charAt(i));
                      out.flush();
                      client.setSoTimeout(1);
                      try {
                        if (client.getInputStream().read() < 0) {
                          return;
                        }
                      } catch (SocketTimeoutException _) {
                        // It is still there.
                      }
                    }
                    client.setSoTimeout(0);
                    assertThat(client.getInputStream().read()).isNegative();
                  } finally {
                    gone.complete(null);
                  }
                });
        var network = guarded(NetworkUnderTest.setup().withHeadTime(Duration.ofMillis(300)), "127.0.0.1")) {
      assertThat(network.openSocket(url(server, "127.0.0.1")))
          .isEqualTo(new Answer.Failed("TypeError", "ETIMEDOUT", "127.0.0.1:" + server.port() + " took too long to answer"));
      NetworkUnderTest.get(gone);
      assertThat(network.handles()).isZero();
    }
  }

  /// Beside it: once it is open, a connection may be silent for longer than a handshake or a response.
  @Test
  void anOpenConnectionMayBeSilent() throws IOException {
    CompletableFuture<Void> speak = new CompletableFuture<>();
    try (var server =
            new ScriptedServer(
                (_, out, head) -> {
                  WebSocketScript.agree(out, head);
                  NetworkUnderTest.get(speak);
                  out.write(WebSocketScript.bytes("81 01 'x'"));
                });
        var network =
            guarded(
                NetworkUnderTest.setup()
                    .withPatience(Duration.ofSeconds(5), Duration.ofMillis(300))
                    .withHeadTime(Duration.ofMillis(300)),
                "127.0.0.1")) {
      int socket = network.needSocket(url(server, "127.0.0.1"));
      CompletableFuture<Answer> read = network.ask(new NetworkRequest.ReadWebSocket(socket));
      Awaitility.await().during(Duration.ofMillis(600)).atMost(Duration.ofSeconds(20)).until(() -> !read.isDone());
      speak.complete(null);
      assertThat(NetworkUnderTest.told(NetworkUnderTest.get(read))).isEqualTo("text x");
    }
  }

  // ---- frames

  private static final String BROKEN = "the server breaks the WebSocket protocol: ";

  /// Attack: frames that a careless reader takes, waits for, makes room for, or falls over. The last column is the code
  /// that the server is told.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "81 ff ffffffffffffffff                | a frame is masked                                                 | 1002",
        "81 82 00000000 'hi'                   | a frame is masked                                                 | 1002",
        "82 7f 8000000000000000                | a frame's length is negative or has a longer form than it needs   | 1002",
        "82 7f ffffffffffffffff                | a frame's length is negative or has a longer form than it needs   | 1002",
        "82 7f 0000000000000001 00             | a frame's length is negative or has a longer form than it needs   | 1002",
        "82 7e 0001 00                         | a frame's length is negative or has a longer form than it needs   | 1002",
        "c1 02 'hi'                            | a frame uses an extension that was not agreed on                  | 1002",
        "91 02 'hi'                            | a frame uses an extension that was not agreed on                  | 1002",
        "83 02 'hi'                            | no frame has the opcode 3                                         | 1002",
        "8f 02 'hi'                            | no frame has the opcode 15                                        | 1002",
        "80 02 'hi'                            | a message goes on that has not begun                              | 1002",
        "09 00                                 | a control frame is in parts or longer than 125 bytes              | 1002",
        "89 7e 007e                            | a control frame is in parts or longer than 125 bytes              | 1002",
        "88 01 00                              | a close frame has no code that may be sent                        | 1002",
        "88 02 03ed                            | a close frame has no code that may be sent                        | 1002",
        "88 02 03e7                            | a close frame has no code that may be sent                        | 1002",
        "88 02 1388                            | a close frame has no code that may be sent                        | 1002",
        "88 03 03e8 ff                         | a text is not UTF-8                                               | 1007",
        "81 01 ff                              | a text is not UTF-8                                               | 1007",
        "81 01 c3                              | a text is not UTF-8                                               | 1007",
        "81 02 c080                            | a text is not UTF-8                                               | 1007",
        "81 03 eda080                          | a text is not UTF-8                                               | 1007",
        "81 04 f4908080                        | a text is not UTF-8                                               | 1007",
        "81 03 e08080                          | a text is not UTF-8                                               | 1007"
      })
  void framesThatBreakTheProtocol(String frames, String what, int code) throws IOException {
    CompletableFuture<String> told = new CompletableFuture<>();
    try (var server =
            new ScriptedServer(
                (client, out, head) -> {
                  WebSocketScript.agree(out, head);
                  out.write(WebSocketScript.bytes("82 01 07" + frames));
                  out.flush();
                  try {
                    told.complete(WebSocketScript.frame(client.getInputStream()));
                  } catch (IOException e) {
                    told.completeExceptionally(e);
                  }
                });
        var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      int socket = network.needSocket(url(server, "127.0.0.1"));
      // Beside it: what is whole before it arrives.
      assertThat(network.readSocket(socket)).isEqualTo("binary 07");
      assertThat(network.readSocket(socket)).isEqualTo(new Answer.Failed("TypeError", "EPROTO", BROKEN + what));
      assertThat(network.handles()).isZero();
      assertThat(NetworkUnderTest.get(told)).isEqualTo("88 %04x".formatted(code));
    }
  }

  /// Attack: as before, where the frames before are part of it.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "01 01 'a' 81 01 'b' | a message begins within another one",
        "01 01 'a' 82 01 'b' | a message begins within another one",
        "01 01 e2  80 01 'b' | a text is not UTF-8",
        "01 01 e2  80 00     | a text is not UTF-8"
      })
  void messagesThatBreakTheProtocol(String frames, String what) throws IOException {
    try (var server = WebSocketScript.sending(WebSocketScript.bytes(frames));
        var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      int socket = network.needSocket(url(server, "127.0.0.1"));
      assertThat(network.readSocket(socket)).asString().startsWith("text.. ");
      assertThat(network.readSocket(socket)).isEqualTo(new Answer.Failed("TypeError", "EPROTO", BROKEN + what));
    }
  }

  /// Attack: a length that makes a reader get room for 2^62 bytes, or collect for ever; in one frame and in many.
  @Test
  void aMessageLongerThanMayBe() throws IOException {
    byte[] half = new byte[64 << 10];
    byte[] first = WebSocketScript.bytes("02 7f 0000000000010000");
    byte[] second = WebSocketScript.bytes("80 7f 0000000000010000");
    Answer.Failed tooLarge =
        new Answer.Failed("MessageTooLargeError", "EPROTO", "a message is longer than limits.message allows, which is 131072 bytes");
    // Beside it: as long as it may be.
    try (var server = WebSocketScript.sending(first, half, second, half);
        var network = new NetworkUnderTest(NetworkUnderTest.setup(), SMALL, "127.0.0.1")) {
      int socket = network.needSocket(url(server, "127.0.0.1"));
      assertThat(network.readSocket(socket)).asString().startsWith("binary.. 00");
      assertThat(network.readSocket(socket)).asString().startsWith("binary 00");
    }
    try (var server = WebSocketScript.sending(first, half, WebSocketScript.bytes("80 7f 0000000000010001"), half);
        var network = new NetworkUnderTest(NetworkUnderTest.setup(), SMALL, "127.0.0.1")) {
      int socket = network.needSocket(url(server, "127.0.0.1"));
      assertThat(network.readSocket(socket)).asString().startsWith("binary.. 00");
      assertThat(network.readSocket(socket)).isEqualTo(tooLarge);
    }
    try (var server = WebSocketScript.sending(WebSocketScript.bytes("82 7f 7fffffffffffffff"));
        var network = new NetworkUnderTest(NetworkUnderTest.setup(), SMALL, "127.0.0.1")) {
      assertThat(network.readSocket(network.needSocket(url(server, "127.0.0.1")))).isEqualTo(tooLarge);
    }
  }

  /// Attack: a server that ends the connection without a word, for a service that waits for ever.
  @Test
  void aConnectionThatBreaksOff() throws IOException {
    try (var server = new ScriptedServer((_, out, head) -> WebSocketScript.agree(out, head));
        var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      int socket = network.needSocket(url(server, "127.0.0.1"));
      assertThat(network.readSocket(socket))
          .isEqualTo(
              new Answer.Failed("TypeError", "ECONNRESET", "127.0.0.1:" + server.port() + " ended the connection too early"));
      assertThat(network.askAndWait(new NetworkRequest.WriteWebSocket(socket, true, true, new byte[1])))
          .isEqualTo(new Answer.Failed("TypeError", "", "the connection is over"));
    }
  }

  // ---- floods

  /// Attack: messages without end for a service that does not read, to fill the host's memory.
  @Test
  void aFloodOfMessagesWaitsInItsServer() throws IOException {
    int most = 1024;
    AtomicLong sent = new AtomicLong();
    try (var server =
            new ScriptedServer(
                (_, out, head) -> {
                  WebSocketScript.agree(out, head);
                  byte[] begin = WebSocketScript.bytes("82 7f 0000000000010000");
                  byte[] message = new byte[64 << 10];
                  while (sent.get() < most) {
                    out.write(begin);
                    out.write(message);
                    sent.incrementAndGet();
                  }
                });
        var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      int socket = network.needSocket(url(server, "127.0.0.1"));
      // What the kernel's buffers hold, and then no more.
      AtomicLong before = new AtomicLong(-1);
      Awaitility.await()
          .pollInterval(Duration.ofMillis(300))
          .atMost(Duration.ofSeconds(20))
          .until(() -> sent.get() == before.getAndSet(sent.get()));
      long stuck = sent.get();
      assertThat(stuck).isLessThan(most);
      // Beside it: it goes on as fast as it is read.
      while (sent.get() <= stuck) {
        assertThat(network.need(new NetworkRequest.ReadWebSocket(socket))).hasSize(2 + (64 << 10));
      }
    }
  }

  /// Attack: frames without end that bring nothing, so that the host works for a service that does not even read.
  @ParameterizedTest
  @ValueSource(strings = {"89 01 'p'", "8a 01 'p'", "01 00"})
  void aFloodOfFramesThatBringNothingWaitsForItsReader(String frame) throws IOException {
    boolean begins = frame.startsWith("01");
    int most = 100;
    byte[][] frames = new byte[most + 1][];
    Arrays.fill(frames, WebSocketScript.bytes(begins ? "00 00" : frame));
    frames[0] = WebSocketScript.bytes(frame);
    frames[most] = WebSocketScript.bytes(begins ? "80 01 'x'" : "81 01 'x'");
    try (var server = WebSocketScript.sending(frames);
        var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      int socket = network.needSocket(url(server, "127.0.0.1"));
      int idle = 0;
      Object told = network.readSocket(socket);
      for (; String.valueOf(told).endsWith(".. "); told = network.readSocket(socket)) {
        idle++;
      }
      assertThat(told).isEqualTo("text x");
      assertThat(idle).isEqualTo(most / 32);
    }
  }

  /// Attack: a service that sends to a server that reads nothing, to fill the host's memory.
  @Test
  void whatNobodyReadsWaitsInItsWorker() throws IOException {
    CompletableFuture<Void> enough = new CompletableFuture<>();
    try (var server =
            new ScriptedServer(
                (_, out, head) -> {
                  WebSocketScript.agree(out, head);
                  NetworkUnderTest.get(enough);
                });
        var network = guarded(NetworkUnderTest.setup().withClosing(Duration.ofMillis(200)), "127.0.0.1")) {
      int socket = network.needSocket(url(server, "127.0.0.1"));
      NetworkRequest piece = new NetworkRequest.WriteWebSocket(socket, false, false, new byte[1 << 20]);
      CompletableFuture<Answer> write = network.ask(piece);
      int taken = 0;
      while (taken < 64 && answeredSoon(write)) {
        taken++;
        write = network.ask(piece);
      }
      assertThat(taken).isLessThan(64);
      assertThat(write).isNotDone();
      // It can't be closed in good order any more, and is closed in its time.
      CompletableFuture<Answer> close = network.ask(new NetworkRequest.CloseWebSocket(socket, 1000, ""));
      assertThat(NetworkUnderTest.get(write)).isInstanceOf(Answer.Failed.class);
      assertThat(NetworkUnderTest.get(close)).isInstanceOf(Answer.Failed.class);
      enough.complete(null);
    }
  }

  private static boolean answeredSoon(CompletableFuture<Answer> answer) {
    try {
      return Awaitility.await().atMost(Duration.ofSeconds(1)).pollInterval(Duration.ofMillis(5)).until(answer::isDone, done -> done);
    } catch (ConditionTimeoutException _) {
      return false;
    }
  }

  /// Attack: connections without number, beside fetches; both count.
  @Test
  void moreConnectionsThanMayBeAtOnce() throws IOException {
    try (var server = new ScriptedServer((client, _, _) -> assertThat(client.getInputStream().read()).isNegative());
        var network =
            new NetworkUnderTest(NetworkUnderTest.setup(), Limits.DEFAULT.withOpenFiles(10_000), "127.0.0.1")) {
      int fetch = network.beginGet(server.url("127.0.0.1"));
      NetworkRequest request = new NetworkRequest.OpenWebSocket(url(server, "127.0.0.1"), List.of());
      List<Answer> answers =
          IntStream.range(0, 1000).mapToObj(_ -> network.ask(request)).toList().stream().map(NetworkUnderTest::get).toList();
      assertThat(answers.stream().filter(Answer.Reply.class::isInstance)).hasSize(WayOut.MOST_AT_ONCE - 1);
      assertThat(answers.stream().filter(Answer.Failed.class::isInstance))
          .allSatisfy(answer -> assertThat(failure(answer).name()).isEqualTo("BackpressureError"));
      network.closeHandle(fetch);
      assertThat(network.askAndWait(request)).isInstanceOf(Answer.Reply.class);
    }
  }

  // ---- ends

  /// Attack: begin connections and give them up, to fill the host with sockets; while they begin and when they are open.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whoGivesUpFreesTheSocket(boolean opens) throws IOException {
    CompletableFuture<Boolean> gone = new CompletableFuture<>();
    try (var server =
            new ScriptedServer(
                (client, out, head) -> {
                  if (opens) {
                    WebSocketScript.agree(out, head);
                  }
                  gone.complete(client.getInputStream().read() < 0);
                });
        var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      int socket = NetworkUnderTest.reply(network.beginSocket(url(server, "127.0.0.1"))).number();
      CompletableFuture<Answer> read = network.ask(new NetworkRequest.ReadWebSocket(socket));
      if (opens) {
        NetworkUnderTest.reply(NetworkUnderTest.get(read));
        read = network.ask(new NetworkRequest.ReadWebSocket(socket));
      }
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> !server.heads.isEmpty());
      network.closeHandle(socket);
      assertThat(NetworkUnderTest.get(read)).isInstanceOf(Answer.Failed.class);
      assertThat(NetworkUnderTest.get(gone)).isTrue();
      assertThat(network.handles()).isZero();
    }
  }

  /// Attack: a server that never says that it closes too, or says so and stays; and goes on sending.
  @ParameterizedTest
  @ValueSource(strings = {"", "88 00", "82 01 00"})
  void aServerThatDoesNotEndTheConnection(String frames) throws IOException {
    CompletableFuture<Boolean> gone = new CompletableFuture<>();
    try (var server =
            new ScriptedServer(
                (client, out, head) -> {
                  WebSocketScript.agree(out, head);
                  assertThat(WebSocketScript.frame(client.getInputStream())).isEqualTo("88 03e8");
                  out.write(WebSocketScript.bytes(frames));
                  out.flush();
                  gone.complete(client.getInputStream().read() < 0);
                });
        var network = guarded(NetworkUnderTest.setup().withClosing(Duration.ofMillis(200)), "127.0.0.1")) {
      int socket = network.needSocket(url(server, "127.0.0.1"));
      network.need(new NetworkRequest.CloseWebSocket(socket, 1000, ""));
      Object told = network.readSocket(socket);
      while (String.valueOf(told).startsWith("binary")) {
        told = network.readSocket(socket);
      }
      if (frames.equals("88 00")) {
        assertThat(told).isEqualTo("closed 1005 ");
      } else {
        assertThat(told).asInstanceOf(type(Answer.Failed.class)).returns("TypeError", Answer.Failed::name);
      }
      assertThat(NetworkUnderTest.get(gone)).isTrue();
      assertThat(network.handles()).isZero();
    }
  }

  /// Attack: a worker that closes with what no close frame may hold, or uses what is not a WebSocket.
  @Test
  void requestsThatAreNone() throws IOException {
    try (var server = WebSocketScript.sending(WebSocketScript.bytes("81 01 'x'"));
        var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      int socket = network.needSocket(url(server, "127.0.0.1"));
      for (int code : new int[] {-1, 1, 999, 1001, 1005, 1006, 2999, 5000, 66_536}) {
        assertThat(failure(network.askAndWait(new NetworkRequest.CloseWebSocket(socket, code, ""))).name()).isEqualTo("TypeError");
      }
      assertThat(network.askAndWait(new NetworkRequest.CloseWebSocket(socket, 1000, "\u20ac".repeat(42)))).isInstanceOf(Answer.Failed.class);
      assertThat(network.askAndWait(new NetworkRequest.CloseWebSocket(socket, NetworkRequest.CloseWebSocket.NO_CODE, "x")))
          .isInstanceOf(Answer.Failed.class);
      // Beside it: none of that has reached the server.
      assertThat(network.readSocket(socket)).isEqualTo("text x");
      int fetch = network.beginGet(server.url("127.0.0.1"));
      assertThat(network.readSocket(fetch)).isEqualTo(new Answer.Failed("TypeError", "", "the connection is over"));
    }
  }
}
