package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.event.OutputLine;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;

/// `Worker` in real, sealed workers: their threads start when the seccomp filter and the bound of threads are in place.
@Tag("long")
@Timeout(180)
class WorkersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration TURN = Duration.ofSeconds(2);

  @TempDir Path folder;

  private Path audit = Path.of("");
  private ServicesManager services;

  @BeforeEach
  void open() {
    audit = folder.resolve("audit");
    services = ServicesManager.open(HostOptions.defaults().withAuditFile(audit));
  }

  @AfterEach
  void close() {
    services.close();
  }

  @Test
  void manyWorkersRunAtOnceAndAreTakenDown() throws IOException {
    create(
        8,
        """
        const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => new Promise((resolve) => {
          const worker = new Worker("./task.js", { type: "module", name: "w" + i });
          worker.onmessage = ({ data }) => { resolve(data); };
          worker.postMessage(i);
        })));
        console.log(answers.join());
        try { new Worker("./task.js", { type: "module" }); } catch (e) { console.log(e.name); }
        """,
        "onmessage = ({ data }) => { const deep = (n) => n === 0 ? data : deep(n - 1); postMessage(deep(1000) * data); };");
    services.start("page");

    awaitOutput("0,1,4,9,16,25,36,49", "PermissionDeniedError");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(Files.readAllLines(audit))
                    .filteredOn(line -> line.contains("\"permission\":\"threads\""))
                    .hasSize(9));
    List<String> lines = Files.readAllLines(audit);
    assertThat(lines.subList(0, 8)).allMatch(line -> line.contains("\"granted\":true"));
    assertThat(lines.getLast()).contains("\"granted\":false").contains("permissions.threads: 9");
  }

  /// Attack: an endless loop in a Worker, beside a service whose own loop stays free.
  @Test
  void aTurnOfAWorkerCountsAgainstTheServicesLimit() {
    create(1, "new Worker('./task.js', { type: 'module' });", "for (;;);");
    services.start("page");

    assertThat(services.awaitClosed("page")).isEqualTo(new ExitCause.Overdue(ExitCause.Phase.TURN, TURN));
  }

  /// Attack: an endless loop that no cancelling stops, and `terminate`, so that the Worker seems to be gone.
  @Test
  void whatTerminateCannotStopIsKilledWithItsService() {
    create(
        1,
        """
        const worker = new Worker("./task.js", { type: "module" });
        worker.onmessage = () => { worker.terminate(); try { new Worker("./task.js", { type: "module" }); } catch (e) { console.log(e.name); } };
        """,
        "postMessage(0); setTimeout(() => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1), 10);");
    services.start("page");

    assertThat(services.awaitClosed("page")).isEqualTo(new ExitCause.Overdue(ExitCause.Phase.TURN, TURN));
    awaitOutput("PermissionDeniedError");
  }

  /// Attack: Workers one after the other without end, so that what each leaves behind piles up.
  @Test
  void manyWorkersOneAfterTheOtherLeaveNothingBehind() {
    create(
        2,
        """
        let left = 100;
        function next() {
          if (left-- === 0) { console.log("done"); return; }
          const worker = new Worker("./task.js", { type: "module" });
          worker.onmessage = () => worker.terminate();
          worker.onclose = next;
        }
        next();
        """,
        "postMessage(0); for (;;);");
    services.start("page");

    awaitOutput("done");
  }

  private void create(int threads, String code, String task) {
    services.create(
        ServiceDefinition.named("page")
            .permissions(Permissions.NONE.withThreads(threads))
            .limits(Limits.DEFAULT.withStart(PATIENCE).withTurn(TURN).withHeapBytes(128L << 20))
            .code(code)
            .module("task.js", task)
            .build());
  }

  private void awaitOutput(String... lines) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(services.output("page"))
                    .as(() -> services.status("page").toString())
                    .extracting(OutputLine::text)
                    .containsExactly(lines));
  }
}
