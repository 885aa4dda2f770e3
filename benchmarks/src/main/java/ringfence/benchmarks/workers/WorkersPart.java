package ringfence.benchmarks.workers;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ringfence.benchmarks.report.Aim;
import ringfence.benchmarks.report.Measure;
import ringfence.benchmarks.report.Outcome;
import ringfence.benchmarks.report.Part;
import ringfence.benchmarks.report.Wanted;
import ringfence.host.HostOptions;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.sandbox.launch.MachineProbe;
import ringfence.sandbox.policy.Facility;
import ringfence.sandbox.policy.Jit;

/// How fast workers start, cold and warm, and what they take at rest: those that interpret and those that compile, with
/// every wall up.
public final class WorkersPart implements Part {
  private static final List<String> CARRIERS = List.of("interpreting", "compiling");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// What a worker gives back at rest it gives back within some seconds.
  private static final Duration UNTIL_REST = Duration.ofSeconds(12);

  private static final String PLAIN = "export const one = 1;";

  /// Touches a good part of the platform on its way to RUNNING.
  private static final String RICH =
      """
      import { join } from "node:path";
      const url = new URL("../b?c=d#e", "https://example.com/a/");
      url.searchParams.append("f", join("g", "h"));
      const form = new FormData();
      form.append("file", new Blob(["x"], { type: "text/plain" }), "name");
      const response = new Response(form, { headers: { a: "b" } });
      await (await response.formData()).get("file").text();
      const copy = structuredClone({ list: [1, 2.5, "x", 10n], map: new Map([["k", new Date(0)]]) });
      const text = ReadableStream.from(["a", "b"]).pipeThrough(new TextEncoderStream()).pipeThrough(new TextDecoderStream());
      let all = "";
      for await (const piece of text) all += piece;
      const signal = AbortSignal.timeout(1000);
      console.log(url.href, copy, all, crypto.randomUUID().length, signal.aborted);
      const rows = Array.from({ length: 100 }, (_, i) => ({ i, text: `row ${i}` }));
      export const sum = rows.filter((row) => row.i % 2).map((row) => row.text.length).reduce((a, b) => a + b, 0);
      """;

  /// What is measured of one kind of worker.
  private enum Figure {
    COLD("cold", "a start without a warm worker, until the service runs", PLAIN, 260, 400),
    COLD_RICH("cold-rich", "the same with a script that uses much of the platform", RICH, 0, 0),
    WARM("warm", "a start with a warm worker, until the service runs", PLAIN, 10, 10),
    WARM_RICH("warm-rich", "the same with a script that uses much of the platform", RICH, 60, 60),
    MEMORY("memory", "an idle worker's proportional set size, of ten", PLAIN, 35, 60),
    MEMORY_RICH("memory-rich", "the same after a script that uses much of the platform", RICH, 45, 0);

    private final String word;
    private final String title;
    private final String code;

    /// At most so much is aimed at, in milliseconds or MiB, by kind of worker; 0 where nothing is.
    private final int interpreting;
    private final int compiling;

    Figure(String word, String title, String code, int interpreting, int compiling) {
      this.word = word;
      this.title = title;
      this.code = code;
      this.interpreting = interpreting;
      this.compiling = compiling;
    }

    int aim(int carrier) {
      return carrier == 0 ? interpreting : compiling;
    }

    String key() {
      return "workers/" + word;
    }

    Measure measure() {
      return this == MEMORY || this == MEMORY_RICH ? Measure.MEBIBYTES : Measure.MILLIS;
    }
  }

  @Override
  public String name() {
    return "workers";
  }

  @Override
  public List<String> keys() {
    return java.util.Arrays.stream(Figure.values()).map(Figure::key).toList();
  }

