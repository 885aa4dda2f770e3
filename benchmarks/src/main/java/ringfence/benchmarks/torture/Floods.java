package ringfence.benchmarks.torture;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A service floods: output, events to a listener that is slow, timers, rejections, requests and connections. The host's
/// memory stays flat, other services' calls go on, and the flooding service can be closed.
final class Floods implements Ordeal {
  private static final List<String> KINDS = List.of("output", "events", "timers", "rejections", "requests", "connections");
  private static final int LEAST = 2;
  private static final Duration WINDOW = Duration.ofSeconds(4);
  private static final Duration SHORT_WINDOW = Duration.ofMillis(700);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long FLAT_BYTES = 160L << 20;

  @Override
  public String key() {
    return "flood";
  }

  /// A window's calls.
  private record Window(int count, double p50, double p99) {
    static Window read(String line) {
      List<String> words = List.of(line.split(" ", -1));
      return new Window(Integer.parseInt(words.get(1)), Double.parseDouble(words.get(2)), Double.parseDouble(words.get(3)));
    }
  }

  @Override
  public List<Row> endure(Trial trial) throws IOException, InterruptedException {
    List<String> kinds = new ArrayList<>(KINDS);
    Collections.shuffle(kinds, new Random(trial.random.nextLong()));
    boolean brief = trial.brief();
    List<Row> rows = new ArrayList<>();
    try (ChildJvm host = ChildJvm.start(FloodedHost.class, List.of("-Xmx256m"))) {
      String _ = host.await("ok up", PATIENCE);
      // The first holds the warm-up.
      Window _ = window(host, SHORT_WINDOW);
      Duration share = trial.remaining().dividedBy(kinds.size());
      for (String kind : kinds.subList(0, brief ? LEAST : kinds.size())) {
        rows.add(row(trial, host, kind, brief ? SHORT_WINDOW : WINDOW, System.nanoTime() + share.toNanos()));
      }
      if (host.finish(PATIENCE) != 0) {
        throw new IOException("the flooded host did not end in order");
      }
    }
    return rows;
  }

  private Row row(Trial trial, ChildJvm host, String kind, Duration length, long deadline)
      throws IOException, InterruptedException {
    Tally tally = new Tally(trial, key(), "a flood of " + kind);
    List<Double> quiets = new ArrayList<>();
    List<Double> floodeds = new ArrayList<>();
    List<Double> ratios = new ArrayList<>();
    Gauge memory = new Gauge(host.pid());
    long most = 0;
    long before = memory.residentBytes();
    for (int done = 0; trial.more(done, 1, deadline); done++) {
      Window quiet = window(host, length);
      String port = ask(host, "flood " + kind);
      tally.injected(1);
      Window flooded;
      try (HttpFlood outside = outside(kind, port.strip())) {
        flooded = window(host, length);
        if (outside != null && outside.done.get() == 0) {
          tally.fail("nothing came through to a service under a flood of " + kind);
        }
      }
      most = Math.max(most, memory.residentBytes());
      long begin = System.nanoTime();
      String _ = ask(host, "calm " + kind);
      tally.took("closed and removed", System.nanoTime() - begin, null);
      if (quiet.count() > 0 && flooded.count() > 0) {
        tally.detected(1);
      } else {
        tally.lost(1);
        tally.fail("calls of others: %d quiet, %d under a flood of %s".formatted(quiet.count(), flooded.count(), kind));
      }
      quiets.add(quiet.p99());
      floodeds.add(flooded.p99());
      ratios.add(flooded.p99() / Math.max(0.001, quiet.p99()));
    }
    if (most - before > FLAT_BYTES) {
      tally.fail("the host grew by %d MiB under a flood of %s; at most %d".formatted((most - before) >> 20, kind, FLAT_BYTES >> 20));
    }
    tally.note(
        String.format(
            Locale.ROOT, "others' p99 %.2f ms quiet, %.2f flooded, median ratio %.2f (aim 2); the host grew by %d MiB",
            median(quiets), median(floodeds), median(ratios), Math.max(0, most - before) >> 20));
    return tally.row();
  }

  private static @Nullable HttpFlood outside(String kind, String port) {
    return switch (kind) {
      case "requests" -> HttpFlood.requests(Integer.parseInt(port));
      case "connections" -> HttpFlood.connections(Integer.parseInt(port));
      default -> null;
    };
  }

  /// Calls are made all the time; a window is as long as it takes to have some of them.
  private static Window window(ChildJvm host, Duration length) throws IOException, InterruptedException {
    String _ = ask(host, "reset");
    long end = System.nanoTime() + length.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
    return Window.read("ok " + ask(host, "report"));
  }

  private static String ask(ChildJvm host, String command) throws IOException, InterruptedException {
    host.tell(command);
    return host.await("ok", PATIENCE);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }
}
