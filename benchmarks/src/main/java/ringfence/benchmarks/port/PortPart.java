package ringfence.benchmarks.port;

import static ringfence.benchmarks.report.Aim.atLeast;
import static ringfence.benchmarks.report.Aim.atMost;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ringfence.benchmarks.carrier.Carrier;
import ringfence.benchmarks.port.Comparison.Reuse;
import ringfence.benchmarks.report.Aim;
import ringfence.benchmarks.report.Measure;
import ringfence.benchmarks.report.Outcome;
import ringfence.benchmarks.report.Part;
import ringfence.benchmarks.report.Wanted;

/// The ring between two processes, and what else could carry its messages.
public final class PortPart implements Part {
  static final List<Aim> AIMS =
      List.of(
          most("round trip: cache line", "round-trip/spinning/56", Carrier.CACHE_LINE, Measure.MEAN_NANOS, 1.5),
          most("round trip: Agrona, p50", "round-trip/spinning/56", Carrier.AGRONA, Measure.P50_NANOS, 1.0),
          most("round trip: Agrona, p99", "round-trip/spinning/56", Carrier.AGRONA, Measure.P99_NANOS, 1.0),
          most("round trip: validation costs < 5 %", "round-trip/spinning/56", Carrier.RING_UNCHECKED, Measure.MEAN_NANOS, 1.05),
          least("one way 56 B: Agrona", "one-way/56", Carrier.AGRONA, 1.5),
          least("one way 56 B: Agrona, batches", "one-way/56", Carrier.AGRONA_TOGETHER, 1.5),
          least("one way 56 B: Aeron IPC", "one-way/56", Carrier.AERON, 1.5),
          least("one way 56 B: Unix socket, its batches larger", "one-way/56", Carrier.UNIX_SOCKET_BATCHED, 1.1),
          least("one way 56 B: Unix socket, equal batches", "one-way/56x1024", Carrier.UNIX_SOCKET_BATCHED, 1.1),
          least("one way 56 B: validation costs < 5 %", "one-way/56", Carrier.RING_UNCHECKED, 0.95),
          least("one way 56 B: with copy-out < 20 %", "one-way/56", Carrier.RING_IN_PLACE, 0.8),
          least("one way 1 KiB: Agrona", "one-way/1024", Carrier.AGRONA, 2.0),
          least("one way 1 KiB: Agrona, batches", "one-way/1024", Carrier.AGRONA_TOGETHER, 2.0),
          least("one way 64 KiB: memcpy of one core", "one-way/65536", Carrier.COPY, 0.85),
          most("asleep: futex", "round-trip/asleep/56", Carrier.FUTEX, Measure.P50_NANOS, 1.3),
          most("asleep: Unix socket", "round-trip/asleep/56", Carrier.UNIX_SOCKET, Measure.P50_NANOS, 0.8),
          atMost("50 idle ports use 0.0 % of a processor", "idle-ports", "", Measure.CPU_PERCENT, 0.0499));

  private static Aim most(String words, String scenario, Carrier rival, Measure measure, double limit) {
    return atMost(words, scenario, rival.toString(), measure, limit);
  }

  private static Aim least(String words, String scenario, Carrier rival, double limit) {
    return atLeast(words, scenario, rival.toString(), Measure.PER_SECOND, limit);
  }

  @Override
  public String name() {
    return "port";
  }

  @Override
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    for (Scenario scenario : Scenario.all()) {
      keys.add(scenario.key());
      scenario.rivals().forEach(rival -> keys.add(scenario.key() + "/" + rival));
    }
    return keys;
  }

  @Override
  public Result measure(Wanted wanted) throws IOException {
    int rounds = wanted.rounds(9, 3);
    Duration slice = wanted.slice(100, 25);
    Duration warmUp = Duration.ofMillis(wanted.quick() ? 100 : 1000);
    List<Outcome> outcomes = new ArrayList<>();
    Reuse reuse = wanted.quick() ? Reuse.PER_CARRIER : Reuse.NONE;
    try (Comparison comparison = new Comparison(rounds, slice, warmUp, reuse, wanted.jvmFlags(), wanted.progress())) {
      for (Scenario scenario : Scenario.all()) {
        List<Carrier> rivals =
            scenario.rivals().stream().filter(rival -> wanted.keys().test(scenario.key() + "/" + rival)).toList();
        if (!rivals.isEmpty() || wanted.keys().test(scenario.key())) {
          outcomes.add(comparison.measure(scenario, rivals));
        }
      }
    }
    Map<String, String> settings = new LinkedHashMap<>();
    List<String> flags = new ArrayList<>(Child.FLAGS);
    flags.addAll(wanted.jvmFlags());
    settings.put("flags", String.join(" ", flags));
    settings.put(
        "effort",
        String.format(
            Locale.ROOT,
            "%d pairs of slices of %d ms for each rival, %d ms of warm-up, %s",
            rounds, slice.toMillis(), warmUp.toMillis(),
            reuse == Reuse.NONE ? "two new processes for each carrier and scenario" : "processes used again (a look, not a result)"));
    return new Result(name(), settings, outcomes, Aim.reached(AIMS, outcomes));
  }
}
