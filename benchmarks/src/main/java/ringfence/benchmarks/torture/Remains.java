package ringfence.benchmarks.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What this process holds at a moment of what managers could leave behind, a name each.
///
/// @param things processes below this one, descriptors, mappings of rings, threads, control groups
record Remains(Collection<String> things) {
  private static final Duration LOOK = Duration.ofMillis(20);

  /// As hosts name them: `ringfence-UID-PID-...`.
  private static final Pattern GROUP = Pattern.compile("ringfence-\\d+-(\\d+)-\\d+-\\d+");

  static Remains now() {
    List<String> all = new ArrayList<>();
    // Dead ones that an earlier ordeal has made ours are no processes any more.
    ProcessHandle.current()
        .descendants()
        .map(each -> (int) each.pid())
        .filter(pid -> WorkerTree.state(pid) != 'Z')
        .forEach(pid -> all.add("process " + pid));
    all.addAll(descriptors());
    all.addAll(mappings());
    Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("ringfence-"))
        .forEach(name -> all.add("thread " + name));
    all.addAll(controlGroups(pid -> pid == ProcessHandle.current().pid()));
    return new Remains(all);
  }

  /// Waits until nothing is there that was not there at this moment. Mappings go with the collector.
  ///
  /// @return what has come since and is still there after the patience
  List<String> more(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    List<String> more = since();
    while (!more.isEmpty() && System.nanoTime() < deadline) {
      System.gc();
      LockSupport.parkNanos(LOOK.toNanos());
      more = since();
    }
    return more;
  }

  private List<String> since() {
    List<String> more = new ArrayList<>(now().things);
    things.forEach(more::remove);
    return more;
  }

  /// Those of sockets, pipes, events and regions: files of the JDK's own come and go.
  private static List<String> descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.map(Remains::target)
          .filter(target -> !target.startsWith("/") || target.contains("memfd"))
          // Numbers of sockets and pipes are new each time; how many there are is what counts.
          .map(target -> "descriptor " + target.replaceAll("\\[\\d+]", ""))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException _) {
      return "/gone";
    }
  }

  private static List<String> mappings() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines
          .filter(line -> line.contains("memfd:ringfence"))
          .map(line -> "mapping " + line.substring(line.indexOf("memfd:")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The control groups that hosts have made, wherever this machine has them. A number of a process comes again: those that were
  /// there before may be of an older host with the same.
  ///
  /// @param hosts their process ids
  static List<String> controlGroups(IntPredicate hosts) {
    try (Stream<Path> all = Files.walk(Path.of("/sys/fs/cgroup"))) {
      return all.filter(path -> isOf(hosts, path.getFileName().toString()))
          .map(path -> "control group " + path)
          .collect(Collectors.toCollection(TreeSet::new))
          .stream()
          .toList();
    } catch (IOException | UncheckedIOException _) {
      // No control groups here, or one went while we looked: then there is nothing to be counted, or nothing yet.
      return List.of();
    }
  }

  private static boolean isOf(IntPredicate hosts, String group) {
    Matcher matcher = GROUP.matcher(group);
    return matcher.matches() && hosts.test(Integer.parseInt(matcher.group(1)));
  }
}
