package ringfence.benchmarks.workers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;
import ringfence.host.HostOptions;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;

/// Measures starts and the memory of workers at rest, with every wall up.
///
/// `java --enable-native-access=ALL-UNNAMED -Dringfence.worker.path=js-runtime/target/worker -cp benchmarks/target/benchmarks.jar ringfence.benchmarks.workers.WorkerFigures [ROUNDS]`
public final class WorkerFigures {
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

  private static final int IDLE_WORKERS = 10;

  /// Of USER_HZ, which the kernel counts in.
  private static final double MILLIS_A_TICK = 10;

  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private WorkerFigures() {}

  /// Prints one line a figure: the median, and the least and the most.
  ///
  /// @param arguments how many starts of each kind, 15 if none is given
  public static void main(String[] arguments) {
    int rounds = arguments.length == 0 ? 15 : Integer.parseInt(arguments[0]);
    List<Double> cold = new ArrayList<>();
    List<Double> coldCpu = new ArrayList<>();
    List<Double> coldRich = new ArrayList<>();
    List<Double> warm = new ArrayList<>();
    List<Double> warmRich = new ArrayList<>();
    try (ServicesManager without = ServicesManager.open(HostOptions.defaults());
        ServicesManager with = ServicesManager.open(HostOptions.defaults().withWarmWorkers(1))) {
      // The first start finds the image, the cache and the host's own classes.
      double _ = start(without, PLAIN);
      for (int i = 0; i < rounds; i++) {
        long before = ticks();
        cold.add(start(without, PLAIN, () -> coldCpu.add((ticks() - before) * MILLIS_A_TICK)));
        coldRich.add(start(without, RICH));
        warm.add(startWarm(with, PLAIN));
        warmRich.add(startWarm(with, RICH));
      }
    }
    print("cold start to RUNNING", "ms", cold);
    print("CPU time of it", "ms", coldCpu);
    print("cold start to RUNNING, rich script", "ms", coldRich);
    print("warm start to RUNNING", "ms", warm);
    print("warm start to RUNNING, rich script", "ms", warmRich);
    print("PSS of an idle worker of " + IDLE_WORKERS, "MiB", idle(PLAIN));
    print("PSS of an idle worker of " + IDLE_WORKERS + " after a rich script", "MiB", idle(RICH));
  }

  private static double start(ServicesManager services, String code) {
    return start(services, code, () -> {});
  }

  /// @param whenRunning done at once when it runs
  private static double start(ServicesManager services, String code, Runnable whenRunning) {
    services.create(ServiceDefinition.named("started").code(code).build());
    long begin = System.nanoTime();
    services.start("started");
    double millis = (System.nanoTime() - begin) / 1e6;
    whenRunning.run();
    services.destroyWithDependants("started");
    return millis;
  }

  private static double startWarm(ServicesManager services, String code) {
    until(() -> services.pool().ready());
    atRest();
    double millis = start(services, code);
    if (services.pool().missed() > 0) {
      throw new IllegalStateException("a start found no warm worker");
    }
    return millis;
  }

  private static List<Double> idle(String code) {
    try (ServicesManager services = ServicesManager.open(HostOptions.defaults())) {
      for (int i = 0; i < IDLE_WORKERS; i++) {
        services.create(ServiceDefinition.named("idle" + i).code(code).build());
        services.start("idle" + i);
      }
      // What a worker gives back at rest it gives back within some seconds.
      pause(6_000_000_000L);
      atRest();
      return workers().map(WorkerFigures::pssMebibytes).toList();
    }
  }

  /// Returns when no worker has used a CPU for a while: each has rehearsed what it can.
  private static void atRest() {
    long ticks = ticks();
    while (true) {
      pause(500_000_000);
      long now = ticks();
      if (now - ticks <= 2) {
        return;
      }
      ticks = now;
    }
  }

  private static long ticks() {
    return workers().mapToLong(WorkerFigures::cpuTicks).sum();
  }

  private static java.util.stream.Stream<ProcessHandle> workers() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().command().orElse("").endsWith("/java"));
  }

  private static long cpuTicks(ProcessHandle process) {
    String stat = read(process, "stat");
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).split(" ", -1);
    // Fields 14 and 15 of proc(5), counted from the third.
    return fields.length > 14 ? Long.parseLong(fields[12]) + Long.parseLong(fields[13]) : 0;
  }

  private static double pssMebibytes(ProcessHandle process) {
    return read(process, "smaps_rollup")
        .lines()
        .filter(line -> line.startsWith("Pss:"))
        .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
        .findFirst()
        .orElseThrow();
  }

  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), file));
    } catch (NoSuchFileException _) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void until(DoubleSupplier ready) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (ready.getAsDouble() == 0) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("no worker got ready within a minute");
      }
      pause(10_000_000);
    }
  }

  private static void pause(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  private static void print(String what, String unit, List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    System.out.printf(
        "%-55s %7.1f %s (%.1f to %.1f, %d)%n",
        what, sorted.get(sorted.size() / 2), unit, sorted.getFirst(), sorted.getLast(), sorted.size());
  }
}
