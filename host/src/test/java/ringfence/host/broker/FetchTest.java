package ringfence.host.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.host.broker.NetworkUnderTest.Answer;
import ringfence.host.broker.NetworkUnderTest.Fetched;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.protocol.NetworkRequest;

/// `fetch` at its work, against servers on the loopback interface.
@Timeout(60)
class FetchTest {
  private static final String TEXT = "caf\u00e9 ".repeat(40_000);

  private static NetworkUnderTest network(String... grants) {
    return new NetworkUnderTest(NetworkUnderTest.setup(), Limits.DEFAULT, grants);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "identity", "gzip", "x-gzip", "GZIP", "deflate", "raw", "gzip, deflate"})
  void decodesWhatItSaysItCan(String encoding) throws IOException {
    byte[] body = TEXT.getBytes(UTF_8);
    for (String one : encoding.toLowerCase(java.util.Locale.ROOT).split(", ", -1)) {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (var out =
          switch (one) {
            case "gzip", "x-gzip" -> new GZIPOutputStream(packed);
            case "deflate" -> new DeflaterOutputStream(packed);
            case "raw" -> new DeflaterOutputStream(packed, new Deflater(9, true));
            default -> packed;
          }) {
        out.write(body);
      }
      body = packed.toByteArray();
    }
    String header = encoding.equals("raw") ? "deflate" : encoding;
    byte[] sent = body;
    try (var server =
            new ScriptedServer(
                (_, out, _) -> {
                  String head = "HTTP/1.1 200 OK\r\nContent-Encoding: " + header + "\r\nContent-Length: " + sent.length + "\r\n\r\n";
                  out.write(head.getBytes(ISO_8859_1));
                  out.write(sent);
                });
        var network = network("127.0.0.1")) {
      assertThat(network.fetch(server.url("127.0.0.1"))).asInstanceOf(type(Fetched.class)).returns(TEXT, Fetched::body);
      assertThat(network.handles()).isZero();
    }
  }

  @Test
  void aRefusedConnectionAndAnUnknownNameAreToldWithoutAddresses() throws IOException {
    // Nobody's, and below those that the kernel gives out: a connection to one of these may meet itself.
    int port = 4;
    Resolver nobody =
        name -> {
          throw new UnknownHostException(name + ": at 10.9.8.7");
        };
    try (var network =
        new NetworkUnderTest(
            NetworkUnderTest.setup().withResolver(nobody), Limits.DEFAULT, "127.0.0.1", "gone.test", "here.test")) {
      assertThat(network.fetch("http://127.0.0.1:" + port + "/"))
          .isEqualTo(new Answer.Failed("TypeError", "ECONNREFUSED", "127.0.0.1:" + port + " takes no connection"));
      assertThat(network.fetch("http://gone.test/"))
          .isEqualTo(new Answer.Failed("TypeError", "ENOTFOUND", "no address is known for gone.test"));
      assertThat(network.handles()).isZero();
    }
    try (var network =
        new NetworkUnderTest(
            NetworkUnderTest.resolvingTo("127.0.0.1"), Limits.DEFAULT, "here.test", "127.0.0.1:" + port)) {
      assertThat(network.fetch("http://here.test:" + port + "/"))
          .isEqualTo(new Answer.Failed("TypeError", "ECONNREFUSED", "here.test:" + port + " takes no connection"));
    }
  }

  @Test
  void aBodyGoesUpPieceByPiece() throws IOException {
    try (MockWebServer server = new MockWebServer();
        var network = network("127.0.0.1")) {
      server.enqueue(new MockResponse.Builder().code(201).body("made").build());
      server.enqueue(new MockResponse.Builder().code(200).build());
      server.enqueue(new MockResponse.Builder().code(200).build());
      server.start(InetAddress.ofLiteral("127.0.0.1"), 0);
      String url = "http://127.0.0.1:" + server.getPort() + "/up";
      int fetch = NetworkUnderTest.reply(network.begin("POST", url, NetworkRequest.UNKNOWN_LENGTH)).number();
      byte[] piece = "0123456789".repeat(10_000).getBytes(ISO_8859_1);
      for (int i = 0; i < 5; i++) {
        network.need(new NetworkRequest.WriteBody(fetch, piece));
      }
      network.need(new NetworkRequest.EndBody(fetch));
      assertThat(network.finish(fetch))
          .asInstanceOf(type(Fetched.class))
          .returns(201, Fetched::status)
          .returns("made", Fetched::body);
      RecordedRequest first = take(server);
      assertThat(first.getBodySize()).isEqualTo(500_000);
      assertThat(first.getHeaders().get("Transfer-Encoding")).isEqualTo("chunked");

      int known = NetworkUnderTest.reply(network.begin("PUT", url, 4)).number();
      network.need(new NetworkRequest.WriteBody(known, new byte[4]));
      network.need(new NetworkRequest.EndBody(known));
      assertThat(network.finish(known)).isInstanceOf(Fetched.class);
      assertThat(take(server).getHeaders().get("Content-Length")).isEqualTo("4");

      int none = NetworkUnderTest.reply(network.begin("POST", url, NetworkRequest.NO_BODY)).number();
      assertThat(network.finish(none)).isInstanceOf(Fetched.class);
      assertThat(take(server).getHeaders().get("Content-Length")).isEqualTo("0");
    }
  }

  private static RecordedRequest take(MockWebServer server) {
    try {
      return server.takeRequest();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  // ---- TLS

  private static final HeldCertificate AUTHORITY = new HeldCertificate.Builder().certificateAuthority(0).build();

  private static MockWebServer secure(String certified) throws IOException {
    HeldCertificate certificate =
        new HeldCertificate.Builder().addSubjectAlternativeName(certified).signedBy(AUTHORITY).build();
    MockWebServer server = new MockWebServer();
    server.useHttps(new HandshakeCertificates.Builder().heldCertificate(certificate).build().sslSocketFactory());
    server.enqueue(new MockResponse.Builder().body("secure").build());
    server.enqueue(new MockResponse.Builder().body("again").build());
    server.start(InetAddress.ofLiteral("127.0.0.1"), 0);
    return server;
  }

  private static NetworkSetup trusting(HeldCertificate authority) {
    HandshakeCertificates trust =
        new HandshakeCertificates.Builder().addTrustedCertificate(authority.certificate()).build();
    return NetworkUnderTest.resolvingTo("127.0.0.1")
        .withTrust(new NetworkSetup.Trust(trust.sslSocketFactory(), trust.trustManager()));
  }

  @Test
  void speaksHttp2OverTlsToTheNameAtTheCheckedAddress() throws IOException {
    try (MockWebServer server = secure("api.test");
        var network =
            new NetworkUnderTest(
                trusting(AUTHORITY), Limits.DEFAULT, "api.test", "127.0.0.1:" + server.getPort())) {
      String url = "https://api.test:" + server.getPort() + "/";
      assertThat(network.fetch(url)).asInstanceOf(type(Fetched.class)).returns("secure", Fetched::body);
      assertThat(network.fetch(url)).asInstanceOf(type(Fetched.class)).returns("again", Fetched::body);
      RecordedRequest first = take(server);
      assertThat(first.getVersion()).isEqualTo("HTTP/2");
      assertThat(first.getHandshakeServerNames()).containsExactly("api.test");
      // The second one went over the connection of the first.
      RecordedRequest second = take(server);
      assertThat(List.of(first.getConnectionIndex(), second.getConnectionIndex())).containsExactly(0, 0);
      assertThat(second.getExchangeIndex()).isEqualTo(1);
    }
  }

  /// Attack: a server at the right address with a certificate of another name, or of an unknown authority.
  @Test
  void aServerThatCannotProveItsNameIsRefused() throws IOException {
    try (MockWebServer server = secure("other.test")) {
      String url = "https://api.test:" + server.getPort() + "/";
      Answer.Failed untrusted =
          new Answer.Failed(
              "TypeError", "ERR_TLS", "api.test:" + server.getPort() + " could not be trusted, or does not speak TLS");
      String[] grants = {"*", "127.0.0.1:" + server.getPort()};
      try (var network = new NetworkUnderTest(trusting(AUTHORITY), Limits.DEFAULT, grants)) {
        assertThat(network.fetch(url)).isEqualTo(untrusted);
        // Without the wall: by the name that it can prove.
        assertThat(network.fetch("https://other.test:" + server.getPort() + "/")).isInstanceOf(Fetched.class);
      }
      try (var network = new NetworkUnderTest(NetworkUnderTest.resolvingTo("127.0.0.1"), Limits.DEFAULT, grants)) {
        assertThat(network.fetch("https://other.test:" + server.getPort() + "/"))
            .asInstanceOf(type(Answer.Failed.class))
            .returns("ERR_TLS", Answer.Failed::code);
      }
    }
  }

  @Test
  void whatARunHoldsOpenGoesWithIt() throws IOException {
    try (var server = new ScriptedServer((client, _, _) -> assertThat(client.getInputStream().read()).isNegative())) {
      var network = network("127.0.0.1");
      int fetch = network.beginGet(server.url("127.0.0.1"));
      var head = network.ask(new NetworkRequest.AwaitResponse(fetch));
      network.close();
      assertThat(NetworkUnderTest.get(head)).isInstanceOf(Answer.Failed.class);
    }
  }
}
