package ringfence.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ringfence.host.HostError;
import ringfence.host.HostService;
import ringfence.host.http.ApiUnderTest.Answer;

/// Calls over real HTTP and a real link, of a service whose functions are the test's.
class CallsOverHttpTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private ApiUnderTest api;

  @BeforeEach
  void open() throws IOException {
    api = ApiUnderTest.open(options -> options.withHeartbeat(Duration.ofMillis(20)));
    api.services.create(
        HostService.named("java")
            .exports("echo", call -> call.arguments())
            .exports("count", call -> IntStream.range(0, call.argument(0).asInt()).boxed().iterator())
            .exports("forever", _ -> new Endless(ended))
            .exports("breaks", _ -> new Breaking())
            .exports(
                "fails",
                _ -> {
                  throw new HostError("RangeError", "too much");
                })
            .exports(
                "waits",
                _ -> {
                  begun.countDown();
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    ended.countDown();
                    throw e;
                  }
                  return null;
                })
            .build());
    api.services.start("java");
  }

  @AfterEach
  void close() {
    api.close();
  }

  private Answer call(String function, String arguments) {
    return api.post("/api/services/java/call/" + function, arguments);
  }

  @Test
  void aCallGivesItsResult() {
    Answer answer = call("echo", "[1, \"a\", null, {\"b\": [true]}, 0.5]");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("[1,\"a\",null,{\"b\":[true]},0.5]\n");
    assertThat(call("echo", "").body()).isEqualTo("[]\n");
  }

  @Test
  void argumentsAreOneArray() {
    assertThat(call("echo", "{}").field("detail")).isEqualTo("the arguments must be a JSON array, such as [2, \"a\"]");
    assertThat(call("echo", "[1,").status()).isEqualTo(400);
    assertThat(call("echo", "[1] 2").status()).isEqualTo(400);
  }

  @Test
  void aStreamComesLineByLine() {
    Answer answer = call("count", "[3]");

    assertThat(answer.type()).isEqualTo("application/x-ndjson");
    assertThat(answer.body().lines().filter(line -> !line.isEmpty()))
        .containsExactly("{\"value\":0}", "{\"value\":1}", "{\"value\":2}");
  }

  @Test
  void aStreamThatBreaksSaysSoInItsLastLine() {
    List<String> lines = call("breaks", "").body().lines().filter(line -> !line.isEmpty()).toList();

    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).isEqualTo("{\"value\":1}");
    assertThat(lines.getLast()).startsWith("{\"error\":{").contains("\"name\":\"TypeError\"", "\"message\":\"no more\"");
  }

  @Test
  void whoGoesAwayEndsTheStream() throws IOException {
    try (Socket socket = api.connect()) {
      ask(socket, "forever");
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      assertThat(lines.lines().filter(line -> line.equals("{\"value\":\"first\"}")).findFirst()).isPresent();
      // Beyond the first item nothing comes but signs of life.
      assertThat(ended.getCount()).isEqualTo(1);
    }
    await().atMost(PATIENCE).until(() -> ended.getCount() == 0);
  }

  private static void ask(Socket socket, String function) throws IOException {
    ask(socket, function, "keep-alive");
  }

  private static void ask(Socket socket, String function, String connection) throws IOException {
    String request =
        "POST /api/services/java/call/%s HTTP/1.1\r\nHost: localhost\r\nConnection: %s\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]"
            .formatted(function, connection);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whoGoesAwayGivesTheCallUp() throws Exception {
    try (Socket socket = api.connect()) {
      ask(socket, "waits");
      begun.await();
      assertThat(ended.getCount()).isEqualTo(1);
    }
    await().atMost(PATIENCE).until(() -> ended.getCount() == 0);
  }

  /// Attack: a request that is sent ahead, in the hope that the host takes its rest for another one.
  @Test
  void whatIsSentAheadIsAnsweredAsAWholeOrNotAtAll() throws Exception {
    try (Socket socket = api.connect()) {
      ask(socket, "waits?timeout=600ms");
      begun.await();
      ask(socket, "echo", "close");
      String answers = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answers.lines().filter(line -> line.startsWith("HTTP/1.1 ")).map(line -> line.substring(9, 12)).toList())
          .as(answers)
          .isIn(List.of("504"), List.of("504", "200"));
    }
  }

  @Test
  void whatAFunctionThrowsIsTold() {
    Answer answer = call("fails", "");

    assertThat(answer.status()).isEqualTo(502);
    assertThat(answer.field("code")).isEqualTo("SERVICE_THREW");
    assertThat(answer.field("name")).isEqualTo("RangeError");
    assertThat(answer.field("message")).isEqualTo("too much");
  }

  @Test
  void aCallEndsInTime() {
    Answer answer = api.post("/api/services/java/call/waits?timeout=50ms", "");

    assertThat(answer.status()).isEqualTo(504);
    assertThat(answer.field("name")).isEqualTo("TimeoutError");
  }

  @Test
  void aServiceThatDoesNotRunCanNotBeCalled() {
    assertThat(call("echo", "[]").status()).isEqualTo(200);
    var _ = api.services.close("java");

    Answer answer = call("echo", "[]");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.field("name")).isEqualTo("PeerClosedError");
    assertThat(answer.field("delivered")).isEqualTo("no");
    assertThat(api.post("/api/services/nobody/call/echo", "[]").status()).isEqualTo(404);
  }

  @Test
  void everyRunIsReachedAtOnce() {
    for (int i = 0; i < 20; i++) {
      assertThat(call("echo", "[" + i + "]").body()).isEqualTo("[" + i + "]\n");
      api.services.restart("java");
    }
  }

  /// Gives one item and then waits, until nobody wants another.
  private static final class Endless implements Iterator<Object>, AutoCloseable {
    private final CountDownLatch ended;
    private boolean given;

    Endless(CountDownLatch ended) {
      this.ended = ended;
    }

    @Override
    public boolean hasNext() {
      if (given) {
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException _) {
          return false;
        }
      }
      return true;
    }

    @Override
    public Object next() {
      given = true;
      return "first";
    }

    @Override
    public void close() {
      ended.countDown();
    }
  }

  private static final class Breaking implements Iterator<Object> {
    private boolean given;

    @Override
    public boolean hasNext() {
      return true;
    }

    @Override
    public Object next() {
      if (given) {
        throw new HostError("TypeError", "no more");
      }
      given = true;
      return 1;
    }
  }
}
