package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ringfence.sandbox.policy.Cgroups;
import ringfence.sandbox.policy.ProcessPolicy;

/// Makes and removes the control groups of a launcher's workers. Thread-safe.
///
/// ```
///   <the host's group>/ringfence-<pid namespace>-<host's pid>-<host's start time>-<number>     a worker
///   <the host's group>/ringfence-...-<number>/ringfence-...-<number>                [CpuPlace] of v1
/// ```
/// The name tells who made it, so that the next host can remove what one left behind that was killed.
///
final class WorkerGroups implements AutoCloseable {
  private static final Pattern NAME = Pattern.compile("ringfence-(\\d+)-(\\d+)-(\\d+)-\\d+");

  /// Beside the worker's own threads: the programs around it, and a thread that just ends.
  private static final int OTHER_TASKS = 16;

  private static final long LONGEST_FAREWELL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final AtomicLong NUMBER = new AtomicLong();

  private final Cgroups places;
  private final CpuPlace cpuPlace;
  private final Set<WorkerGroup> leaving = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  WorkerGroups(Cgroups places) {
    this.places = places;
    this.cpuPlace = new CpuPlace(places);
  }

  /// Makes the group of one worker.
  ///
  /// @return [WorkerGroup#NONE] where this machine has no place for one
  /// @throws LaunchException if it can't be made where it could be at first
  WorkerGroup create(ProcessPolicy policy) throws LaunchException {
    leaving.removeIf(WorkerGroup::remove);
    try {
      String own = own();
      List<Path> cpu = cpuPlace.enter(() -> own + NUMBER.incrementAndGet());
      try {
        return create(own + NUMBER.incrementAndGet(), cpu, policy);
      } catch (IOException e) {
        cpuPlace.leave();
        throw e;
      }
    } catch (IOException e) {
      throw new LaunchException("the worker's control group could not be made: " + e, e);
    }
  }

  private WorkerGroup create(String name, List<Path> cpuFolders, ProcessPolicy policy) throws IOException {
    Optional<Path> memory = places.memory().map(folder -> folder.resolve(name));
    Optional<Path> pids = places.pids().map(folder -> folder.resolve(name));
    List<Path> cpu = cpuFolders.stream().map(folder -> folder.resolve(name)).toList();
    List<Path> made = new ArrayList<>();
    try {
      for (Path folder : Stream.concat(Stream.of(memory, pids).flatMap(Optional::stream), cpu.stream()).distinct().toList()) {
        Files.createDirectory(folder);
        made.add(folder);
      }
      if (memory.isPresent()) {
        boundMemory(memory.get(), policy.memoryBytes());
      }
      if (pids.isPresent()) {
        write(pids.get().resolve("pids.max"), policy.threads() + OTHER_TASKS);
      }
    } catch (IOException e) {
      made.forEach(WorkerGroup::remove);
      throw e;
    }
    if (made.isEmpty()) {
      return WorkerGroup.NONE;
    }
    Path events = memory.map(this::events).orElse(null);
    if (cpu.size() > 1) {
      CpuSides sides = new CpuSides(cpu.getFirst(), cpu.getLast());
      List<Path> entered = made.stream().filter(folder -> !folder.equals(sides.fore())).toList();
      return new WorkerGroup(made, entered, events, sides::background);
    }
    WorkerGroup.Background weight =
        cpu.stream().findFirst().flatMap(CpuWeight::of).<WorkerGroup.Background>map(of -> of::background).orElse(null);
    return new WorkerGroup(made, made, events, weight);
  }

  private void boundMemory(Path folder, long bytes) throws IOException {
    switch (places.version()) {
      case V2 -> {
        write(folder.resolve("memory.max"), bytes);
        // All of it ends, not the largest process only.
        writeIfThere(folder.resolve("memory.oom.group"), 1);
        writeIfThere(folder.resolve("memory.swap.max"), 0);
      }
      case V1 -> {
        write(folder.resolve("memory.limit_in_bytes"), bytes);
        // Memory and swap together; a kernel that does not account swap lacks the file.
        writeIfThere(folder.resolve("memory.memsw.limit_in_bytes"), bytes);
      }
      case NONE -> throw new IllegalArgumentException("a place for memory, and no cgroups");
    }
  }

  private Path events(Path folder) {
    return folder.resolve(
        places.version() == Cgroups.Version.V2 ? "memory.events" : "memory.oom_control");
  }

  /// Removes the group of a worker that has been reaped, now or as soon as its last process is out of it.
  void remove(WorkerGroup group) {
    if (group != WorkerGroup.NONE) {
      cpuPlace.leave();
    }
    if (!group.remove()) {
      leaving.add(group);
    }
    if (closed) {
      // Nobody comes after this one: whoever tells of the end waits for it.
      awaitGone();
      cpuPlace.close();
    }
  }

  /// Tries again to remove what [#remove] could not, for at most a second. Blocks; not for a thread that serves.
  void awaitGone() {
    long deadline = System.nanoTime() + LONGEST_FAREWELL_NANOS;
    while (!leaving.isEmpty() && System.nanoTime() < deadline) {
      leaving.removeIf(WorkerGroup::remove);
      if (!leaving.isEmpty()) {
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  /// What can't be removed even now is swept when the next host looks.
  @Override
  public void close() {
    closed = true;
    awaitGone();
    cpuPlace.close();
  }

  /// Removes the empty groups of hosts that are gone. Those of hosts in other pid namespaces can't be told from
  /// those of living ones, and stay.
  static void sweep(Cgroups places) {
    places.places().forEach(WorkerGroups::sweep);
  }

  private static void sweep(Path place) {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(place, "ringfence-*")) {
      long namespace = pidNamespace();
      for (Path folder : folders) {
        Matcher name = NAME.matcher(WorkerImage.name(folder));
        if (name.matches()
            && Long.parseLong(name.group(1)) == namespace
            && !InnerProcess.lives(Long.parseLong(name.group(2)), Long.parseLong(name.group(3)))) {
          sweep(folder);
          // One that still holds a process is let be: that process is on its way out too.
          boolean _ = WorkerGroup.remove(folder);
        }
      }
    } catch (IOException | NumberFormatException _) {
      // Nothing depends on it; the next host tries again.
    }
  }

  /// What the names of this host's groups begin with.
  static String own() throws IOException {
    long pid = ProcessHandle.current().pid();
    return "ringfence-" + pidNamespace() + "-" + pid + "-" + InnerProcess.startTicks(pid) + "-";
  }

  private static long pidNamespace() throws IOException {
    // pid:[4026531836]
    String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    return Long.parseLong(link.substring(link.indexOf('[') + 1, link.length() - 1));
  }

  private static void writeIfThere(Path file, long value) throws IOException {
    if (Files.exists(file)) {
      write(file, value);
    }
  }

  /// Without truncation, which some of these files refuse.
  static void write(Path file, Object value) throws IOException {
    Files.write(
        file, value.toString().getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
  }
}
