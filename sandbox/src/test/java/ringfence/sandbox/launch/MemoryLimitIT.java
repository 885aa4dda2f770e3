package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.policy.Cgroups;
import ringfence.sandbox.policy.MachineCapabilities;

/// Attack: native code in a worker takes memory that no bound of its JVM counts. Grants: none. Expected: the kernel
/// kills the worker at its bound, and the same succeeds without a control group.
class MemoryLimitIT {
  /// Above the bound, which is 64 MiB of heap and 256 beside it.
  private static final int TOO_MUCH = 400;

  private final MachineCapabilities machine = MachineProbe.detect();

  @Test
  void theKernelKillsAWorkerThatTakesMoreMemoryThanItsBoundAndItsExitSaysSo() throws Exception {
    assumeThat(machine.cgroups().memory()).as(machine.cgroups().missing()).isPresent();
    try (BubblewrapLauncher launcher = new BubblewrapLauncher(machine);
        TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED)) {
      assertThat(worker.process().boundsMemory()).isTrue();
      assertThat(worker.ask("seal")).isEqualTo("sealed");
      assertThat(worker.ask("native 100")).isEqualTo("done 100");
      worker.tell("native " + TOO_MUCH);
      WorkerExit exit = worker.awaitExit();
      assertThat(exit.overMemory()).as(exit.toString()).isTrue();
      assertThat(exit.outOfMemory()).isFalse();
    }
    assertThat(ownGroups()).isEmpty();
  }

  @Test
  void withoutAGroupItLivesAndTheHostSeesWhatItHas() throws Exception {
    try (BubblewrapLauncher launcher = new BubblewrapLauncher(machine.withCgroups(Cgroups.UNKNOWN));
        TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED)) {
      assertThat(worker.process().boundsMemory()).isFalse();
      assertThat(worker.ask("seal")).isEqualTo("sealed");
      long before = worker.process().memoryBytes().orElseThrow();
      System.out.println("a worker that has done nothing has " + (before >> 20) + " MiB of its own");
      assertThat(worker.ask("native " + TOO_MUCH)).isEqualTo("done " + TOO_MUCH);
      long after = worker.process().memoryBytes().orElseThrow();
      assertThat(after - before).isBetween((TOO_MUCH - 10L) << 20, (TOO_MUCH + 30L) << 20);
      assertThat(after).isGreaterThan(TestWorker.WALLED.memoryBytes());

      worker.process().killOverMemory();
      assertThat(worker.awaitExit().overMemory()).isTrue();
    }
  }

  @Test
  void regionsThatTheHostGaveDoNotCount() throws Exception {
    try (BubblewrapLauncher launcher = new BubblewrapLauncher(machine.withCgroups(Cgroups.UNKNOWN));
        TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED)) {
      assertThat(worker.ask("echo a")).isEqualTo("a");
      // Its first region is mapped and touched; what remains is what the kernel calls anonymous.
      assertThat(worker.process().memoryBytes().orElseThrow())
          .isLessThanOrEqualTo(anonymous(worker.jvmPid()) + (1 << 20));
    }
  }

  /// Attack: start threads without end in a worker without walls, where no rlimit counts them alone.
  @Test
  void theKernelBoundsTheThreadsOfAPlainWorker() throws Exception {
    assumeThat(machine.cgroups().pids()).as(machine.cgroups().missing()).isPresent();
    try (PlainLauncher launcher = new PlainLauncher(machine.cgroups());
        TestWorker worker = TestWorker.start(launcher, TestWorker.PLAIN)) {
      assertThat(worker.ask("threads 10")).isEqualTo("done 10");
      assertThat(worker.ask("threads 100")).startsWith("refused after ");
    }
    assertThat(ownGroups()).isEmpty();
  }

  @Test
  void theShellThatEntersTheGroupLeavesNothingInTheEnvironment() throws Exception {
    try (PlainLauncher launcher = new PlainLauncher(machine.cgroups());
        TestWorker worker = TestWorker.start(launcher, TestWorker.PLAIN)) {
      assertThat(worker.ask("echo a")).isEqualTo("a");
      assertThat(Files.readString(Path.of("/proc/" + worker.jvmPid() + "/environ")))
          .doesNotContain(Path.of("").toAbsolutePath().toString());
    }
  }

  @Test
  void groupsOfADeadHostAreSweptAndThoseOfALivingOneStay() throws Exception {
    assumeThat(machine.cgroups().memory()).as(machine.cgroups().missing()).isPresent();
    Path place = machine.cgroups().memory().orElseThrow();
    String own = WorkerGroups.own();
    // Our own number, with another start: a host that had it before us.
    Path dead = Files.createDirectory(place.resolve(own.replaceAll("\\d+-$", "1-1")));
    Path within = Files.createDirectory(dead.resolve(own.replaceAll("\\d+-$", "1-2")));
    Path alive = Files.createDirectory(place.resolve(own + "999999"));
    try {
      WorkerGroups.sweep(machine.cgroups());
      assertThat(dead).doesNotExist();
      assertThat(alive).exists();
    } finally {
      Files.deleteIfExists(within);
      Files.deleteIfExists(dead);
      Files.deleteIfExists(alive);
    }
  }

  @Test
  void groupsGoWithTheirLauncherEvenIfItsWorkersWereKilledAtOnce() throws Exception {
    try (BubblewrapLauncher launcher = new BubblewrapLauncher(machine)) {
      for (int i = 0; i < 5; i++) {
        launcher.launch(TestWorker.image(), TestWorker.WALLED).kill();
      }
    }
    await().atMost(Duration.ofSeconds(2)).until(() -> ownGroups().isEmpty());
  }

  @Test
  void aLaunchThatComesTooLateLeavesNoGroup() throws Exception {
    BubblewrapLauncher launcher = new BubblewrapLauncher(machine);
    launcher.close();
    assertThatThrownBy(() -> launcher.launch(TestWorker.image(), TestWorker.WALLED))
        .isInstanceOf(LaunchException.class)
        .hasMessageContaining("closed");
    assertThat(ownGroups()).isEmpty();
  }

  private List<Path> ownGroups() throws IOException {
    String own = WorkerGroups.own();
    List<Path> found = new ArrayList<>();
    for (Path place : machine.cgroups().places()) {
      try (Stream<Path> entries = Files.list(place)) {
        entries.filter(entry -> WorkerImage.name(entry).startsWith(own)).forEach(found::add);
      }
    }
    return found;
  }

  private static long anonymous(long pid) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .sum();
  }
}
