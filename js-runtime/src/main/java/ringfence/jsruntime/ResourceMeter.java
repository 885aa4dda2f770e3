package ringfence.jsruntime;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import ringfence.jsruntime.loop.Turns;
import ringfence.jsruntime.loop.WatchedLoops;
import ringfence.sandbox.protocol.ControlEvent.ResourceUse;

/// Tells the host every second what this process uses and its links carry, on a thread that guest code can't stop; more often while
/// one turn lasts long, so that the host can end it in time.
final class ResourceMeter {
  private static final long LOOK_MILLIS = 100;
  private static final int LOOKS_BETWEEN_REPORTS = 10;
  private static final Path STATM = Path.of("/proc/self/statm");
  private static final Path STAT = Path.of("/proc/self/stat");
  private static final int FIELDS_BEFORE_TIMES = 11;

  /// USER_HZ is 100 on every machine that the wall knows.
  private static final long TICK_NANOS = 10_000_000;

  /// Of the machines that the wall knows.
  private static final long PAGE_BYTES = 4096;

  private ResourceMeter() {}

  /// Starts the thread.
  ///
  /// @param loops of the service and of its Workers; one of the calling thread is among them
  /// @param links told of at the same pace
  /// @param held whether a debugger holds the service: its turns last as long as somebody looks at them
  static void start(ControlLink control, WatchedLoops loops, LinkMeter links, BooleanSupplier held) {
    // Before the seal, because it loads classes.
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long _ = threads.getThreadCpuTime(Thread.currentThread().threadId());
    Map<Turns, TurnWatch> watches = new HashMap<>();
    long _ = longestTurn(loops, watches, threads);
    HeapGuard guard = HeapGuard.ofThisProcess();
    Thread.ofPlatform().daemon().name("ringfence-meter").start(() -> run(control, loops, links, held, watches, threads, guard));
  }

  /// Of all loops, since each one alone can hold the service up.
  private static long longestTurn(
      WatchedLoops loops, Map<Turns, TurnWatch> watches, ThreadMXBean threads) {
    Map<Turns, Long> present = loops.threadIds();
    watches.keySet().retainAll(present.keySet());
    long longest = 0;
    for (Map.Entry<Turns, Long> loop : present.entrySet()) {
      long thread = loop.getValue();
      TurnWatch watch =
          watches.computeIfAbsent(
              loop.getKey(), turns -> new TurnWatch(turns, () -> threads.getThreadCpuTime(thread)));
      longest = Math.max(longest, watch.look());
    }
    return longest;
  }

  /// What is used now.
  private static ResourceUse read(long turnMillis) {
    Runtime heap = Runtime.getRuntime();
    return new ResourceUse(
        cpuNanos(), heap.totalMemory() - heap.freeMemory(), residentBytes(), turnMillis);
  }

  private static void run(
      ControlLink control,
      WatchedLoops loops,
      LinkMeter links,
      BooleanSupplier held,
      Map<Turns, TurnWatch> watches,
      ThreadMXBean threads,
      HeapGuard guard) {
    try {
      // The first figures after a second: the start has better things to do.
      int looks = 0;
      int looksAtLinks = 0;
      boolean open = true;
      while (open) {
        Thread.sleep(LOOK_MILLIS);
        guard.look();
        looks++;
        if (held.getAsBoolean()) {
          // A turn that goes on is measured anew: the debugger may have computed much in it.
          watches.clear();
        }
        long turnMillis = longestTurn(loops, watches, threads);
        if (turnMillis > 0 || looks >= LOOKS_BETWEEN_REPORTS) {
          looks = 0;
          open = control.send(read(turnMillis));
        }
        if (++looksAtLinks >= LOOKS_BETWEEN_REPORTS) {
          looksAtLinks = 0;
          open &= links.report(control);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// User and system time are the 12th and 13th field after the name, which is in parentheses. The JVM's
  /// own management beans ask times(2), which the seal refuses, and then show garbage.
  ///
  /// @see "proc(5), /proc/PID/stat"
  private static long cpuNanos() {
    String line = read(STAT);
    int start = line.lastIndexOf(')') + 2;
    for (int field = 0; field < FIELDS_BEFORE_TIMES; field++) {
      start = line.indexOf(' ', start) + 1;
    }
    int middle = line.indexOf(' ', start);
    int end = middle < 0 ? -1 : line.indexOf(' ', middle + 1);
    return end < 0
        ? 0
        : (Long.parseLong(line, start, middle, 10) + Long.parseLong(line, middle + 1, end, 10)) * TICK_NANOS;
  }

  /// The second number of statm, in pages.
  private static long residentBytes() {
    String line = read(STATM);
    int start = line.indexOf(' ') + 1;
    int end = line.indexOf(' ', start);
    return end < 0 ? 0 : Long.parseLong(line, start, end, 10) * PAGE_BYTES;
  }

  /// Empty where there is no such file.
  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException _) {
      return "";
    }
  }
}
