package ringfence.benchmarks.compute;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import ringfence.benchmarks.contest.Contestant;
import ringfence.benchmarks.contest.ServiceContestant;
import ringfence.benchmarks.report.Alternation;
import ringfence.benchmarks.report.Outcome;
import ringfence.benchmarks.report.Part;
import ringfence.benchmarks.report.Wanted;

/// What a service that computes pays while a profile is taken of it. The rival is the same service, in the same worker, while
/// nobody looks.
public final class ProfilePart implements Part {
  private static final String PROFILED = "profiled";
  private static final String RIVAL = "not profiled";

  @Override
  public String name() {
    return "profile";
  }

  @Override
  public List<String> keys() {
    return Programs.keys(PROFILED, RIVAL);
  }

  private static String key(String program) {
    return PROFILED + "/" + program;
  }

  @Override
  public Result measure(Wanted wanted) throws IOException {
    Programs programs = Programs.of(wanted, 21, 5);
    List<Outcome> outcomes = new ArrayList<>();
    try (ServiceContestant service = Programs.service()) {
      Contestant profiled = service.profiled();
      for (String program : Programs.ALL) {
        if (wanted.keys().test(key(program))) {
          wanted.progress().accept(key(program));
          programs.warmUp(service, program);
          Map<String, Object> what = programs.asked(program);
          Alternation slices = new Alternation(PROFILED, () -> profiled.run(what), programs.rounds());
          slices.compare(RIVAL, () -> service.run(what));
          outcomes.add(new Outcome(key(program), program, slices.rows()));
        }
      }
    }
    return new Result(name(), Map.of("effort", programs.effort()), outcomes, List.of());
  }
}
