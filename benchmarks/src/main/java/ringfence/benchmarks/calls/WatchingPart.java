package ringfence.benchmarks.calls;

import static ringfence.benchmarks.report.Aim.atLeast;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ringfence.benchmarks.Counting;
import ringfence.benchmarks.contest.Contestant;
import ringfence.benchmarks.contest.RivalProcess;
import ringfence.benchmarks.contest.ScriptedRival;
import ringfence.benchmarks.report.Aim;
import ringfence.benchmarks.report.Alternation;
import ringfence.benchmarks.report.Measure;
import ringfence.benchmarks.report.Outcome;
import ringfence.benchmarks.report.Part;
import ringfence.benchmarks.report.Wanted;
import ringfence.sandbox.launch.WorkerImage;

/// What calls pay for being watched while nobody watches: counters and histograms in the links, looks for a trace that is not
/// there, and what the host is told each second. The rival is the same build without that, see [Unwatched].
public final class WatchingPart implements Part {
  private static final String RIVAL = "unwatched";

  /// Where a link has both its ends on one thread of a JVM.
  private static final String BARE = "watched/bare";

  private static final List<Scenario> BETWEEN_SERVICES = List.of(Scenario.CALLS_STRING, Scenario.CALL_STRING);

  static final List<Aim> AIMS =
      List.of(
          atLeast("calls a second, of those unwatched", key(Scenario.CALLS_STRING), RIVAL, Measure.PER_SECOND, 0.97));

  /// A cache of the one and none of the other would be compared as well.
  private static final String CACHES = "ringfence.worker.cache";

  @Override
  public String name() {
    return "watching";
  }

  @Override
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (String key : scenarios()) {
      keys.add(key);
      keys.add(key + "/" + RIVAL);
    }
    return keys;
  }

  private static List<String> scenarios() {
    List<String> keys = new ArrayList<>(BETWEEN_SERVICES.stream().map(WatchingPart::key).toList());
    keys.add(BARE);
    return keys;
  }

  private static String key(Scenario scenario) {
    return "watched/" + scenario.key();
  }

  @Override
  public Result measure(Wanted wanted) throws IOException {
    // Many and short: a busy machine changes in seconds, and what is sought is small.
    int rounds = wanted.rounds(201, 21);
    Duration slice = wanted.slice(100, 50);
    Duration warmUp = slice.toMillis() < 50 ? slice : Duration.ofSeconds(wanted.quick() ? 3 : 10);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        "effort",
        String.format(Locale.ROOT, "%d pairs of slices of %d ms, after %d ms of each; workers without caches", rounds, slice.toMillis(), warmUp.toMillis()));
    List<Outcome> outcomes = new ArrayList<>();
    Path workers = Path.of(System.getProperty(WorkerImage.PATH_PROPERTY, "js-runtime/target/worker"));
    String caches = System.getProperty(CACHES, "");
    System.setProperty(CACHES, "off");
    try (Unwatched unwatched = Unwatched.of(workers)) {
      if (BETWEEN_SERVICES.stream().anyMatch(scenario -> wanted.keys().test(key(scenario)))) {
        try (Contestant ours = Services.startTwoOn(workers);
            Contestant without = Services.startTwoOn(unwatched.workers())) {
          for (Scenario scenario : BETWEEN_SERVICES) {
            if (wanted.keys().test(key(scenario))) {
              outcomes.add(compare(key(scenario), scenario, ours, without, wanted, rounds, slice, warmUp));
            }
          }
        }
      }
      if (wanted.keys().test(BARE)) {
        String usual = System.getProperty("java.class.path");
        try (Contestant ours = bare(usual);
            Contestant without = bare(unwatched.classes() + ":" + usual)) {
          outcomes.add(compare(BARE, Scenario.CALL_BYTES, ours, without, wanted, rounds, slice, warmUp));
        }
      }
    } finally {
      System.setProperty(CACHES, caches);
    }
    return new Result(name(), settings, outcomes, Aim.reached(AIMS, outcomes));
  }

  private static Outcome compare(
      String key, Scenario scenario, Contestant ours, Contestant without, Wanted wanted, int rounds, Duration slice, Duration warmUp)
      throws IOException {
    String title = key.equals(BARE) ? "bare calls, both ends of the link on one thread" : scenario.toString();
    wanted.progress().accept(key + ": " + title);
    Map<String, Object> what = scenario.asked(slice, 0);
    Map<String, Object> atFirst = scenario.asked(warmUp, 0);
    var _ = ours.run(atFirst);
    var _ = without.run(atFirst);
    Alternation slices = new Alternation("watched", () -> ours.run(what), rounds);
    slices.compare(RIVAL, () -> without.run(what));
    return new Outcome(key, title, slices.rows());
  }

  private static Contestant bare(String classPath) throws IOException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "-cp", classPath, Counting.class.getName(), Counting.SLICES);
    return new ScriptedRival(RivalProcess.start("a bare link", command, Path.of("").toAbsolutePath()));
  }
}
