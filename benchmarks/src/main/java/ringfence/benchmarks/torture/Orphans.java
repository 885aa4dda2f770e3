package ringfence.benchmarks.torture;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.Processes;

/// Processes whose parents have died. They become children of this process, so none that a killed host leaves behind can
/// get out of sight.
///
/// @see "prctl(2), PR_SET_CHILD_SUBREAPER"
final class Orphans {
  private static final int PR_SET_CHILD_SUBREAPER = 36;
  private static final long LOOK_NANOS = 1_000_000;

  private Orphans() {}

  /// From now on, for as long as this process lives.
  @SuppressWarnings("restricted") // The JDK has no such call.
  static void adopt() throws IOException {
    Linker linker = Linker.nativeLinker();
    MethodHandle prctl =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("prctl"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
            Linker.Option.firstVariadicArg(1));
    int result;
    try {
      result = (int) prctl.invokeExact(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    if (result != 0) {
      throw new IOException("prctl(PR_SET_CHILD_SUBREAPER) failed: orphans can't be counted here");
    }
  }

  /// All processes below this one, the dead ones that nobody has reaped among them.
  static Set<Integer> descendants() {
    Set<Integer> all = new HashSet<>();
    List<Integer> open = new ArrayList<>(List.of((int) ProcessHandle.current().pid()));
    while (!open.isEmpty()) {
      for (int child : children(open.removeLast())) {
        if (all.add(child)) {
          open.add(child);
        }
      }
    }
    return all;
  }

  private static List<Integer> children(int pid) {
    List<Integer> children = new ArrayList<>();
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      for (Path thread : threads.toList()) {
        for (String child : Files.readString(thread.resolve("children")).split(" ", -1)) {
          if (!child.isBlank()) {
            children.add(Integer.parseInt(child.strip()));
          }
        }
      }
    } catch (IOException | java.io.UncheckedIOException _) {
      // It went while we looked; its children are ours then.
    }
    return children;
  }

  /// Those of some processes that still live. Dead ones that have become ours are reaped.
  static List<Integer> living(Set<Integer> pids) {
    Set<Integer> ours = Set.copyOf(children((int) ProcessHandle.current().pid()));
    List<Integer> living = new ArrayList<>();
    for (int pid : pids) {
      char state = WorkerTree.state(pid);
      if (state == 'Z' && ours.contains(pid)) {
        reap(pid);
      } else if (state != 'X' && state != 'Z') {
        living.add(pid);
      }
    }
    return living;
  }

  /// Waits until all processes are gone that have become ours since.
  ///
  /// @param before the descendants of then
  /// @return those that live after the patience
  static List<String> left(Set<Integer> before, Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Set<Integer> more = descendants();
      more.removeAll(before);
      List<Integer> living = living(more);
      if (living.isEmpty() || System.nanoTime() > deadline) {
        return living.stream().map(pid -> "process " + WorkerTree.below(pid).living()).toList();
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private static void reap(int pid) {
    try {
      int pidfd = Processes.pidfdOpen(pid);
      Processes.Exit _ = Processes.awaitExit(pidfd);
      Descriptors.close(pidfd);
    } catch (IOException _) {
      // Reaped by somebody else.
    }
  }
}
