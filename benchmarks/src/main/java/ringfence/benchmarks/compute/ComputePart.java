package ringfence.benchmarks.compute;

import java.io.IOException;
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

/// Small programs in a service and in Node, both warmed up.
public final class ComputePart implements Part {
  private static final String COMPUTE = "compute";
  private static final String NODE = "node";
  private static final double MOST_TIMES_OF_NODE = 2;

  @Override
  public String name() {
    return COMPUTE;
  }

  @Override
  public List<String> keys() {
    return Programs.keys(COMPUTE, NODE);
  }

  private static String key(String program) {
    return COMPUTE + "/" + program;
  }

  @Override
  public Result measure(Wanted wanted) throws IOException {
    Programs programs = Programs.of(wanted, 5, 3);
    Program node = Program.find(NODE, wanted.rivals());
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(NODE, node == null ? "not installed" : node.version());
    settings.put("effort", programs.effort());
    List<Outcome> outcomes = new ArrayList<>();
    try (Contestant ours = Programs.service();
        Scripts scripts = Scripts.unpack(ComputePart.class, List.of(Programs.SCRIPT, "node.mjs"));
        Contestant theirs = node == null ? null : rival(node, scripts)) {
      for (String program : Programs.ALL) {
        boolean withNode = wanted.keys().test(key(program) + "/" + NODE);
        if (withNode || wanted.keys().test(key(program))) {
          wanted.progress().accept(key(program));
          outcomes.add(measure(programs, program, ours, withNode ? theirs : null, withNode));
        }
      }
    }
    return new Result(name(), settings, outcomes, aims(outcomes));
  }

  private static Outcome measure(
      Programs programs, String program, Contestant ours, @Nullable Contestant theirs, boolean withNode)
      throws IOException {
    Map<String, Object> what = programs.asked(program);
    programs.warmUp(ours, program);
    Alternation slices = new Alternation(ServiceContestant.NAME, () -> ours.run(what), programs.rounds());
    if (theirs != null) {
      programs.warmUp(theirs, program);
      slices.compare(NODE, () -> theirs.run(what));
    } else if (withNode) {
      slices.miss(NODE, "not installed");
    }
    return new Outcome(key(program), program, slices.rows());
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

  private static Contestant rival(Program node, Scripts scripts) throws IOException {
    return new ScriptedRival(RivalProcess.start(NODE, List.of(node.path().toString(), "node.mjs"), scripts.folder()));
  }
}
