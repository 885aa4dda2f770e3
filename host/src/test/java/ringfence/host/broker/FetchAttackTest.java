package ringfence.host.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.host.broker.NetworkUnderTest.Answer;
import ringfence.host.broker.NetworkUnderTest.Fetched;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.protocol.HttpHeader;
import ringfence.sandbox.protocol.NetworkRequest;

/// What hostile code and hostile servers try with `fetch`, on the loopback interface only. Each attack is run with the
/// wall taken away too, where it succeeds.
@Timeout(60)
class FetchAttackTest {
  private static final String SECRET = "only for those inside";

  private ScriptedServer inside;

  @BeforeEach
  void open() throws IOException {
    inside = ScriptedServer.saying(ScriptedServer.response(SECRET));
  }

  @AfterEach
  void close() throws IOException {
    inside.close();
  }

  private static NetworkUnderTest guarded(NetworkSetup setup, String... grants) {
    return new NetworkUnderTest(setup, Limits.DEFAULT, grants);
  }

  private static String denial(Object outcome) {
    assertThat(outcome).isInstanceOf(Answer.Refused.class);
    return ((Answer.Refused) outcome).denied().sentence();
  }

  private void nobodyCame() {
    assertThat(inside.sockets).isEmpty();
  }

  // ---- 13 and 17: addresses