  @Override
  public Result measure(Wanted wanted) {
    int rounds = wanted.rounds(15, 3);
    int idle = rounds == 1 ? 1 : 10;
    boolean compiler = MachineProbe.detect().has(Facility.Kind.JIT);
    List<Outcome> outcomes = new ArrayList<>();
    List<Aim.Reached> aims = new ArrayList<>();
    for (Figure figure : Figure.values()) {
      if (!wanted.keys().test(figure.key())) {
        continue;
      }
      wanted.progress().accept(figure.key());
      List<List<Double>> values = values(figure, rounds, idle, compiler);
      List<Outcome.Row> rows = new ArrayList<>();
      for (int i = 0; i < CARRIERS.size(); i++) {
        rows.add(row(CARRIERS.get(i), figure.measure(), values.get(i)));
        if (figure.aim(i) > 0 && !values.get(i).isEmpty()) {
          aims.add(reached(figure, CARRIERS.get(i), figure.aim(i), values.get(i)));
        }
      }
      outcomes.add(new Outcome(figure.key(), figure.title, rows));
    }
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("effort", rounds + " starts of each kind in turns; " + idle + " idle workers, looked at after " + UNTIL_REST.toSeconds() + " s");
    return new Result(name(), settings, outcomes, aims);
  }

  private static Outcome.Row row(String carrier, Measure measure, List<Double> values) {
    if (values.isEmpty()) {
      return new Outcome.Row(carrier, Map.of(), null, "no image with the compiler");
    }
    Map<Measure, Double> medians = new EnumMap<>(Measure.class);
    medians.put(measure, median(values));
    return new Outcome.Row(carrier, medians, null, "");
  }

  private static Aim.Reached reached(Figure figure, String carrier, int most, List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return new Aim.Reached(
        figure.title + ": " + carrier,
        String.format(Locale.ROOT, "<= %d %s", most, figure.measure() == Measure.MILLIS ? "ms" : "MiB"),
        median(values),
        sorted.getFirst(),
        sorted.getLast(),
        median(values) <= most);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  /// By kind of worker; empty for one that there is not.
  private static List<List<Double>> values(Figure figure, int rounds, int idle, boolean compiler) {
    List<List<Double>> values = List.of(new ArrayList<>(), new ArrayList<>());
    for (Jit jit : compiler ? List.of(Jit.OFF, Jit.ON) : List.of(Jit.OFF)) {
      List<Double> of = values.get(jit == Jit.OFF ? 0 : 1);
      switch (figure) {
        case COLD, COLD_RICH -> of.addAll(starts(figure.code, jit, rounds, 0));
        case WARM, WARM_RICH -> of.addAll(starts(figure.code, jit, rounds, 1));
        case MEMORY, MEMORY_RICH -> of.addAll(atRest(figure.code, jit, idle));
      }
    }
    return values;
  }

  /// @param warm how many workers are kept warm
  private static List<Double> starts(String code, Jit jit, int rounds, int warm) {
    List<Double> millis = new ArrayList<>();
    try (ServicesManager services = ServicesManager.open(HostOptions.defaults().withWarmWorkers(warm))) {
      services.create(ServiceDefinition.named("started").code(code).jit(jit).build());
      // The first start finds the image, the cache and the host's own classes, and tells the pool what to keep.
      double _ = start(services);
      for (int i = 0; i < rounds; i++) {
        if (warm > 0) {
          awaitWarm(services);
        }
        millis.add(start(services));
      }
      if (warm > 0 && services.pool().taken() < rounds) {
        throw new IllegalStateException("only " + services.pool().taken() + " of " + rounds + " starts found a warm worker");
      }
    }
    return millis;
  }

  private static double start(ServicesManager services) {
    long begin = System.nanoTime();
    services.start("started");
    double millis = (System.nanoTime() - begin) / 1e6;
    var _ = services.close("started");
    return millis;
  }

  static void awaitWarm(ServicesManager services) {
    long begin = System.nanoTime();
    // One for the policy of before has to go first, where the first start was of another.
    while (services.pool().ready() == 0 || services.pool().warming() > 0) {
      if (System.nanoTime() - begin > PATIENCE.toNanos()) {
        throw new IllegalStateException("no worker got ready within " + PATIENCE.toSeconds() + " s");
      }
      WorkerProcesses.pause(Duration.ofMillis(20));
    }
    WorkerProcesses.awaitRest();
  }

  private static List<Double> atRest(String code, Jit jit, int count) {
    try (ServicesManager services = ServicesManager.open(HostOptions.defaults())) {
      for (int i = 0; i < count; i++) {
        services.create(ServiceDefinition.named("idle" + i).code(code).jit(jit).build());
        services.start("idle" + i);
      }
      WorkerProcesses.pause(UNTIL_REST);
      WorkerProcesses.awaitRest();
      return WorkerProcesses.pssMebibytes();
    }
  }
}
