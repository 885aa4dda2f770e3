package ringfence.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringfence.host.http.ApiUnderTest.Answer;

/// The lives of services over real HTTP, with workers that cost nothing.
class ServicesOverHttpTest {
  private ApiUnderTest api;

  @BeforeEach
  void open() throws IOException {
    api = ApiUnderTest.open();
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void submitsAServiceWhichRuns() {
    Answer created = api.submit("counter");

    assertThat(created.status()).isEqualTo(201);
    assertThat(created.field("state")).isEqualTo("running");
    assertThat(api.get("/api/services/counter").field("wanted")).isEqualTo("true");
  }

  @Test
  void letsADebuggerInWhereTheDefinitionAllowsIt() {
    api.submit("plain");
    api.post("/api/services", "{\"name\":\"open\",\"code\":\"// open\",\"debug\":true}");
    api.post("/api/services", "{\"name\":\"other\",\"code\":\"// other\",\"debug\":true}");
    api.post("/api/services?start=false", "{\"name\":\"closed\",\"code\":\"\",\"debug\":true}");

    Answer opened = api.post("/api/services/open/inspector?port=0", "");
    assertThat(opened.status()).isEqualTo(200);
    URI url = URI.create(opened.field("url"));
    assertThat(url.toString()).matches("ws://127\\.0\\.0\\.1:\\d+/[\\w-]{32}");
    assertThat(api.post("/api/services/open/inspector?port=0", "").field("url")).as("again").isEqualTo(url.toString());

    assertThat(refusal("plain", 0)).startsWith("422 DEBUG_NOT_ALLOWED");
    assertThat(refusal("nobody", 0)).startsWith("404 UNKNOWN_SERVICE");
    assertThat(refusal("closed", 0)).startsWith("409 NOT_RUNNING service \"closed\" does not run");
    assertThat(refusal("open", 65_536)).startsWith("400 BAD_REQUEST");
    assertThat(refusal("other", url.getPort()))
        .isEqualTo(
            "409 PORT_NOT_OPENED service \"other\" can't be inspected: port %d is in use; choose another, or 0 for a free one"
                .formatted(url.getPort()));

    assertThat(api.delete("/api/services/open/inspector").status()).isEqualTo(200);
    assertThat(refusal("other", url.getPort())).as("the port is free again").isEqualTo("200 null null");
  }

  private String refusal(String service, int port) {
    Answer answer = api.post("/api/services/" + service + "/inspector?port=" + port, "");
    return answer.status() + " " + answer.field("code") + " " + answer.field("detail");
  }

  @Test
  void createsWithoutAStart() {
    Answer created = api.post("/api/services?start=false", "{\"name\":\"a\",\"code\":\"\"}");

    assertThat(created.status()).isEqualTo(201);
    assertThat(created.field("state")).isEqualTo("closed");
    assertThat(created.field("incarnation")).isEqualTo("0");
  }

  @Test
  void aServiceThatDoesNotComeUpStaysAndSaysWhy() {
    Answer failed = api.post("/api/services", "{\"name\":\"bad\",\"code\":\"throw 1\"}");

    assertThat(failed.status()).isEqualTo(502);
    assertThat(failed.type()).isEqualTo("application/problem+json");
    assertThat(failed.field("code")).isEqualTo("START_FAILED");
    assertThat(failed.field("message")).isEqualTo("no");
    assertThat(failed.field("stack")).contains("easy.js:1:1");
    assertThat(api.get("/api/services/bad").field("cause")).contains("start-failed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"name\":\"a\",\"code\":\"\",\"polcy\":\"untrusted\"} | definition:1:23: unknown key \"polcy\"; did you mean \"policy\"?",
        "{\"name\":\"a\",\"file\":\"/etc/passwd\"} | a host reads no code from its disk for a request",
        "{\"name\":\"a\",\"code\":\"\",\"permissions\":{\"read\":[\"data\"]}} | \"data\" must be an absolute path of the host",
        "{\"name\":\"a\",\"code\":\"\",\"folder\":\"..\"} | \"..\" must be an absolute path of the host",
        "{\"name\":\"a\",\"code\":\"\",\"limits\":{\"heap\":\"lots\"}} | limits.heap: \"lots\" is not a size",
        "{\"name\":\"then\",\"code\":\"\"} | then",
        "{\"name\":\"a\"} | there must be either code or modules",
        "{\"name\":\"a\",\"code\":\"\" | definition:1",
        "[] | must be a table"
      })
  void refusesADefinitionWithItsPlace(String body, String words) {
    Answer refused = api.post("/api/services", body);

    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.field("code")).isEqualTo("INVALID_DEFINITION");
    assertThat(refused.field("detail")).contains(words);
    assertThat(api.get("/api/services").body()).contains("\"services\":[]");
  }

