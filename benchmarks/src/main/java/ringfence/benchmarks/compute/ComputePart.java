package ringfence.benchmarks.compute;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ringfence.benchmarks.contest.Contestant;
import ringfence.benchmarks.contest.Program;
import ringfence.benchmarks.contest.RivalProcess;
import ringfence.benchmarks.contest.ScriptedRival;
import ringfence.benchmarks.contest.Scripts;
import ringfence.benchmarks.contest.ServiceContestant;
import ringfence.benchmarks.report.Aim;
import ringfence.benchmarks.report.Alternation;
import ringfence.benchmarks.report.Measure;
import ringfence.benchmarks.report.Outcome;
import ringfence.benchmarks.report.Part;
import ringfence.benchmarks.report.Ratio;
import ringfence.benchmarks.report.Wanted;
import ringfence.host.HostOptions;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.sandbox.permission.Permissions;

/// Small programs in a service and in Node, both warmed up.
public final class ComputePart implements Part {
  static final List<String> PROGRAMS =
      List.of(
          "tasks", "constraints", "pancakes", "bodies", "spectrum", "patterns", "json", "strings", "sorting", "collections", "sieve",
          "closures");

  private static final String SCRIPT = "programs.js";
  private static final String SERVICE = "programs";
  private static final String NODE = "node";
  private static final double MOST_TIMES_OF_NODE = 2;

  @Override
  public String name() {
    return "compute";
  }

  @Override
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (String program : PROGRAMS) {
      keys.add(key(program));
      keys.add(key(program) + "/" + NODE);
    }
    return keys;
  }

  private static String key(String program) {
    return "compute/" + program;
  }

  @Override
  public Result measure(Wanted wanted) throws IOException {
    int rounds = wanted.rounds(5, 3);
    Duration slice = wanted.slice(300, 100);
    // Engines that compile do so in the background, for seconds. Who wants the least wants to see that all works.
    Duration warmUp = slice.multipliedBy(slice.toMillis() < 50 ? 0 : wanted.quick() ? 1 : 10);
    Program node = Program.find(NODE, wanted.rivals());
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(NODE, node == null ? "not installed" : node.version());
    settings.put(
        "effort",
        String.format(
            Locale.ROOT, "%d pairs of slices of %d ms, %d ms of warm-up", rounds, slice.toMillis(), warmUp.toMillis()));
    List<Outcome> outcomes = new ArrayList<>();
    try (Contestant ours = service();
        Scripts scripts = Scripts.unpack(ComputePart.class, List.of(SCRIPT, "node.mjs"));
        Contestant theirs = node == null ? null : rival(node, scripts)) {
      for (String program : PROGRAMS) {
        boolean withNode = wanted.keys().test(key(program) + "/" + NODE);
        if (withNode || wanted.keys().test(key(program))) {
          wanted.progress().accept(key(program));
          outcomes.add(measure(program, ours, withNode ? theirs : null, withNode, rounds, slice, warmUp));
        }
      }
    }
    return new Result(name(), settings, outcomes, aims(outcomes));
  }

  private static Outcome measure(
      String program, Contestant ours, @Nullable Contestant theirs, boolean withNode, int rounds, Duration slice, Duration warmUp)
      throws IOException {
    Map<String, Object> what = asked(program, slice);
    warmUp(ours, program, warmUp);
    Alternation slices = new Alternation(ServiceContestant.NAME, () -> ours.run(what), rounds);
    if (theirs != null) {
      warmUp(theirs, program, warmUp);
      slices.compare(NODE, () -> theirs.run(what));
    } else if (withNode) {
      slices.miss(NODE, "not installed");
    }
    return new Outcome(key(program), program, slices.rows());
  }

  static void warmUp(Contestant contestant, String program, Duration time) throws IOException {
    if (time.isPositive()) {
      var _ = contestant.run(asked(program, time));
    }
  }

  static Map<String, Object> asked(String program, Duration time) {
    return Map.of("scenario", program, "millis", time.toMillis());
  }

  /// One: the geometric mean of all ratios.
  private static List<Aim.Reached> aims(List<Outcome> outcomes) {
    List<Double> ratios = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      Map<Measure, Ratio> found = outcome.rows().getLast().ratios();
      if (found != null) {
        ratios.add(found.getOrDefault(Measure.MEAN_NANOS, new Ratio(Double.NaN, 0, 0, List.of())).median());
      }
    }
    if (ratios.isEmpty()) {
      return List.of();
    }
    double mean = Math.exp(ratios.stream().mapToDouble(Math::log).average().orElse(Double.NaN));
    List<Double> sorted = ratios.stream().sorted().toList();
    return List.of(
        new Aim.Reached(
            "all programs, geometric mean: Node",
            String.format(Locale.ROOT, "<= %.2f", MOST_TIMES_OF_NODE),
            mean,
            sorted.getFirst(),
            sorted.getLast(),
            mean <= MOST_TIMES_OF_NODE));
  }

  static ServiceContestant service() throws IOException {
    ServicesManager manager = ServicesManager.open(HostOptions.defaults());
    manager.create(
        ServiceDefinition.named(SERVICE)
            .permissions(Permissions.NONE.withPreciseClock(true))
            .code(Scripts.text(ComputePart.class, SCRIPT))
            .build());
    return ServiceContestant.start(manager, SERVICE);
  }

  private static Contestant rival(Program node, Scripts scripts) throws IOException {
    return new ScriptedRival(RivalProcess.start(NODE, List.of(node.path().toString(), "node.mjs"), scripts.folder()));
  }
}
