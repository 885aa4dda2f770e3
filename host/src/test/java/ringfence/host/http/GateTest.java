package ringfence.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringfence.sandbox.permission.ListenGrant;

/// What a page in the user's browser, a name that was pointed at this machine, or a stranger sends. Each attack stands
/// beside the same request without it, which passes.
class GateTest {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost:7600                 | 200",
        "LOCALHOST                      | 200",
        "127.0.0.1:1                    | 200",
        "[::1]:7600                     | 200",
        "ringfence.internal             | 200",
        "evil.example:7600              | 403",
        "127.0.0.1.evil.example         | 403",
        "localhost.evil.example         | 403",
        "192.168.0.1:7600               | 403",
        "evil.example~Host: localhost   | 403",
        "''                             | 403"
      })
  void aForeignHostIsRefused(String host, int status) throws IOException {
    try (ApiUnderTest api = ApiUnderTest.open(options -> options.withNames(Set.of("ringfence.internal")))) {
      String answer = api.raw("GET /api/services HTTP/1.1\r\nHost: " + host.replace("~", "\r\n") + "\r\nConnection: close\r\n\r\n");

      // Jetty refuses two of them, and an empty one, before we do.
      assertThat(answer).startsWith(status == 200 ? "HTTP/1.1 200" : "HTTP/1.1 40");
      assertThat(answer.contains("\"services\"")).isEqualTo(status == 200);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Origin: http://localhost:7600  | 201",
        "X-Nothing: 1                   | 201",
        "Sec-Fetch-Site: same-origin    | 201",
        "Sec-Fetch-Site: none           | 201",
        "Origin: http://evil.example    | 403",
        "Origin: http://localhost:3000  | 403",
        "Origin: https://localhost:7600 | 403",
        "Origin: null                   | 403",
        "Sec-Fetch-Site: cross-site     | 403",
        "Sec-Fetch-Site: same-site      | 403"
      })
  void aForeignPageIsRefused(String header, int status) throws IOException {
    try (ApiUnderTest api = ApiUnderTest.open()) {
      String body = "{\"name\":\"a\",\"code\":\"\"}";
      String answer =
          api.raw(
              "POST /api/services HTTP/1.1\r\nHost: localhost:7600\r\nConnection: close\r\n" + header
                  + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

      assertThat(answer).startsWith("HTTP/1.1 " + status);
      assertThat(api.services.statuses()).hasSize(status == 201 ? 1 : 0);
    }
  }

  // A form posts these anywhere, and no browser asks before.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Content-Type: application/json                 | 201",
        "Content-Type: application/json; charset=utf-8  | 201",
        "Content-Type: text/plain                       | 415",
        "Content-Type: application/x-www-form-urlencoded | 415",
        "Content-Type: multipart/form-data              | 415",
        "X-Nothing: 1                                   | 415"
      })
  void aFormIsRefused(String header, int status) throws IOException {
    try (ApiUnderTest api = ApiUnderTest.open()) {
      String body = "{\"name\":\"a\",\"code\":\"\"}";
      String answer =
          api.raw(
              "POST /api/services HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + header
                  + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

      assertThat(answer).startsWith("HTTP/1.1 " + status);
      assertThat(api.services.statuses()).hasSize(status == 201 ? 1 : 0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Authorization: Bearer " + TOKEN + "  | 200",
        "Authorization: bearer " + TOKEN + "  | 200",
        "X-Nothing: 1                         | 401",
        "Authorization: Bearer                | 401",
        "Authorization: Bearer x" + TOKEN + " | 401",
        "Authorization: Basic " + TOKEN + "   | 401"
      })
  void whoHasNoTokenIsRefused(String header, int status) throws IOException {
    try (ApiUnderTest api =
        ApiUnderTest.open(_ -> ApiUnderTest.loopback(Optional.of(AccessToken.of(TOKEN))))) {
      String answer =
          api.raw("GET /api/services HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" + header + "\r\n\r\n");

      assertThat(answer).startsWith("HTTP/1.1 " + status);
      assertThat(answer.contains("WWW-Authenticate: Bearer")).isEqualTo(status == 401);
      // Probes have no token.
      assertThat(api.get("/api/health").status()).isEqualTo(200);
      assertThat(api.get("/api/nothing").status()).isEqualTo(401);
    }
  }

  @Test
  void onlyLoopbackGoesWithoutAToken() {
    for (String address : new String[] {"0.0.0.0:0", "[::]:0", "10.0.0.1:0"}) {
      ListenGrant listen = ListenGrant.parse(address);
      assertThatThrownBy(() -> ApiOptions.at(listen, Optional.empty()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("can be reached from other machines, so it needs a token; add --token-file FILE");
      assertThat(ApiOptions.at(listen, Optional.of(AccessToken.of(TOKEN))).listen()).isEqualTo(listen);
    }
  }

  @Test
  void onOtherAddressesAnyAddressMayStandInHostButNoOtherName() throws IOException {
    ApiOptions options = ApiOptions.at(ListenGrant.parse("0.0.0.0:0"), Optional.of(AccessToken.of(TOKEN)));
    try (ApiUnderTest api = ApiUnderTest.open(_ -> options)) {
      for (String host : new String[] {"192.168.0.1:7600", "[fe80::1]", "localhost"}) {
        assertThat(withToken(api, host)).startsWith("HTTP/1.1 200");
      }
      for (String host : new String[] {"evil.example", "1.2.3", "[evil]"}) {
        assertThat(withToken(api, host)).startsWith("HTTP/1.1 40");
      }
    }
  }

  private static String withToken(ApiUnderTest api, String host) throws IOException {
    return api.raw(
        "GET /api/services HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\nAuthorization: Bearer " + TOKEN + "\r\n\r\n");
  }

  @Test
  void aBodyBeyondTheBoundIsRefused() throws IOException {
    try (ApiUnderTest api = ApiUnderTest.open(options -> options.withMostBodyBytes(1000))) {
      String fits = "{\"name\":\"a\",\"code\":\"" + "/".repeat(900) + "\"}";
      String large = "{\"name\":\"b\",\"code\":\"" + "/".repeat(1000) + "\"}";

      assertThat(api.post("/api/services", fits).status()).isEqualTo(201);
      ApiUnderTest.Answer refused = api.post("/api/services", large);
      assertThat(refused.status()).isEqualTo(413);
      assertThat(refused.field("detail"))
          .isEqualTo("a body of %d bytes is too large; at most 1000 bytes".formatted(large.length()));
      String chunked =
          api.raw(
              "POST /api/services HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"
                  + " ".repeat(1001));
      assertThat(chunked).startsWith("HTTP/1.1 413").contains("at most 1000 bytes");
    }
  }

  @Test
  void allBodiesTogetherAreBounded() throws IOException {
    try (ApiUnderTest api = ApiUnderTest.open(options -> options.withMostBodyBytes(1000))) {
      Socket[] slow = new Socket[8];
      String begin =
          "POST /api/services HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
              + " ".repeat(990);
      for (int i = 0; i < slow.length; i++) {
        slow[i] = api.connect();
        slow[i].getOutputStream().write(begin.getBytes(StandardCharsets.UTF_8));
      }
      String body = "[\"" + "/".repeat(500) + "\"]";
      await().until(() -> api.post("/api/services/nobody/call/f", body).field("code").equals("TOO_MUCH_AT_ONCE"));
      for (Socket socket : slow) {
        socket.close();
      }
      await().until(() -> api.post("/api/services/nobody/call/f", body).field("code").equals("UNKNOWN_SERVICE"));
    }
  }

  @Test
  void whoDoesNotSayWhatItWantsIsCutOff() throws IOException {
    try (ApiUnderTest api = ApiUnderTest.open(options -> options.withHeadTime(Duration.ofMillis(100)));
        Socket slow = api.connect()) {
      slow.getOutputStream().write("GET /api/ser".getBytes(StandardCharsets.UTF_8));

      assertThat(slow.getInputStream().read()).isEqualTo(-1);
      assertThat(api.get("/api/services").status()).isEqualTo(200);
    }
  }

  @Test
  void aHeadBeyondTheBoundIsRefused() throws IOException {
    try (ApiUnderTest api = ApiUnderTest.open()) {
      assertThat(api.raw("GET /api/services HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(20_000) + "\r\n\r\n"))
          .startsWith("HTTP/1.1 431");
    }
  }

  @Test
  void nothingOfTheHostIsToldWhenItFails() throws IOException {
    try (ApiUnderTest api = ApiUnderTest.open()) {
      Problem problem = Problem.of(new IllegalStateException("secret of /home/me"));
      assertThat(problem.json()).doesNotContain("secret", "/home", "Exception", "at ");
      assertThat(problem.status()).isEqualTo(500);
      assertThat(api.raw("GET /api/services HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
          .doesNotContain("Server:", "Jetty");
    }
  }

  @Test
  void aTokenIsMadeForItsOwnerAlone(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("token");
    AccessToken made = AccessToken.in(file);

    String text = Files.readString(file).strip();
    assertThat(text).hasSize(43);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
    assertThat(made.matches(text)).isTrue();
    assertThat(AccessToken.in(file).matches(text)).isTrue();
    assertThat(made.matches(text + "x")).isFalse();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> AccessToken.in(file)).hasMessageContaining("can be read by others (rw-r--r--); run: chmod 600");
    Path empty = Files.createFile(folder.resolve("empty"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    assertThatThrownBy(() -> AccessToken.in(empty)).hasMessageContaining("holds no token");
  }
}
