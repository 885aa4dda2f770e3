package ringfence.benchmarks.calls;

import static ringfence.benchmarks.report.Aim.atLeast;
import static ringfence.benchmarks.report.Aim.atMost;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ringfence.benchmarks.contest.Contestant;
import ringfence.benchmarks.contest.Program;
import ringfence.benchmarks.contest.ServiceContestant;
import ringfence.benchmarks.report.Aim;
import ringfence.benchmarks.report.Alternation;
import ringfence.benchmarks.report.Measure;
import ringfence.benchmarks.report.Outcome;
import ringfence.benchmarks.report.Part;
import ringfence.benchmarks.report.Wanted;

/// Calls, events and streams between two services.
///
/// Each contestant's processes are started once and serve all scenarios.
public final class CallsPart implements Part {
  static final List<Aim> AIMS =
      List.of(
          atMost("call with text: Node fork", "call/string", "node-fork-json", Measure.P50_NANOS, 1.0 / 15),
          atMost("call with an object: Node fork", "call/object", "node-fork-json", Measure.P50_NANOS, 0.25),
          atLeast("objects one way: Node fork", "events/object", "node-fork-json", Measure.PER_SECOND, 1),
          atLeast("bytes one way: Node fork", "events/bytes", "node-fork-json", Measure.PER_SECOND, 5),
          atLeast("stream, GB/s", "stream/bytes", "", Measure.GIGABYTES_PER_SECOND, 1));

  private static final long STREAM_BYTES = 64 << 20;
  private static final long SHORT_STREAM_BYTES = 1 << 20;

  @Override
  public String name() {
    return "calls";
  }

  @Override
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (Scenario scenario : Scenario.ALL) {
      keys.add(scenario.key());
      for (Rival rival : Rival.values()) {
        keys.add(key(scenario, rival));
      }
    }
    return keys;
  }

  private static String key(Scenario scenario, Rival rival) {
    return scenario.key() + "/" + rival;
  }

  @Override
  public Result measure(Wanted wanted) throws IOException {
    int rounds = wanted.rounds(7, 3);
    Duration slice = wanted.slice(400, 100);
    // Our engine compiles in the background, for seconds; the rivals' take no longer than a slice.
    Duration warmUp = slice.multipliedBy(slice.toMillis() < 50 || wanted.quick() ? 1 : 15);
    Map<Rival, Program> installed = new EnumMap<>(Rival.class);
    Map<String, String> settings = new LinkedHashMap<>();
    for (Rival rival : Rival.values()) {
      Program program = Program.find(rival.program(), wanted.rivals());
      if (program != null) {
        installed.put(rival, program);
      }
      settings.put(
          rival.toString(), program == null ? "not installed" : program.version() + ": " + rival.command());
    }
    settings.put(
        "effort",
        String.format(
            Locale.ROOT,
            "%d pairs of slices of %d ms for each rival; to warm up, %d ms of ours and a slice of each rival in each scenario",
            rounds,
            slice.toMillis(),
            warmUp.toMillis()));
    List<Outcome> outcomes = new ArrayList<>();
    try (Field field = new Field(installed, wanted.before())) {
      for (Scenario scenario : Scenario.ALL) {
        List<Rival> rivals =
            List.of(Rival.values()).stream().filter(rival -> wanted.keys().test(key(scenario, rival))).toList();
        if (!rivals.isEmpty() || wanted.keys().test(scenario.key())) {
          wanted.progress().accept(scenario.key() + ": " + scenario);
          outcomes.add(measure(scenario, rivals, field, rounds, slice, warmUp));
        }
      }
    }
    return new Result(name(), settings, outcomes, Aim.reached(AIMS, outcomes));
  }

  private static Outcome measure(
      Scenario scenario, List<Rival> rivals, Field field, int rounds, Duration slice, Duration warmUp) throws IOException {
    // A slice that shall be short can't wait for a whole stream.
    long stream = slice.toMillis() < 50 ? SHORT_STREAM_BYTES : STREAM_BYTES;
    Map<String, Object> what = scenario.asked(slice, stream);
    Map<String, Object> atFirst = scenario.asked(warmUp, stream);
    Contestant ours = field.ours();
    var _ = ours.run(atFirst);
    Alternation slices = new Alternation(ServiceContestant.NAME, () -> ours.run(what), rounds);
    Contestant before = field.before();
    if (before != null) {
      var _ = before.run(atFirst);
      slices.compare("before", () -> before.run(what));
    }
    for (Rival rival : rivals) {
      if (!rival.takesPart(scenario)) {
        slices.miss(rival.toString(), "has nothing like it");
      } else if (field.has(rival)) {
        Contestant theirs = field.of(rival);
        var _ = theirs.run(what);
        slices.compare(rival.toString(), () -> theirs.run(what));
      } else {
        slices.miss(rival.toString(), "not installed");
      }
    }
    return new Outcome(scenario.key(), scenario.toString(), slices.rows());
  }
}
