package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.os.Architecture;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.PosixSpawn;
import ringfence.sandbox.os.Processes;
import ringfence.sandbox.os.SystemCallException;

/// Attack: the outer process is killed at any instant of its start, which is what the host's death does to
/// it, and nobody kills its group after it. Expected: no process of the start is left.
///
/// What is started is no JVM, so that there is time for many instants.
class CutOffStartIT {
  private static final int TRIALS = 150;
  private static final int LONGEST_MILLIS = 5_000;

  @Test
  void outerProcessKilledAtARandomInstantOfItsStartLeavesNothing() throws Exception {
    long seed = Long.getLong("ringfence.seed", System.nanoTime());
    System.out.println(
        "rerun with: mvn verify -pl sandbox -Dit.test=CutOffStartIT -Dringfence.seed=" + seed);
    Random random = new Random(seed);
    String marker = "marker-" + UUID.randomUUID();
    // As real workers start: in a group, which is entered first, where the machine has groups.
    WorkerGroups groups = new WorkerGroups(MachineProbe.detect().cgroups());
    WorkerGroup group = groups.create(TestWorker.WALLED);
    List<WorkerGroup> used = new ArrayList<>(List.of(group));
    List<String> command = group.command(command(marker));
    // The second: what the first found on no disk cache is no measure.
    long startNanos = 0;
    for (int i = 0; i < 2; i++) {
      try (Start start = Start.of(command)) {
        startNanos = start.awaitEcho();
        start.hangUp();
        start.awaitNobody("after a start that nobody cut off", marker);
        assertThat(start.awaitOuter()).isEqualTo(new Processes.Exit(0, 0));
      }
    }
    for (int trial = 0; trial < TRIALS; trial++) {
      long delay = random.nextLong(startNanos * 5 / 4);
      // One group a start, as in the house: what the machine's init has not reaped yet still counts in it.
      WorkerGroup cut = groups.create(TestWorker.WALLED);
      used.add(cut);
      try (Start start = Start.of(cut.command(command(marker)))) {
        long end = System.nanoTime() + delay;
        while (System.nanoTime() < end) {
          Thread.onSpinWait();
        }
        start.killOuter();
        assertThat(start.awaitOuter()).isEqualTo(new Processes.Exit(Processes.SIGKILL, 0));
        start.hangUp();
        start.awaitNobody(
            "killed after " + delay / 1000 + " us of " + startNanos / 1000 + ", trial " + trial, marker);
      }
    }
    used.forEach(groups::remove);
    groups.close();
    assertThat(used).allMatch(WorkerGroup::remove, "nobody is in it");
  }

  // A host that was killed before its child had asked for the signal of its death never sends it. Such a start went on until
  // its JVM had come up, which takes seconds on a busy machine.
  @Test
  void startWhoseHostIsGoneGoesNoFurther() throws Exception {
    String marker = "marker-" + UUID.randomUUID();
    // The parent that it has then is not the one that built the command.
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "\"$@\"; exit 0", "another-parent"));
    command.addAll(command(marker));
    try (Start start = Start.of(command)) {
      start.awaitNobody("with another parent", marker);
      start.hangUp();
      assertThat(start.awaitOuter()).isEqualTo(new Processes.Exit(0, 0));
    }
  }

  private static List<String> command(String marker) throws Exception {
    Path inside = Path.of("/w", marker);
    Path program = Programs.require("cat", "coreutils").toRealPath();
    return new BubblewrapCommand(Programs.require("bwrap", "bubblewrap"))
        .bind(program, inside)
        .program(List.of(inside.toString()))
        .build(64, WorkerUsers.ofThisHost().take());
  }

  /// A start that no [SpawnedWorker] watches.
  private record Start(int pidfd, int socket, int output, long beginNanos) implements AutoCloseable {
    static Start of(List<String> command) throws Exception {
      Descriptors.Pair sockets = Descriptors.socketPair();
      Descriptors.Pair output = Descriptors.pipe();
      Descriptors.Pair filter = Descriptors.pipe();
      Descriptors.write(
          filter.second(), SeccompProgram.denyListFromBirth(Architecture.current()).bytes());
      Map<Integer, Integer> sources =
          Map.of(
              0, sockets.second(),
              1, output.second(),
              2, output.second(),
              Spawner.FILTER_DESCRIPTOR, filter.first());
      long begin = System.nanoTime();
      int pidfd = Processes.pidfdOpen(PosixSpawn.spawn(command, Map.of(), sources));
      for (int theirs :
          List.of(sockets.second(), output.second(), filter.first(), filter.second())) {
        Descriptors.close(theirs);
      }
      return new Start(pidfd, sockets.first(), output.first(), begin);
    }

    /// Waits until the program is up.
    ///
    /// @return how long the start took
    long awaitEcho() throws Exception {
      Descriptors.write(socket, new byte[] {'x'});
      byte[] echo = new byte[100];
      assertThat(Descriptors.awaitReadable(LONGEST_MILLIS, output)).isEqualTo(output);
      int length = Descriptors.read(output, echo);
      long took = System.nanoTime() - beginNanos;
      assertThat(new String(echo, 0, length, StandardCharsets.UTF_8)).isEqualTo("x");
      return took;
    }

    void killOuter() throws Exception {
      assertThat(Processes.signal(pidfd, Processes.SIGKILL)).isTrue();
    }

    Processes.Exit awaitOuter() throws Exception {
      return Processes.awaitExit(pidfd);
    }

    void hangUp() throws Exception {
      Descriptors.close(socket);
    }

    /// The output ends when the last process that could write to it is gone.
    void awaitNobody(String when, String marker) throws Exception {
      boolean ended = Descriptors.awaitReadable(LONGEST_MILLIS, output) == output;
      List<Path> left = ended ? List.of() : TestWorker.processesWith(marker);
      for (Path process : left) {
        ProcessHandle.of(Long.parseLong(WorkerImage.name(process)))
            .ifPresent(ProcessHandle::destroyForcibly);
      }
      assertThat(ended).as("all gone, %s; left: %s", when, left).isTrue();
      byte[] said = new byte[1000];
      assertThat(Descriptors.read(output, said)).as("bytes said, %s", when).isZero();
    }

    @Override
    public void close() throws SystemCallException {
      Descriptors.close(pidfd);
      Descriptors.close(output);
    }
  }
}
