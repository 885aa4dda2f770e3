package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.sandbox.os.Processes;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.port.ring.RingPort;

/// The life of workers' processes, behind the wall where nothing else is said.
class WorkerProcessIT {
  @TempDir private Path folder;

  @Test
  void kernelShowsTheWorkerAsNobodyWithoutRightsUnderBothFilters() throws Exception {
    try (BubblewrapLauncher launcher = launcher();
        TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED);
        TestWorker other = TestWorker.start(launcher, TestWorker.WALLED)) {
      assertThat(worker.ask("seal")).isEqualTo("sealed");
      assertThat(other.ask("echo up")).isEqualTo("up");
      String status = Files.readString(Path.of("/proc/" + worker.jvmPid() + "/status"));
      assertThat(status)
          .contains("\nCapEff:\t0000000000000000\n", "\nCapBnd:\t0000000000000000\n")
          .contains("\nNoNewPrivs:\t1\n", "\nSeccomp:\t2\n", "\nSeccomp_filters:\t2\n");
      int user = userOf(worker.jvmPid());
      assertThat(user).isNotZero();
      if (Processes.effectiveUserId() == 0) {
        assertThat(userOf(other.jvmPid())).isNotEqualTo(user);
      }
      // 0 the command socket, 1 and 2 the pipe, the rest the JVM's own: nothing of the host's.
      try (Stream<Path> descriptors = Files.list(Path.of("/proc/" + worker.jvmPid() + "/fd"))) {
        for (Path descriptor : descriptors.toList()) {
          assertThat(Files.readSymbolicLink(descriptor).toString())
              .matches("(socket|pipe):.*|/w/(jdk|lib)/.*|/dev/u?random|/proc");
        }
      }
      assertThat(worker.process().exit()).isNotDone();
    }
  }

  @Test
  void saysNothingOnItsStandardErrorWhenAllIsWell() throws Exception {
    try (BubblewrapLauncher launcher = launcher();
        TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED)) {
      assertThat(worker.ask("seal")).isEqualTo("sealed");
      worker.process().hangUp();
      assertThat(worker.awaitExit()).isEqualTo(new WorkerExit(0, 0, ""));
    }
  }

  @Test
  void hangingUpEndsTheWorkerAtOnce() throws Exception {
    try (BubblewrapLauncher launcher = launcher();
        TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED)) {
      assertThat(worker.ask("echo up")).isEqualTo("up");
      worker.process().hangUp();
      worker.process().hangUp();
      assertThat(worker.awaitExit().status()).isZero();
      assertThatThrownBy(() -> TestWorker.offer(worker.process(), 1))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is gone");
    }
  }

  @Test
  void killingTheOuterProcessTakesTheJvmAlong() throws Exception {
    try (BubblewrapLauncher launcher = launcher();
        TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED)) {
      assertThat(worker.ask("seal")).isEqualTo("sealed");
      List<Long> processes = TestWorker.descendants(worker.process().pid());
      assertThat(processes).hasSize(3);
      worker.process().kill();
      assertThat(worker.awaitExit().anySignal()).isEqualTo(Processes.SIGKILL);
      worker.process().kill();
      await().atMost(Duration.ofSeconds(2)).until(() -> processes.stream().noneMatch(this::lives));
    }
  }

  @Test
  void tellsOfAWorkerThatDiesBeforeItsExit() throws Exception {
    try (BubblewrapLauncher launcher = launcher();
        TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED)) {
      assertThat(worker.ask("seal")).isEqualTo("sealed");
      CompletableFuture<Boolean> goneBefore =
          worker.process().dying().thenApply(_ -> worker.process().exit().isDone());
      assertThat(goneBefore).isNotDone();
      assertThat(ProcessHandle.of(worker.jvmPid()).orElseThrow().destroyForcibly()).isTrue();
      assertThat(worker.awaitExit().anySignal()).isEqualTo(Processes.SIGKILL);
      assertThat(goneBefore).isCompletedWithValue(false);
    }
  }

  @Test
  void laterRegionsReachASealedWorkerAndEachIsTakenOnce() throws Exception {
    try (BubblewrapLauncher launcher = launcher();
        TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED)) {
      assertThat(worker.ask("seal")).isEqualTo("sealed");
      List<RingPort> ports = new ArrayList<>();
      for (int id = 1; id <= 100; id++) {
        ports.add(TestWorker.offer(worker.process(), id));
      }
      for (int id = 100; id >= 1; id--) {
        assertThat(worker.ask("region " + id)).isEqualTo("OPEN");
      }
      ports.forEach(RingPort::close);
    }
  }

  @Test
  void regionOfferedTwiceEndsTheWorkerWithAReason() throws Exception {
    try (BubblewrapLauncher launcher = launcher();
        TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED)) {
      assertThat(worker.ask("seal")).isEqualTo("sealed");
      TestWorker.offer(worker.process(), 5).close();
      TestWorker.offer(worker.process(), 5).close();
      WorkerExit exit = worker.awaitExit();
      assertThat(exit.status()).isEqualTo(CommandSocket.NOT_AN_OFFER);
      assertThat(exit.diagnostics()).contains("region 5 was offered twice");
    }
  }

  @Test
  void heapExhaustionIsRecognised() throws Exception {
    try (BubblewrapLauncher launcher = launcher();
        TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED)) {
      assertThat(worker.ask("seal")).isEqualTo("sealed");
      worker.tell("exhaust");
      WorkerExit exit = worker.awaitExit();
      assertThat(exit.outOfMemory()).as("%s", exit).isTrue();
    }
  }

  @Test
  void workerOutlivesTheThreadThatAskedForIt() throws Exception {
    try (BubblewrapLauncher launcher = launcher()) {
      FutureTask<TestWorker> start =
          new FutureTask<>(() -> TestWorker.start(launcher, TestWorker.WALLED));
      Thread thread = Thread.ofPlatform().start(start);
      thread.join();
      try (TestWorker worker = start.get()) {
        assertThat(worker.ask("echo still here")).isEqualTo("still here");
      }
    }
  }

  @Test
  void twentyLaunchesLeaveNoDescriptorAndNoProcess() throws Exception {
    Path marker = marker();
    try (BubblewrapLauncher warmUp = launcher();
        TestWorker worker = TestWorker.start(warmUp, TestWorker.WALLED)) {
      assertThat(worker.ask("echo up")).isEqualTo("up");
    }
    int before = descriptors();
    try (BubblewrapLauncher launcher = launcher()) {
      for (int i = 0; i < 20; i++) {
        // Ended while it boots, in one way or the other, or not at all: then the launcher does it.
        WorkerProcess process =
            launcher.launch(TestWorker.image(marker), TestWorker.WALLED);
        switch (i % 3) {
          case 0 -> process.kill();
          case 1 -> process.hangUp();
          default -> assertThat(process.pid()).isPositive();
        }
      }
    }
    assertThat(TestWorker.processesWith(WorkerImage.name(marker))).isEmpty();
    assertThat(descriptors()).isEqualTo(before);
    // Its last steps come after its pool says that it has ended.
    await()
        .untilAsserted(
            () ->
                assertThat(Thread.getAllStackTraces().keySet())
                    .extracting(Thread::getName)
                    .noneMatch(name -> name.equals("ringfence-spawner")));
  }

  @Test
  void closedLauncherStartsNothing() {
    BubblewrapLauncher launcher = launcher();
    launcher.close();
    launcher.close();
    assertThatThrownBy(() -> launcher.launch(TestWorker.image(), TestWorker.WALLED))
        .isInstanceOf(LaunchException.class)
        .hasMessageContaining("launcher is closed");
  }

  @Test
  void missingProgramsAreNamed() {
    int before = descriptors();
    WorkerImage image = TestWorker.image();
    WorkerImage noJava =
        new WorkerImage(Path.of("/no/jdk"), image.jars(), image.mainModule(), image.buildId());
    MachineCapabilities noBubblewrap = new MachineCapabilities(Path.of("/no/bwrap"), "");
    MachineCapabilities noWalls = new MachineCapabilities(null, "user namespaces are off");
    try (BubblewrapLauncher launcher = launcher();
        PlainLauncher plain = new PlainLauncher();
        BubblewrapLauncher unwrapped = new BubblewrapLauncher(noBubblewrap);
        BubblewrapLauncher unwalled = new BubblewrapLauncher(noWalls)) {
      assertThatThrownBy(() -> launcher.launch(noJava, TestWorker.WALLED))
          .isInstanceOf(LaunchException.class)
          .hasMessageContaining("/no/jdk/bin/java");
      assertThatThrownBy(() -> plain.launch(noJava, TestWorker.PLAIN))
          .isInstanceOf(LaunchException.class)
          .hasMessageContaining("/no/jdk/bin/java");
      assertThatThrownBy(() -> unwrapped.launch(image, TestWorker.WALLED))
          .isInstanceOf(LaunchException.class)
          .hasMessageContaining("/no/bwrap");
      assertThatThrownBy(() -> unwalled.launch(image, TestWorker.WALLED))
          .isInstanceOf(LaunchException.class)
          .hasMessage("user namespaces are off");
    }
    assertThat(descriptors()).isEqualTo(before);
  }

  @Test
  void launchersRefuseThePolicyThatTheyCanNotMeet() {
    try (BubblewrapLauncher launcher = launcher();
        PlainLauncher plain = new PlainLauncher()) {
      assertThatThrownBy(() -> plain.launch(TestWorker.image(), TestWorker.WALLED))
          .hasMessage("the policy demands walls, and this launcher builds none");
      assertThatThrownBy(() -> launcher.launch(TestWorker.image(), TestWorker.PLAIN))
          .hasMessage("the policy has no walls, and this launcher builds nothing else");
    }
  }

  @Test
  void worksFromAFolderThatNobodyElseCanEnter() throws Exception {
    WorkerImage image = TestWorker.image();
    Path closed = Files.createDirectory(folder.resolve("closed"));
    List<Path> hidden = new ArrayList<>();
    for (Path source : image.jars()) {
      hidden.add(copyTree(source, closed.resolve(WorkerImage.name(source))));
    }
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    WorkerImage unreachable =
        new WorkerImage(image.javaHome(), hidden, image.mainModule(), image.buildId());
    assertThat(ReadableImages.readable(hidden.getFirst().toRealPath())).isFalse();
    Path cache = readableFolder().resolve("cache");
    for (String host : List.of("first", "second")) {
      ReadableImages images = new ReadableImages(List.of(cache));
      try (BubblewrapLauncher launcher = new BubblewrapLauncher(MachineProbe.detect(), images);
          TestWorker worker = TestWorker.start(launcher, TestWorker.WALLED, unreachable)) {
        assertThat(worker.ask("echo " + host)).isEqualTo(host);
      }
    }
    // Copied once where the worker is another user, and not at all where it is the host's own.
    String[] copies = cache.toFile().list();
    assertThat(copies == null ? 0 : copies.length)
        .isEqualTo(Processes.effectiveUserId() == 0 ? 1 : 0);
  }

  @Test
  void probeQuotesWhatIsInTheWayAndNamesTheCure() throws IOException {
    assertThat(MachineProbe.detect().missing()).isEmpty();
    assertThat(MachineProbe.probe(null).missing()).contains("apt-get install bubblewrap");
    Path old = readableFolder().resolve("bwrap");
    Files.writeString(old, "#!/bin/sh\necho 'bwrap: Unknown option' >&2; exit 1\n");
    Files.setPosixFilePermissions(old, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(MachineProbe.probe(old).missing())
        .contains("bwrap: Unknown option")
        .contains("install bubblewrap 0.8 or later");
  }

  private BubblewrapLauncher launcher() {
    MachineCapabilities machine = MachineProbe.detect();
    assertThat(machine.missing()).isEmpty();
    return new BubblewrapLauncher(machine);
  }

  private Path marker() throws IOException {
    return Files.createDirectory(readableFolder().resolve("marker-" + UUID.randomUUID()));
  }

  private Path readableFolder() throws IOException {
    return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /// A zombie does not: nothing of it is left but a status, which the machine's init may fetch late.
  private boolean lives(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException _) {
      return false;
    }
  }

  private static int userOf(long pid) throws IOException {
    return (Integer) Files.getAttribute(Path.of("/proc/" + pid), "unix:uid");
  }

  private static int descriptors() {
    String[] all = Path.of("/proc/self/fd").toFile().list();
    return all == null ? -1 : all.length;
  }

  private static Path copyTree(Path source, Path target) throws IOException {
    try (Stream<Path> paths = Files.walk(source)) {
      for (Path path : paths.toList()) {
        Files.copy(path, target.resolve(source.relativize(path).toString()));
      }
    }
    return target;
  }
}
