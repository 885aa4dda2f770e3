package ringfence.benchmarks.torture;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import ringfence.sandbox.os.Processes;

/// Starts hosts and kills them, one after the other, and says `killed` and a [Report] for each until its standard input ends.
public final class KillLane {
  static final String KILLED = "killed ";

  private static final String TURN_MILLIS = "60000";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PROMISE = Duration.ofMillis(1500);

  /// When what is left counts as left for good: workers that have just begun to start hear of their host's end when their
  /// JVMs have come up, which takes its time where others want the processors too.
  private static final int STARTS = 3;

  private static final long LOOK_NANOS = 1_000_000;

  /// How old a host becomes at most, as a multiple of what it takes to come up.
  private static final double LATEST = 1.25;

  private final Path folder;
  private final SplittableRandom random;

  private KillLane(Path folder, SplittableRandom random) {
    this.folder = folder;
    this.random = random;
  }

  /// What became of one host.
  ///
  /// @param host its process
  /// @param delayMillis how old it became
  /// @param up whether its services ran
  /// @param processes that were below it when it was killed
  /// @param goneNanos how long these outlived it
  /// @param left what was left of it for good: processes and files, a word each
  record Report(int host, long delayMillis, boolean up, int processes, long goneNanos, List<String> left) {
    static Report read(String line) {
      List<String> words = List.of(line.split(" "));
      return new Report(
          Integer.parseInt(words.get(0)),
          Long.parseLong(words.get(1)),
          Boolean.parseBoolean(words.get(2)),
          Integer.parseInt(words.get(3)),
          Long.parseLong(words.get(4)),
          words.subList(5, words.size()));
    }

    String line() {
      return "%d %d %s %d %d %s".formatted(host, delayMillis, up, processes, goneNanos, String.join(" ", left)).strip();
    }
  }

  /// Runs until its standard input ends.
  ///
  /// @param arguments a folder for the hosts' temporary files, and a seed
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Orphans.adopt();
    KillLane lane = new KillLane(Path.of(arguments[0]), new SplittableRandom(Long.parseLong(arguments[1])));
    // Not closed: that would wait for who reads it.
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Thread end = Thread.ofVirtual().start(() -> awaitEnd(in));
    long upNanos = lane.orderly();
    while (end.isAlive()) {
      System.out.println(KILLED + lane.kill(upNanos).line());
    }
    long _ = lane.orderly();
    System.exit(0);
  }

  private static void awaitEnd(BufferedReader in) {
    try {
      while (in.readLine() != null) {
        Thread.onSpinWait();
      }
    } catch (IOException _) {
      // As good as its end.
    }
  }

  private ChildJvm start() throws IOException {
    return ChildJvm.start(DoomedHost.class, List.of("-Djava.io.tmpdir=" + folder), TURN_MILLIS);
  }

  /// A host that comes up and ends as it should.
  ///
  /// @return how long it took to come up
  private long orderly() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    try (ChildJvm host = start()) {
      String _ = host.await("up", PATIENCE);
      long took = System.nanoTime() - begin;
      int _ = host.finish(PATIENCE);
      return took;
    }
  }

  /// @param upNanos what a start takes here
  private Report kill(long upNanos) throws IOException, InterruptedException {
    Set<Integer> before = Orphans.descendants();
    try (ChildJvm host = start()) {
      // More of them early, when more begins in a moment.
      double share = random.nextDouble();
      long delay = (long) (share * share * LATEST * upNanos);
      LockSupport.parkNanos(delay);
      Set<Integer> below = Orphans.descendants();
      boolean up = host.kill().contains("up");
      long killed = System.nanoTime();
      below.addAll(Orphans.descendants());
      below.removeAll(before);
      below.remove(host.pid());
      int processes = below.size();
      List<Integer> living = awaitGone(before, below, killed + upNanos * STARTS + PROMISE.toNanos());
      long gone = System.nanoTime() - killed;
      List<String> left = new ArrayList<>(files());
      for (int pid : living) {
        left.add("process-" + pid + "-" + WorkerTree.below(pid).living().toString().replace(' ', '-'));
        boolean _ = WorkerTree.signal(pid, Processes.SIGKILL);
      }
      return new Report(host.pid(), delay / 1_000_000, up, processes, gone, left);
    }
  }

  private static List<Integer> awaitGone(Set<Integer> before, Set<Integer> below, long deadline) {
    Set<Integer> all = new HashSet<>(below);
    List<Integer> living = Orphans.living(all);
    while (!living.isEmpty() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_NANOS);
      // One that was being born as its parent was killed is seen now.
      all.addAll(Orphans.descendants());
      all.removeAll(before);
      living = Orphans.living(all);
    }
    return living;
  }

  /// What hosts have left in the folder for temporary files.
  private List<String> files() throws IOException {
    List<String> names = new ArrayList<>();
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        names.add("file-" + file.getFileName().toString().replace(' ', '-'));
      }
    }
    return names;
  }
}
