package ringfence.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A host as a process of its own with real workers, and the commands that drive it.
class HostIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern ADDRESS = Pattern.compile("the host listens on http://(\\S+?)[ ;].*");

  private static final String CODE =
      """
      let calls = 0;
      export function increment(by = 1) { calls += by; console.log("now", calls); return calls; }
      export async function* countdown(from) { while (from > 0) yield from--; }
      export function fail() { throw new RangeError("too much"); }
      console.log("up");
      """;

  private static final String PAGE =
      """
      {"name": "page", "imports": ["counter"],
       "code": "import counter from 'service:counter'; export const twice = () => counter.increment(2);"}
      """;

  @TempDir Path folder;

  private static String addressOf(CommandRun host) {
    host.awaitErr("the host listens on");
    Matcher matcher =
        host.err().stream().map(ADDRESS::matcher).filter(Matcher::matches).findFirst().orElseThrow();
    return matcher.group(1);
  }

  private CommandRun host() {
    return CommandRun.ringfence("host", "--listen", "127.0.0.1:0", "--state", folder.resolve("state").toString());
  }

  private static String http(String method, String address, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString()).body().strip();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String call(String address, String function, String arguments) {
    return http("POST", address, "/api/services/" + function.replace(".", "/call/"), arguments);
  }

  private static String get(String address, String path) {
    return http("GET", address, path, "");
  }

  private String file(String name, String code) throws IOException {
    return Files.writeString(folder.resolve(name + ".js"), code).toString();
  }

  @Test
  void aHostThatIsKilledHasItsServicesRunningWhenItIsStartedAgain() throws IOException {
    List<ProcessHandle> workers;
    try (CommandRun host = host()) {
      String address = addressOf(host);
      CommandRun submit = CommandRun.ringfence("submit", file("counter", CODE), "--host", address);
      assertThat(submit.status()).as("%s", submit.err()).isZero();
      assertThat(submit.out()).containsExactly("counter: running");
      http("POST", address, "/api/services", PAGE);
      http("POST", address, "/api/services", "{\"name\":\"rests\",\"code\":\"\"}");
      http("POST", address, "/api/services/rests/close", "");

      assertThat(call(address, "counter.increment", "[2]")).isEqualTo("2");
      assertThat(call(address, "page.twice", "")).isEqualTo("4");
      assertThat(call(address, "counter.countdown", "[3]").lines())
          .containsExactly("{\"value\":3}", "{\"value\":2}", "{\"value\":1}");
      assertThat(call(address, "counter.fail", "")).contains("\"message\":\"too much\"", "counter.js:4:");
      assertThat(get(address, "/api/services/counter/logs").lines()).containsExactly("up", "now 2", "now 4");
      assertThat(http("POST", address, "/api/services/counter/restart", "")).contains("\"state\":\"running\"");
      assertThat(call(address, "counter.increment", "")).isEqualTo("1");
      assertThat(get(address, "/api/services/counter")).contains("\"name\":\"seccomp\",\"required\":true,\"enforcedBy\":\"");
      aFolderHasOneHost();
      workers = host.workers();
      assertThat(workers).isNotEmpty();
      host.signal("KILL");
      assertThat(host.status()).isEqualTo(137);
    }
    await().atMost(PATIENCE).until(() -> workers.stream().noneMatch(CommandRun::lives));

    try (CommandRun host = host()) {
      String address = addressOf(host);
      host.awaitErr("starts 2 services again");
      await().atMost(PATIENCE).until(() -> get(address, "/api/ready").equals("{\"ready\":true,\"running\":2,\"wanted\":2}"));
      assertThat(call(address, "page.twice", "")).isEqualTo("2");
      assertThat(get(address, "/api/services/rests")).contains("\"state\":\"closed\"");
      host.signal("TERM");
      assertThat(host.status()).isZero();
      assertThat(host.descendants()).isEmpty();
    }
  }

  private void aFolderHasOneHost() {
    CommandRun second = host();
    assertThat(second.status()).isEqualTo(69);
    assertThat(second.err().getFirst()).contains("is in use by another host (process ");
  }
}
