package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.launch.MachineProbe;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.protocol.ServiceState;

/// Services that use all the CPU that they can get, turn after turn, in real workers.
@Tag("long")
@Timeout(120)
class CpuShareIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String BUSY =
      "export function ping() {} setInterval(() => { const end = Date.now() + 20; while (Date.now() < end); }, 0);";

  private final ServicesManager services = ServicesManager.open(HostOptions.defaults());

  @AfterEach
  void close() {
    services.close();
  }

  private void run(String name, int percent) {
    run(name, percent, 0, BUSY);
  }

  /// @param workers that burn beside the service's own thread
  private void run(String name, int percent, int workers, String code) {
    services.create(
        ServiceDefinition.named(name)
            .code(
                "for (let i = 0; i < %d; i++) new Worker('./busy.js', { type: 'module' }).onmessage = () => console.log('busy');\n"
                        .formatted(workers)
                    + code)
            .module("busy.js", "postMessage('busy');" + BUSY)
            .permissions(Permissions.NONE.withThreads(workers))
            .limits(
                Limits.DEFAULT.withHeapBytes(64L << 20).withClose(Duration.ofSeconds(1)).withCpuPercent(percent).withOutputLines(100))
            .build());
    services.start(name);
    await().atMost(PATIENCE).until(() -> services.output(name).size() == workers);
  }

  /// All processes of a worker, as the kernel counts them.
  private Duration used(String name) {
    long outer = services.status(name).pid().orElseThrow();
    ProcessHandle process = ProcessHandle.of(outer).orElseThrow();
    return process
        .descendants()
        .map(ProcessHandle::info)
        .map(ProcessHandle.Info::totalCpuDuration)
        .flatMap(Optional::stream)
        .reduce(Duration.ZERO, Duration::plus);
  }

  /// Attack: take the CPU from the others in many short turns, each far below the limit of a turn. The free one
  /// does the same with a share of a whole CPU, and shows what the greedy one would get without the wall.
  ///
  /// @param workers of the greedy one: all its threads have one share
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void aServiceGetsItsShareAndNoMore(int workers) {
    run("greedy", 5, workers, BUSY);
    run("free", 100);
    long begin = System.nanoTime();
    Duration greedyBefore = used("greedy");
    Duration freeBefore = used("free");
    // However busy the machine is: the free one needs a tenth of a CPU to get there.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(used("free").minus(freeBefore)).isGreaterThan(allowed(begin, workers).multipliedBy(2)));
    Duration greedy = used("greedy").minus(greedyBefore);
    Duration free = used("free").minus(freeBefore);

    System.out.printf(
        "a share of 5 %% on %d threads used %d ms of %d allowed while a free one used %d ms%n",
        1 + workers, greedy.toMillis(), allowed(begin, workers).toMillis(), free.toMillis());
    assertThat(greedy).isLessThan(allowed(begin, workers));
    assertThat(services.status("greedy").state()).isEqualTo(ServiceState.RUNNING);
    services.close("greedy");
  }

  /// A twentieth of the time that has passed, two seconds' worth of it that may have piled up before, and a late look, in
  /// which each thread uses a CPU.
  private static Duration allowed(long beginNanos, int workers) {
    int threads = Math.min(1 + workers, Runtime.getRuntime().availableProcessors());
    return Duration.ofNanos((System.nanoTime() - beginNanos) / 20).plusMillis(100 + 400L * threads);
  }

  /// Attack: keep the CPU busy within the share, so that all who have a little to do wait for the end of a time slice.
  /// What the wait costs them is measured by `ringfence.benchmarks.Isolation`.
  @Test
  void whatKeepsACpuBusyRunsBehindTheOthersUntilItRests() throws IOException {
    assumeThat(MachineProbe.detect().cgroups().cpu()).as("a control group for the CPU").isPresent();
    run("greedy", 100, 0, "export const rest = () => clearInterval(timer); const timer = " + BUSY.substring(BUSY.indexOf("setInterval")));
    run("calm", 100, 0, "export const a = 1;");
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(background("greedy")).isTrue());
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(background("calm")).isFalse());
    assertThat(background("greedy")).isTrue();
    try (ServiceClient client = services.connect("greedy")) {
      var _ = client.call("greedy", "rest");
    }
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(background("greedy")).isFalse());
  }

  private boolean background(String name) throws IOException {
    long outer = services.status(name).pid().orElseThrow();
    String group =
        Files.readAllLines(Path.of("/proc/" + outer + "/cgroup")).stream()
            .filter(line -> line.matches("\\d+:([^:]*,)?cpu(,[^:]*)?:.*|0::.*/ringfence-.*"))
            .findFirst()
            .orElseThrow();
    String own = group.substring(group.indexOf("/ringfence-") + 1);
    Path folder = MachineProbe.detect().cgroups().cpu().orElseThrow().resolve(own);
    // Its own group's, or with v1 that of the folder that it has moved to.
    for (Path each : List.of(folder, folder.resolveSibling("."))) {
      if (Files.readString(each.resolve("cpu.idle")).strip().equals("1")) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aWorkerThatIsStoppedCanBeClosedAndKilled() {
    run("greedy", 1);
    Duration before = used("greedy");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(used("greedy")).isGreaterThan(before.plusMillis(20)));
    // Stopped nearly always now: it can't answer in its time, and is killed then.
    assertThat(services.close("greedy"))
        .isIn(new ExitCause.Requested(), new ExitCause.Overdue(ExitCause.Phase.CLOSE, Duration.ofSeconds(1)));
    assertThat(services.status("greedy").state()).isEqualTo(ServiceState.CLOSED);
  }
}