  /// Attack: what listens on this machine only, by its address, with every name granted.
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]"})
  void thisMachineByItsAddress(String host) {
    try (var network = guarded(NetworkUnderTest.setup(), "*")) {
      assertThat(denial(network.fetch(inside.url(host))))
          .isEqualTo(
              "service \"page\" may not connect to 127.0.0.1:%d; grant it with permissions.net: [\"127.0.0.1:%1$d\"]"
                  .formatted(inside.port()));
      nobodyCame();
    }
    // Without the wall: the same request where the address is granted.
    try (var network = guarded(NetworkUnderTest.setup(), "127.0.0.1:" + inside.port())) {
      assertThat(network.fetch(inside.url(host))).isInstanceOf(Fetched.class);
    }
  }

  /// Attack: addresses that other parsers take for 127.0.0.1, past a decision on the text.
  @ParameterizedTest
  @ValueSource(
      strings = {"2130706433", "0x7f000001", "0x7f.1", "0x7F.0.0.1", "127.1", "127.0.1", "0177.0.0.1", "127.0.0.1.", "127.0.0.01"})
  void formsThatOnlySomeTakeForAnAddress(String host) throws IOException {
    try (var network = guarded(NetworkUnderTest.setup(), "*", "127.0.0.1:" + inside.port())) {
      assertThat(network.begin("GET", inside.url(host), NetworkRequest.NO_BODY))
          .isEqualTo(
              new Answer.Failed(
                  "TypeError",
                  "",
                  "the URL's host is an address in a form that is not taken; write four decimal numbers, such as 10.1.2.3"));
      nobodyCame();
    }
  }

  /// Without the wall: an ordinary client takes such forms, and is inside.
  @ParameterizedTest
  @ValueSource(strings = {"2130706433", "127.1", "127.0.1"})
  void anOrdinaryClientTakesTheseForms(String host) throws IOException {
    try (var in = URI.create(inside.url(host)).toURL().openStream()) {
      assertThat(new String(in.readAllBytes(), ISO_8859_1)).isEqualTo(SECRET);
    }
  }

  /// Attack: a granted name that stands for an address inside (DNS rebinding); one such answer among others is enough.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1", "::1", "169.254.169.254", "10.0.0.5", "192.168.1.1", "172.20.0.1", "100.64.3.4", "0.0.0.0",
        "fd00:ec2::254", "fe80::1", "64:ff9b::7f00:1", "2002:7f00:1::", "168.63.129.16"
      })
  void aNameThatStandsForAnAddressInside(String address) {
    for (String[] answers : new String[][] {{address}, {"93.184.215.14", address}, {address, "93.184.215.14"}}) {
      try (var network = guarded(NetworkUnderTest.resolvingTo(answers), "rebind.test", "*")) {
        assertThat(denial(network.fetch(inside.url("rebind.test"))))
            .startsWith("service \"page\" may not connect to rebind.test:" + inside.port() + ": it stands for an address of ")
            .endsWith(", which only a grant of that address opens")
            .doesNotContain(address);
      }
    }
    nobodyCame();
  }

  /// Without the wall: the rule taken away, and the same name leads inside.
  @Test
  void withoutTheRuleTheNameLeadsInside() {
    try (var network =
        guarded(NetworkUnderTest.resolvingTo("127.0.0.1").withInside(_ -> Optional.empty()), "rebind.test")) {
      assertThat(network.fetch(inside.url("rebind.test")))
          .asInstanceOf(type(Fetched.class))
          .returns(SECRET, Fetched::body);
    }
  }

  /// Attack: a resolver that answers well when it is asked for the check, and otherwise when asked for the connection.
  @Test
  void aNameIsLookedUpOnceAndTheCheckedAddressIsConnectedTo() throws IOException {
    AtomicInteger looks = new AtomicInteger();
    Resolver fickle =
        _ -> List.of(InetAddress.ofLiteral(looks.getAndIncrement() == 0 ? "127.0.0.2" : "127.0.0.1"));
    try (var outside = new ScriptedServer("127.0.0.2", (_, out, _) -> out.write(ScriptedServer.response("fine").getBytes(ISO_8859_1)))) {
      String granted = "127.0.0.2:" + outside.port();
      try (var network = guarded(NetworkUnderTest.setup().withResolver(fickle), "rebind.test", granted)) {
        assertThat(network.fetch(outside.url("rebind.test"))).asInstanceOf(type(Fetched.class)).returns("fine", Fetched::body);
        assertThat(looks).hasValue(1);
        assertThat(denial(network.fetch(inside.url("rebind.test")))).contains("an address of this machine");
        nobodyCame();
      }
    }
  }

  /// Attack: this machine by its name, in all ways to write it.
  @ParameterizedTest
  @ValueSource(strings = {"localhost", "localhost.", "LOCALHOST", "LocalHost."})
  void thisMachineByItsName(String host) {
    try (var network = guarded(NetworkUnderTest.resolvingTo("93.184.215.14"), "*", "127.0.0.1:" + inside.port())) {
      assertThat(denial(network.fetch(inside.url(host))))
          .isEqualTo(
              "service \"page\" may not connect to localhost:%d; grant it with permissions.net: [\"localhost:%1$d\"]"
                  .formatted(inside.port()));
      nobodyCame();
    }
    // Without the wall: granted by this name, whatever the resolver says.
    try (var network = guarded(NetworkUnderTest.resolvingTo("93.184.215.14"), "localhost:" + inside.port())) {
      assertThat(network.fetch(inside.url(host))).isInstanceOf(Fetched.class);
    }
  }

  /// Attack: a URL in which two parsers see two hosts.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://granted.test@127.0.0.1/", "http://granted.test:80@127.0.0.1/", "http://127.0.0.1#@granted.test/",
        "http://granted.test\\@127.0.0.1/", "http://127.0.0.1\\.granted.test/", "http://granted.test%2f@127.0.0.1/",
        "http://granted.test\t/", "http://granted.test\r\nHost: b/", "http://granted.test/\r\nX: y", "http://granted.test/ HTTP/1.1",
        "http://granted.test\u0000.evil/", "http://\uff11\uff12\uff17.0.0.1/", "http://granted\u3002test/", "http:granted.test/",
        "http:///granted.test/", "//granted.test/", "ftp://granted.test/", "file:///etc/passwd", "http://[::1%25lo]/",
        "http://[fe80::1%eth0]/", "http://[127.0.0.1]/", "http://granted.test:0/", "http://granted.test:65616/",
        "http://granted.test:/", "http://-granted.test/", "http://granted..test/", "http://..test/", ""
      })
  void aUrlWithTwoReadings(String url) {
    try (var network = guarded(NetworkUnderTest.resolvingTo("127.0.0.1").withInside(_ -> Optional.empty()), "*", "granted.test")) {
      assertThat(network.begin("GET", url, NetworkRequest.NO_BODY))
          .asInstanceOf(type(Answer.Failed.class))
          .returns("TypeError", Answer.Failed::name);
    }
  }

  /// Attack: an open redirect of a granted server that leads inside.
  @Test
  void aRedirectThatLeadsInside() throws IOException {
    String location = inside.url("127.0.0.1");
    try (var outside =
        ScriptedServer.saying("HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n")) {
      String url = outside.url("127.0.0.1");
      try (var network = guarded(NetworkUnderTest.setup(), "127.0.0.1:" + outside.port())) {
        // Nothing is followed here: the next hop is a fetch of its own.
        assertThat(network.fetch(url))
            .asInstanceOf(type(Fetched.class))
            .returns(302, Fetched::status)
            .returns(location, fetched -> fetched.headers().get("location"));
        nobodyCame();
        assertThat(denial(network.fetch(location))).contains("may not connect to 127.0.0.1:" + inside.port());
        nobodyCame();
      }
      // Without the wall: an ordinary client follows.
      try (var in = URI.create(url).toURL().openStream()) {
        assertThat(new String(in.readAllBytes(), ISO_8859_1)).isEqualTo(SECRET);
      }
    }
  }

  /// Attack: the settings of the host's JVM lead requests through a proxy.
  @Test
  void noProxyOfTheHostIsUsed() {
    List<String> keys = List.of("http.proxyHost", "http.proxyPort", "socksProxyHost", "socksProxyPort");
    List<String> values = List.of("127.0.0.1", "1", "127.0.0.1", "1");
    IntStream.range(0, keys.size()).forEach(i -> System.setProperty(keys.get(i), values.get(i)));
    try (var network = guarded(NetworkUnderTest.setup(), "127.0.0.1:" + inside.port())) {
      assertThat(network.fetch(inside.url("127.0.0.1"))).isInstanceOf(Fetched.class);
    } finally {
      keys.forEach(System::clearProperty);
    }
  }

  // ---- heads

  static Stream<NetworkRequest.BeginFetch> smuggledHeads() {
    String url = "http://127.0.0.1:1/";
    return Stream.of(
            new HttpHeader("a", "b\r\nHost: c"),
            new HttpHeader("a", "b\nc: d"),
            new HttpHeader("a", "b\rc"),
            new HttpHeader("a", "b\u0000"),
            new HttpHeader("a", "b\u010a"),
            new HttpHeader("a\r\nb", "c"),
            new HttpHeader("a b", "c"),
            new HttpHeader("a:", "c"),
            new HttpHeader("", "c"),
            new HttpHeader("\u00e4", "c"),
            new HttpHeader("a", "x".repeat(70_000)))
        .map(header -> new NetworkRequest.BeginFetch("GET", url, List.of(header), NetworkRequest.NO_BODY));
  }

  /// Attack: a header or a method that ends its line, so that the server sees one that nobody decided on.
  @ParameterizedTest
  @MethodSource("smuggledHeads")
  void aHeaderThatEndsItsLine(NetworkRequest.BeginFetch request) {
    try (var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      assertThat(network.askAndWait(request)).asInstanceOf(type(Answer.Failed.class)).returns("TypeError", Answer.Failed::name);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET / HTTP/1.1\r\nX: y", "G T", "", "CONNECT", "TRACE", "connect", "TRACK", "G\u0000T"})
  void aMethodThatIsNone(String method) {
    try (var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      assertThat(network.begin(method, "http://127.0.0.1:1/", NetworkRequest.NO_BODY))
          .isEqualTo(new Answer.Failed("TypeError", "", "the method is not one that can be sent"));
    }
  }

  /// Without the wall: sent as it is, the value is two headers to a server.
  @Test
  void sentAsItIsTheValueIsTwoHeaders() throws IOException {
    try (Socket client = new Socket(InetAddress.ofLiteral("127.0.0.1"), inside.port())) {
      client.getOutputStream().write(("GET / HTTP/1.1\r\na: " + "b\r\nHost: c" + "\r\n\r\n").getBytes(ISO_8859_1));
      assertThat(client.getInputStream().read()).isPositive();
      assertThat(inside.heads.getFirst()).contains("Host: c");
    }
  }

  /// Attack: headers of the connection, by which one server serves another site or takes the body for a second request.
  @Test
  void headersOfTheConnectionAreTheHosts() {
    try (var network = guarded(NetworkUnderTest.setup(), "127.0.0.1:" + inside.port())) {
      Object outcome =
          network.fetch(
              inside.url("127.0.0.1"),
              new HttpHeader("Host", "other.test"),
              new HttpHeader("Content-Length", "5"),
              new HttpHeader("Transfer-Encoding", "chunked"),
              new HttpHeader("CONNECTION", "upgrade"),
              new HttpHeader("Upgrade", "h2c"),
              new HttpHeader("Expect", "100-continue"),
              new HttpHeader("Proxy-Authorization", "x"),
              new HttpHeader("X-Mine", "caf\u00c3\u00a9"));
      assertThat(outcome).isInstanceOf(Fetched.class);
      assertThat(inside.heads.getFirst())
          .contains("Host: 127.0.0.1:" + inside.port(), "X-Mine: caf\u00c3\u00a9", "Accept-Encoding: gzip, deflate")
          .noneMatch(line -> line.matches("(?i)(content-length|transfer-encoding|upgrade|expect|proxy-authorization):.*"))
          .noneMatch(line -> line.contains("other.test"));
    }
  }

  // ---- bodies

  private static byte[] bomb(long bytes) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream zip = new GZIPOutputStream(packed)) {
      byte[] zeros = new byte[1 << 20];
      for (long done = 0; done < bytes; done += zeros.length) {
        zip.write(zeros);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return packed.toByteArray();
  }

  private static ScriptedServer serving(byte[] body, String... headers) throws IOException {
    return new ScriptedServer(
        (_, out, _) -> {
          String head = "HTTP/1.1 200 OK\r\nConnection: close\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
          out.write(head.getBytes(ISO_8859_1));
          out.write(body);
        });
  }

  private static Answer.Failed tooLarge(long bytes) {
    return new Answer.Failed(
        "MessageTooLargeError",
        "",
        "the response's body is longer than limits.response allows, which is " + bytes + " bytes");
  }

  /// Attack: half a MiB that unfolds to half a GiB, once and twice.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aDecompressionBomb(boolean twice) throws IOException {
    byte[] packed = bomb(512L << 20);
    String encoding = "gzip";
    if (twice) {
      ByteArrayOutputStream again = new ByteArrayOutputStream();
      try (OutputStream zip = new GZIPOutputStream(again)) {
        zip.write(packed);
      }
      packed = again.toByteArray();
      encoding = "gzip, gzip";
    }
    try (var server = serving(packed, "Content-Encoding: " + encoding)) {
      String grant = "127.0.0.1:" + server.port();
      Limits small = Limits.DEFAULT.withResponseBytes(1 << 20);
      try (var network = new NetworkUnderTest(NetworkUnderTest.setup(), small, grant)) {
        assertThat(network.fetch(server.url("127.0.0.1"))).isEqualTo(tooLarge(1 << 20));
        assertThat(network.handles()).isZero();
      }
      // Without the wall: it unfolds, to as much as the limit lets it.
      Limits large = Limits.DEFAULT.withResponseBytes(1L << 30);
      try (var network = new NetworkUnderTest(NetworkUnderTest.setup(), large, grant)) {
        int fetch = network.beginGet(server.url("127.0.0.1"));
        network.need(new NetworkRequest.AwaitResponse(fetch));
        long unfolded = 0;
        for (byte[] piece = {1}; unfolded < 16 << 20 && piece.length > 0; unfolded += piece.length) {
          piece = network.need(new NetworkRequest.ReadResponse(fetch));
        }
        assertThat(unfolded).isGreaterThanOrEqualTo(16 << 20);
      }
    }
  }

  /// Attack: a body without end; and one that decodes to nothing for ever.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBodyWithoutEnd(boolean empty) throws IOException {
    byte[] gzip = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, 0};
    byte[] nothing = {0, 0, 0, -1, -1};
    try (var server =
        new ScriptedServer(
            (_, out, _) -> {
              out.write(("HTTP/1.1 200 OK\r\n" + (empty ? "Content-Encoding: gzip\r\n" : "") + "\r\n").getBytes(ISO_8859_1));
              out.write(empty ? gzip : new byte[1]);
              byte[] piece = empty ? nothing : new byte[4096];
              while (true) {
                out.write(piece);
              }
            })) {
      Limits small = Limits.DEFAULT.withResponseBytes(1 << 20);
      try (var network = new NetworkUnderTest(NetworkUnderTest.setup(), small, "127.0.0.1")) {
        assertThat(network.fetch(server.url("127.0.0.1"))).isEqualTo(tooLarge(1 << 20));
        assertThat(network.handles()).isZero();
      }
    }
  }

  /// Attack: a body of so many empty parts that the decoder's stack ends; the JDK's does.
  @Test
  void aBodyOfEmptyParts() throws IOException {
    byte[] member = bomb(0);
    byte[] all = new byte[member.length * 50_000];
    for (int at = 0; at < all.length; at += member.length) {
      System.arraycopy(member, 0, all, at, member.length);
    }
    try (var server = serving(all, "Content-Encoding: gzip");
        var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      assertThat(network.fetch(server.url("127.0.0.1")))
          .asInstanceOf(type(Answer.Failed.class))
          .returns("TypeError", Answer.Failed::name);
    }
    assertThatThrownBy(() -> new GZIPInputStream(new ByteArrayInputStream(all)).readAllBytes())
        .isInstanceOf(StackOverflowError.class);
  }

  /// Attack: a server that says nothing, before its response or within it.
  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"})
  void aServerThatFallsSilent(String words) throws IOException {
    try (var server =
        new ScriptedServer(
            (client, out, _) -> {
              out.write(words.getBytes(ISO_8859_1));
              out.flush();
              // Until the client hangs up.
              assertThat(client.getInputStream().read()).isNegative();
            })) {
      NetworkSetup hasty = NetworkUnderTest.setup().withPatience(Duration.ofSeconds(5), Duration.ofMillis(200));
      try (var network = guarded(hasty, "127.0.0.1")) {
        assertThat(network.fetch(server.url("127.0.0.1")))
            .isEqualTo(
                new Answer.Failed("TypeError", "ETIMEDOUT", "127.0.0.1:" + server.port() + " took too long to answer"));
        assertThat(network.handles()).isZero();
      }
    }
  }

  /// Attack: a head without end.
  @ParameterizedTest
  @ValueSource(strings = {"X: y\r\n", "xxxxxxxxxxxxxxxx"})
  void aHeadWithoutEnd(String piece) throws IOException {
    try (var server =
        new ScriptedServer(
            (_, out, _) -> {
              out.write("HTTP/1.1 200 OK\r\n".getBytes(ISO_8859_1));
              while (true) {
                out.write(piece.getBytes(ISO_8859_1));
              }
            })) {
      try (var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
        assertThat(network.fetch(server.url("127.0.0.1")))
            .asInstanceOf(type(Answer.Failed.class))
            .returns("TypeError", Answer.Failed::name);
      }
    }
  }

  /// Attack: ten thousand exchanges at once.
  @Test
  void moreExchangesThanMayBeAtOnce() throws IOException {
    try (var server = new ScriptedServer((client, _, _) -> assertThat(client.getInputStream().read()).isNegative());
        var network =
            new NetworkUnderTest(NetworkUnderTest.setup(), Limits.DEFAULT.withOpenFiles(10_000), "127.0.0.1")) {
      NetworkRequest request = new NetworkRequest.BeginFetch("GET", server.url("127.0.0.1"), List.of(), NetworkRequest.NO_BODY);
      List<CompletableFuture<Answer>> asked = IntStream.range(0, 10_000).mapToObj(_ -> network.ask(request)).toList();
      List<Answer> answers = asked.stream().map(NetworkUnderTest::get).toList();
      assertThat(answers.stream().filter(Answer.Reply.class::isInstance)).hasSize(WayOut.MOST_AT_ONCE);
      assertThat(answers.stream().filter(Answer.Failed.class::isInstance))
          .hasSize(10_000 - WayOut.MOST_AT_ONCE)
          .allMatch(
              answer ->
                  answer.equals(
                      new Answer.Failed(
                          "BackpressureError",
                          "",
                          "too many connections at once: 64 fetches and WebSockets are under way; read or cancel the bodies of"
                              + " some first, or close some")));
      assertThat(server.sockets).hasSizeLessThanOrEqualTo(WayOut.MOST_AT_ONCE);
      // As many as before may begin once those are given up.
      answers.stream()
          .filter(Answer.Reply.class::isInstance)
          .forEach(answer -> network.closeHandle(((Answer.Reply) answer).number()));
      assertThat(network.begin("GET", server.url("127.0.0.1"), NetworkRequest.NO_BODY)).isInstanceOf(Answer.Reply.class);
    }
  }

  /// Attack: begin exchanges and give them up, to fill the host with sockets.
  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"})
  void whoGivesUpFreesTheSocket(String words) throws IOException {
    CompletableFuture<Boolean> gone = new CompletableFuture<>();
    try (var server =
            new ScriptedServer(
                (client, out, _) -> {
                  out.write(words.getBytes(ISO_8859_1));
                  out.flush();
                  gone.complete(client.getInputStream().read() < 0);
                });
        var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      int fetch = network.beginGet(server.url("127.0.0.1"));
      CompletableFuture<Answer> head = network.ask(new NetworkRequest.AwaitResponse(fetch));
      CompletableFuture<Answer> last = head;
      if (!words.isEmpty()) {
        NetworkUnderTest.reply(NetworkUnderTest.get(head));
        network.need(new NetworkRequest.ReadResponse(fetch));
        last = network.ask(new NetworkRequest.ReadResponse(fetch));
      }
      Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> !server.heads.isEmpty());
      network.closeHandle(fetch);
      // Whoever waits for it hears of it, and the server that its client has gone.
      assertThat(NetworkUnderTest.get(last)).isNotNull();
      assertThat(NetworkUnderTest.get(gone)).isTrue();
      assertThat(network.handles()).isZero();
    }
  }

  /// Attack: a body for a server that reads none of it, to fill the host's memory.
  @Test
  void aBodyThatNobodyReadsWaitsInItsWorker() throws IOException {
    CompletableFuture<Void> enough = new CompletableFuture<>();
    try (var server = new ScriptedServer((_, _, _) -> NetworkUnderTest.get(enough));
        var network = guarded(NetworkUnderTest.setup(), "127.0.0.1")) {
      int fetch =
          NetworkUnderTest.reply(network.begin("POST", server.url("127.0.0.1"), NetworkRequest.UNKNOWN_LENGTH)).number();
      byte[] piece = new byte[1 << 20];
      int taken = 0;
      CompletableFuture<Answer> write = network.ask(new NetworkRequest.WriteBody(fetch, piece));
      while (taken < 64 && answeredSoon(write)) {
        taken++;
        write = network.ask(new NetworkRequest.WriteBody(fetch, piece));
      }
      // What the kernel's buffers hold, and then no more.
      assertThat(taken).isLessThan(64);
      assertThat(write).isNotDone();
      network.closeHandle(fetch);
      assertThat(NetworkUnderTest.get(write)).isInstanceOf(Answer.Reply.class);
      enough.complete(null);
    }
  }

  private static boolean answeredSoon(CompletableFuture<Answer> answer) {
    try {
      return Awaitility.await().atMost(Duration.ofSeconds(1)).pollInterval(Duration.ofMillis(5)).until(answer::isDone, done -> done);
    } catch (org.awaitility.core.ConditionTimeoutException _) {
      return false;
    }
  }

  /// Attack: do something that nobody can know of.
  @Test
  void eachHopHasALineInTheAuditLog(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("audit.jsonl");
    try (var network =
        new NetworkUnderTest(
            NetworkUnderTest.resolvingTo("127.0.0.1"), Limits.DEFAULT, file, "rebind.test", "127.0.0.1:" + inside.port())) {
      assertThat(network.fetch(inside.url("127.0.0.1"))).isInstanceOf(Fetched.class);
      assertThat(network.fetch("http://other.test/")).isInstanceOf(Answer.Refused.class);
      assertThat(network.fetch("http://rebind.test:81/")).isInstanceOf(Answer.Refused.class);
    }
    assertThat(Files.readAllLines(file))
        .hasSize(4)
        .satisfiesExactly(
            line -> assertThat(line).contains("\"resource\":\"127.0.0.1:" + inside.port() + "\",\"granted\":true"),
            line -> assertThat(line).contains("\"resource\":\"other.test:80\",\"granted\":false"),
            line -> assertThat(line).contains("\"resource\":\"rebind.test:81\",\"granted\":true"),
            line -> assertThat(line).contains("\"resource\":\"rebind.test:81\",\"granted\":false"));
  }
}