  @Test
  void everyVerbWorksAgainstTwentyServices() {
    for (int i = 0; i < 20; i++) {
      Answer created = i == 0 ? api.submit("s0") : api.submit("s" + i, "s" + (i - 1));
      assertThat(created.status()).as(created.body()).isEqualTo(201);
    }
    assertThat(states()).hasSize(20).containsOnly("running");
    for (int i = 0; i < 20; i++) {
      String service = "/api/services/s" + i;
      assertThat(api.post(service + "/restart", "").field("state")).isEqualTo("running");
      Answer closed = api.post(service + "/close", "");
      assertThat(closed.field("state")).isEqualTo("closed");
      assertThat(api.post(service + "/start", "").field("state")).isEqualTo("running");
      String imports = i == 0 ? "" : "\"s" + (i - 1) + "\"";
      Answer replaced =
          api.put(service, "{\"name\":\"s%d\",\"code\":\"// new\",\"imports\":[%s]}".formatted(i, imports));
      assertThat(replaced.status()).as(replaced.body()).isEqualTo(200);
      assertThat(replaced.field("state")).isEqualTo("running");
    }
    assertThat(api.delete("/api/services/s19").field("code")).isEqualTo("NOT_CLOSED");
    assertThat(api.delete("/api/services/s0?cascade=true").status()).isEqualTo(200);
    assertThat(states()).isEmpty();
  }

  private List<String> states() {
    return api.get("/api/services").object().get("services") instanceof List<?> services
        ? services.stream().map(service -> String.valueOf(((Map<?, ?>) service).get("state"))).toList()
        : List.of("no list");
  }

  @Test
  void tellsWhatEnforcesEachWall() {
    api.submit("a");

    assertThat(api.get("/api/services/a").body())
        .contains("{\"name\":\"seccomp\",\"required\":true,\"enforcedBy\":\"");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /api/services/nobody, 404, UNKNOWN_SERVICE",
    "POST, /api/services/nobody/start, 404, UNKNOWN_SERVICE",
    "POST, /api/services/a/start?now, 400, BAD_REQUEST",
    "POST, /api/services/a/call/f?timeout=soon, 400, BAD_REQUEST",
    "GET, /api/service, 404, NO_SUCH_PATH",
    "GET, /api/services/a/start, 405, WRONG_METHOD",
    "DELETE, /api/services/a, 409, NOT_CLOSED"
  })
  void refusesWhatMakesNoSense(String method, String path, int status, String code) throws IOException {
    api.submit("a");

    String answer =
        api.raw(
            method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: 0\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 " + status).contains("\"code\":\"" + code + "\"");
  }

  @Test
  void aReplacedServiceKeepsItsName() {
    api.submit("a");

    assertThat(api.put("/api/services/a", "{\"name\":\"b\",\"code\":\"\"}").field("detail"))
        .isEqualTo("the definition is of \"b\" and the path of \"a\"; a service keeps its name");
  }

  @Test
  void aNameIsTakenOnce() {
    api.submit("a");

    Answer second = api.submit("a");
    assertThat(second.status()).isEqualTo(409);
    assertThat(second.field("code")).isEqualTo("DUPLICATE_NAME");
  }

  @Test
  void tellsThatItIsUpAndReady() {
    api.submit("a");

    assertThat(api.get("/api/health").body()).isEqualTo("{\"status\":\"up\"}\n");
    assertThat(api.get("/api/ready").body()).isEqualTo("{\"ready\":true,\"running\":1,\"wanted\":1}\n");
  }
}
