package ringfence.benchmarks.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import ringfence.benchmarks.report.Folders;
import ringfence.host.manifest.StoredDefinition;
import ringfence.host.state.StateFolder;

/// A host is killed while it writes its state folder. What it had said was done is there, what it was at is there either as
/// before or as after, and all of it can be read.
final class StateKills implements Ordeal {
  private static final int LEAST = 6;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long LONGEST_NANOS = Duration.ofMillis(400).toNanos();

  /// When the kill comes. The steps of a write are: remove an old unfinished file, make a new one, write it, have it reach the
  /// disk, rename it, have the folder reach the disk.
  private enum Step {
    /// At an instant of the dice.
    ANY,
    /// An unfinished file has just appeared: it is being written.
    UNFINISHED,
    /// It has just gone: it is renamed, and the folder may not have reached the disk.
    RENAMED
  }

  @Override
  public String key() {
    return "state";
  }

  @Override
  public List<Row> endure(Trial trial) throws IOException, InterruptedException {
    Tally tally = new Tally(trial, key(), "a host is killed while it writes its state folder");
    Path folder = Files.createTempDirectory("ringfence-torture-state");
    try {
      // What must be there, by name; 0 for a service that is not.
      Map<String, Long> kept = new TreeMap<>();
      int unfinished = 0;
      int inBetween = 0;
      long writes = 0;
      for (int done = 0; trial.more(done, LEAST); done++) {
        Step step = Step.values()[done % Step.values().length];
        List<String> said = killed(trial, folder, step, kept.values().stream().mapToLong(Long::longValue).max().orElse(0) + 1);
        Map<String, Long> begun = new HashMap<>();
        for (String line : said) {
          String[] words = line.split(" ", -1);
          switch (words[0]) {
            case "begin" -> begun.put(words[1], Long.parseLong(words[2]));
            case "done" -> {
              kept.put(words[1], Long.parseLong(words[2]));
              begun.remove(words[1]);
              writes++;
            }
            default -> tally.fail("after kill " + done + " the next host says: " + line);
          }
        }
        tally.injected(1);
        inBetween += begun.isEmpty() ? 0 : 1;
        unfinished += unfinishedFiles(folder);
        check(tally, folder, kept, begun);
      }
      tally.note("%d changes written, %d kills in the middle of one, %d of them left a file half done".formatted(writes, inBetween, unfinished));
    } finally {
      Folders.delete(folder);
    }
    return List.of(tally.row());
  }

  /// Runs a host until it is killed at an instant of the dice.
  ///
  /// @return what it said, from its first change on
  private static List<String> killed(Trial trial, Path folder, Step step, long version) throws IOException, InterruptedException {
    try (ChildJvm host =
        ChildJvm.start(StateHost.class, List.of(), folder.toString(), Long.toString(trial.random.nextLong()), Long.toString(version))) {
      String first = "begin " + host.await("begin ", PATIENCE);
      LockSupport.parkNanos(trial.random.nextLong(LONGEST_NANOS));
      if (step != Step.ANY) {
        await(folder, true);
      }
      if (step == Step.RENAMED) {
        await(folder, false);
      }
      List<String> said = new ArrayList<>(List.of(first));
      said.addAll(host.kill());
      return said;
    }
  }

  /// Waits until there is an unfinished file, or none. Looks without a pause: the step is short.
  private static void await(Path folder, boolean unfinished) throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (unfinishedFiles(folder) > 0 != unfinished) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the host writes nothing more");
      }
    }
  }

  /// Reads the folder as the next host does.
  private static void check(Tally tally, Path folder, Map<String, Long> kept, Map<String, Long> begun) {
    StateFolder.Loaded loaded;
    try (StateFolder state = StateFolder.open(folder)) {
      loaded = state.load();
    }
    Map<String, Long> found = new HashMap<>();
    for (StoredDefinition stored : loaded.services()) {
      found.put(stored.definition().name().value(), StateHost.version(stored.definition()));
    }
    boolean sound = loaded.complaints().isEmpty();
    loaded.complaints().forEach(tally::fail);
    for (int i = 0; i < StateHost.SERVICES; i++) {
      String name = "s" + i;
      long is = found.getOrDefault(name, 0L);
      long before = kept.getOrDefault(name, 0L);
      long after = begun.getOrDefault(name, before);
      if (is != before && is != after) {
        sound = false;
        tally.lost(1);
        tally.fail("%s is version %d after the kill; it was %d and was to be %d".formatted(name, is, before, after));
      }
      kept.put(name, is);
    }
    if (sound) {
      tally.detected(1);
    }
  }

  private static int unfinishedFiles(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("services"))) {
      return (int) files.filter(file -> file.toString().endsWith(".new")).count();
    }
  }
}
