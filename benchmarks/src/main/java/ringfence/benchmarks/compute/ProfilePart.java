package ringfence.benchmarks.compute;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
  private static final String RIVAL = "not profiled";

  @Override
  public String name() {
    return "profile";
  }

  @Override
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (String program : ComputePart.PROGRAMS) {
      keys.add(key(program));
      keys.add(key(program) + "/" + RIVAL);
    }
    return keys;
  }

  private static String key(String program) {
    return "profiled/" + program;
  }

  @Override
  public Result measure(Wanted wanted) throws IOException {
    int rounds = wanted.rounds(21, 5);
    Duration slice = wanted.slice(300, 100);
    Duration warmUp = slice.multipliedBy(slice.toMillis() < 50 ? 0 : wanted.quick() ? 1 : 10);
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put(
        "effort",
        String.format(Locale.ROOT, "%d pairs of slices of %d ms, %d ms of warm-up", rounds, slice.toMillis(), warmUp.toMillis()));
    List<Outcome> outcomes = new ArrayList<>();
    try (ServiceContestant service = ComputePart.service()) {
      Contestant profiled = service.profiled();
      for (String program : ComputePart.PROGRAMS) {
        if (wanted.keys().test(key(program))) {
          wanted.progress().accept(key(program));
          ComputePart.warmUp(service, program, warmUp);
          Map<String, Object> what = ComputePart.asked(program, slice);
          Alternation slices = new Alternation("profiled", () -> profiled.run(what), rounds);
          slices.compare(RIVAL, () -> service.run(what));
          outcomes.add(new Outcome(key(program), program, slices.rows()));
        }
      }
    }
    return new Result(name(), settings, outcomes, List.of());
  }
}
