package ringfence.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import ringfence.host.HostOptions;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.host.event.ServiceEvent;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;

/// What two services that call each other notice of hostile neighbours: the time of a call, quiet and attacked, in
/// alternated windows of the same run. Prints one line a bomb with the ratio of the 99th percentiles.
///
/// `java --enable-native-access=ALL-UNNAMED -Dringfence.worker.path=js-runtime/target/worker -cp benchmarks/target/benchmarks.jar ringfence.benchmarks.Isolation [PAIRS]`
public final class Isolation {
  private static final Duration WINDOW = Duration.ofSeconds(4);

  private static final String CALLEE = "export function echo(text) { return text; }";

  /// Calls once a millisecond or so, and prints a window's percentiles when it is told that the window is over.
  private static final String CALLER =
      """
      import callee from "service:callee";
      let times = [];
      let go = true;
      export function window() {
        const sorted = times.sort((a, b) => a - b);
        times = [];
        const at = (q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];
        console.log("window", sorted.length, at(0.5), at(0.99), at(1));
      }
      setInterval(() => window(), %d);
      (async () => {
        for (;;) {
          const before = performance.now();
          await callee.echo("sixty-four bytes of text that go to the other process and back");
          times.push(performance.now() - before);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      })();
      """
          .formatted(WINDOW.toMillis());

  private static final SequencedMap<String, String> BOMBS = new java.util.LinkedHashMap<>();

  static {
    BOMBS.put("cpu", "setInterval(() => { const end = Date.now() + 50; while (Date.now() < end); }, 0);");
    BOMBS.put("heap", "setTimeout(() => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); }, 10);");
    BOMBS.put("output", "(function flood() { for (let i = 0; i < 200; i++) console.log('x'.repeat(200)); setTimeout(flood, 0); })();");
    BOMBS.put("jobs", "(function again() { for (let i = 0; i < 1000; i++) Promise.reject(i); setTimeout(again, 0); })();");
  }

  private Isolation() {}

  /// Measures all bombs.
  ///
  /// @param arguments how many pairs of windows each, 5 if none is given
  public static void main(String[] arguments) throws InterruptedException {
    int pairs = arguments.length == 0 ? 5 : Integer.parseInt(arguments[0]);
    System.out.printf(
        "%d processors, %s, windows of %d s%n",
        Runtime.getRuntime().availableProcessors(), System.getProperty("os.version"), WINDOW.toSeconds());
    BlockingQueue<double[]> windows = new ArrayBlockingQueue<>(1000);
    try (ServicesManager services = ServicesManager.open(HostOptions.defaults())) {
      var _ = services.addListener(event -> take(event, windows));
      services.create(ServiceDefinition.named("callee").code(CALLEE).build());
      services.create(
          ServiceDefinition.named("page")
              .imports("callee")
              .permissions(Permissions.NONE.withPreciseClock(true))
              .code(CALLER)
              .build());
      for (Map.Entry<String, String> bomb : BOMBS.entrySet()) {
        for (int i = 1; i <= 2; i++) {
          services.create(bomb(bomb.getKey() + i, bomb.getValue()));
        }
      }
      services.start("page");
      // The first windows hold the warm-up.
      double[] _ = next(windows);
      double[] _ = next(windows);
      for (String bomb : BOMBS.keySet()) {
        compare(services, bomb, pairs, windows);
      }
    }
  }

  private static ServiceDefinition bomb(String name, String code) {
    Limits limits = Limits.DEFAULT.withHeapBytes(64L << 20).withCpuPercent(50).withOutputLines(1000);
    return ServiceDefinition.named(name)
        .limits(limits)
        .restart(RestartPolicy.of(RestartPolicy.Mode.ALWAYS))
        .code(code)
        .build();
  }

  private static void compare(
      ServicesManager services, String bomb, int pairs, BlockingQueue<double[]> windows)
      throws InterruptedException {
    List<Double> ratios = new ArrayList<>();
    List<Double> quiets = new ArrayList<>();
    List<Double> attackeds = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      windows.clear();
      // The window at hand began under the bombs of before.
      double[] _ = next(windows);
      double quiet = next(windows)[2];
      services.start(bomb + 1);
      services.start(bomb + 2);
      windows.clear();
      double[] _ = next(windows);
      double attacked = next(windows)[2];
      services.close(bomb + 1);
      services.close(bomb + 2);
      quiets.add(quiet);
      attackeds.add(attacked);
      ratios.add(attacked / quiet);
    }
    System.out.printf(
        Locale.ROOT,
        "%-8s p99 quiet %.3f ms, attacked %.3f ms, ratio %.2f (%s)%n",
        bomb, median(quiets), median(attackeds), median(ratios),
        String.join(" ", ratios.stream().sorted().map(r -> String.format(Locale.ROOT, "%.2f", r)).toList()));
  }

  private static void take(ServiceEvent event, BlockingQueue<double[]> windows) {
    if (event instanceof ServiceEvent.Output output && output.line().text().startsWith("window ")) {
      boolean _ =
          windows.offer(
              Arrays.stream(output.line().text().split(" ")).skip(1).mapToDouble(Double::parseDouble).toArray());
    }
  }

  private static double[] next(BlockingQueue<double[]> windows) throws InterruptedException {
    double[] window = windows.poll(WINDOW.toSeconds() * 20, TimeUnit.SECONDS);
    if (window == null) {
      throw new IllegalStateException("the caller has stopped calling");
    }
    return window;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
