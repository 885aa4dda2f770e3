package ringfence.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A host as a process of its own with real workers, and the commands that drive it.
class HostIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final String CODE =
      """
      let calls = 0;
      export function increment(by = 1) { calls += by; console.log("now", calls); return calls; }
      export async function* countdown(from) { while (from > 0) yield from--; }
      export function fail() { throw new RangeError("too much"); }
      export function wait() {
        console.log("waits for", service.caller.name);
        return new Promise((_, no) => service.caller.signal.addEventListener("abort", (e) => { console.log("given up"); no(e.target.reason); }));
      }
      console.log("up");
      """;

  private static final String PAGE =
      """
      {"name": "page", "imports": ["counter"],
       "code": "import counter from 'service:counter'; export const twice = () => counter.increment(2);"}
      """;

  @TempDir Path folder;

  private HostRun host() {
    return HostRun.start(folder.resolve("state"), "--log-format", "json");
  }

  private String file(String name, String code) throws IOException {
    return Files.writeString(folder.resolve(name + ".js"), code).toString();
  }

  @Test
  void aHostThatIsKilledHasItsServicesRunningWhenItIsStartedAgain() throws IOException {
    List<ProcessHandle> workers;
    try (HostRun host = host()) {
      CommandRun submit = CommandRun.ringfence("submit", file("counter", CODE), "--host", host.address());
      assertThat(submit.status()).as("%s", submit.err()).isZero();
      assertThat(submit.out()).containsExactly("counter: running");
      host.post("/api/services", PAGE);
      host.post("/api/services", "{\"name\":\"rests\",\"code\":\"\"}");
      host.post("/api/services/rests/close", "");

      assertThat(host.call("counter.increment", "[2]")).isEqualTo("2");
      assertThat(host.call("page.twice", "")).isEqualTo("4");
      assertThat(host.call("counter.countdown", "[3]").lines())
          .containsExactly("{\"value\":3}", "{\"value\":2}", "{\"value\":1}");
      assertThat(host.call("counter.fail", "")).contains("\"message\":\"too much\"", "counter.js:4:");
      assertThat(host.get("/api/services/counter/logs").lines()).containsExactly("up", "now 2", "now 4");
      whoGoesAwayGivesTheCallUp(host);
      assertThat(host.post("/api/services/counter/restart", "")).contains("\"state\":\"running\"");
      assertThat(host.call("counter.increment", "")).isEqualTo("1");
      assertThat(host.get("/api/services/counter")).contains("\"name\":\"seccomp\",\"required\":true,\"enforcedBy\":\"");
      aFolderHasOneHost();
      workers = host.command().workers();
      assertThat(workers).isNotEmpty();
      host.command().signal("KILL");
      assertThat(host.command().status()).isEqualTo(137);
      logIsJson(host.command());
    }
    await().atMost(PATIENCE).until(() -> workers.stream().noneMatch(CommandRun::lives));

    try (HostRun host = host()) {
      host.command().awaitErr("starts 2 services again");
      await().atMost(PATIENCE).until(() -> host.get("/api/ready").equals("{\"ready\":true,\"running\":2,\"wanted\":2}"));
      assertThat(host.call("page.twice", "")).isEqualTo("2");
      assertThat(host.get("/api/services/rests")).contains("\"state\":\"closed\"");
      host.command().signal("TERM");
      assertThat(host.command().status()).isZero();
      assertThat(host.command().descendants()).isEmpty();
      JsonLines err = JsonLines.of(host.command().err(), false);
      assertThat(err.texts("page", "host")).startsWith("created", "starting", "running").endsWith("closing", "closed");
      assertThat(err.fields("page", "closed")).containsEntry("cause", "it was asked to close");
    }
  }

  /// Of what services wrote, all; of what happened to them, as much as the host had said before it was killed.
  private static void logIsJson(CommandRun host) {
    assertThat(JsonLines.of(host.out(), true).texts("counter", "stdout"))
        .startsWith("up", "now 2", "now 4", "waits for host", "given up");
    assertThat(JsonLines.of(host.err(), false).texts("counter", "host"))
        .startsWith("created", "starting", "running")
        .containsSubsequence("closing", "closed", "starting", "running");
  }

  private static void whoGoesAwayGivesTheCallUp(HostRun host) {
    try (CommandRun call = CommandRun.ringfence("call", "counter", "wait", "--host", host.address())) {
      await().atMost(PATIENCE).until(() -> host.get("/api/services/counter/logs").endsWith("waits for host"));
      call.signal("KILL");
      await().atMost(PATIENCE).until(() -> host.get("/api/services/counter/logs").endsWith("given up"));
    }
  }

  private void aFolderHasOneHost() {
    CommandRun second = CommandRun.ringfence("host", "--listen", "127.0.0.1:0", "--state", folder.resolve("state").toString());
    assertThat(second.status()).isEqualTo(69);
    assertThat(second.err().getFirst()).contains("is in use by another host (process ");
  }
}
