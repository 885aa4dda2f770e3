package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import ringfence.sandbox.policy.Cgroups;

/// Finds out where this process may make control groups: v2 if its own group is delegated to it, else v1.
///
/// With v2 a group that bounds its children may hold no process of its own. So the host moves into a child,
/// `ringfence-host`, but only if it is alone in its group: other people's processes are not moved.
///
/// @see "cgroups(7), `no internal processes`; systemd's CGROUP_DELEGATION.md"
final class CgroupProbe {
  private static final String HOST_LEAF = "ringfence-host";
  private static final List<String> CONTROLLERS = List.of("memory", "pids");

  /// Taken where it is offered.
  private static final String CPU = "cpu";

  private static final String CURE =
      "start the host in a group of its own: systemd-run --scope --user -p Delegate=yes ringfence ...";

  private final List<String> groups;
  private final List<String> mounts;
  private final long pid;

  /// @param groups lines of /proc/self/cgroup
  /// @param mounts lines of /proc/self/mountinfo
  /// @param pid of this process
  CgroupProbe(List<String> groups, List<String> mounts, long pid) {
    this.groups = groups;
    this.mounts = mounts;
    this.pid = pid;
  }

  /// Looks at this machine. With v2 it may move this process into a child of its group.
  static Cgroups detect() {
    try {
      return new CgroupProbe(
              Files.readAllLines(Path.of("/proc/self/cgroup")),
              Files.readAllLines(Path.of("/proc/self/mountinfo")),
              ProcessHandle.current().pid())
          .find();
    } catch (IOException e) {
      return Cgroups.none("this kernel shows no cgroups: " + e.getMessage(), "");
    }
  }

  Cgroups find() {
    Cgroups second = v2();
    if (second.missing().isEmpty()) {
      return second;
    }
    Cgroups first = v1();
    // Where the controllers belong to v1, its reason is the one that helps.
    return first.missing().isEmpty() || groups.stream().anyMatch(line -> line.contains(":memory:"))
        ? first
        : second;
  }

  private Cgroups v2() {
    Optional<Path> own = folder("cgroup2", "");
    if (own.isEmpty()) {
      return Cgroups.none("cgroup v2 is not mounted", "mount it: mount -t cgroup2 none /sys/fs/cgroup");
    }
    // A host that has moved already finds itself in its leaf.
    Path group =
        WorkerImage.name(own.get()).equals(HOST_LEAF) ? own.get().resolveSibling("") : own.get();
    try {
      List<String> offered = words(group.resolve("cgroup.controllers"));
      if (!offered.containsAll(CONTROLLERS)) {
        return Cgroups.none("cgroup v2 offers " + offered + " here, not memory and pids", CURE);
      }
      Path control = group.resolve("cgroup.subtree_control");
      boolean cpu = offered.contains(CPU);
      if (!words(control).containsAll(CONTROLLERS)) {
        String refusal = delegate(group, control, cpu);
        if (!refusal.isEmpty()) {
          return Cgroups.none(refusal, CURE);
        }
      } else if (cpu && !words(control).contains(CPU)) {
        enable(control, true);
      }
      if (!Files.isWritable(group)) {
        return Cgroups.none("the group " + group + " is not this user's", CURE);
      }
      Optional<Path> place = Optional.of(group);
      Optional<Path> cpuPlace = words(control).contains(CPU) ? place : Optional.empty();
      return new Cgroups(Cgroups.Version.V2, place, place, cpuPlace, "", "");
    } catch (IOException e) {
      return Cgroups.none("the group " + group + " is not delegated to this user: " + e.getMessage(), CURE);
    }
  }

  /// Has the group bound its children.
  ///
  /// @return empty if it does now, else why not
  private String delegate(Path group, Path control, boolean cpu) throws IOException {
    // The root of all groups has no such file, and may hold processes beside children.
    if (!Files.exists(group.resolve("cgroup.type"))) {
      enable(control, cpu);
      return "";
    }
    List<String> others =
        Files.readAllLines(group.resolve("cgroup.procs")).stream()
            .filter(line -> !line.equals(Long.toString(pid)))
            .toList();
    if (!others.isEmpty()) {
      return "the group " + group + " holds " + others.size() + " other processes, which are not moved";
    }
    Path leaf = group.resolve(HOST_LEAF);
    if (!Files.isDirectory(leaf)) {
      Files.createDirectory(leaf);
    }
    WorkerGroups.write(leaf.resolve("cgroup.procs"), pid);
    try {
      enable(control, cpu);
      return "";
    } catch (IOException e) {
      WorkerGroups.write(group.resolve("cgroup.procs"), pid);
      boolean _ = WorkerGroup.remove(leaf);
      throw e;
    }
  }

  /// The CPU's controller alone may be refused: the kernel does so while a real-time process is in a group.
  private static void enable(Path control, boolean cpu) throws IOException {
    String needed = "+" + String.join(" +", CONTROLLERS);
    if (cpu) {
      try {
        WorkerGroups.write(control, needed + " +" + CPU);
        return;
      } catch (IOException _) {
        // Memory and threads are bounded without it.
      }
    }
    WorkerGroups.write(control, needed);
  }

  private Cgroups v1() {
    Optional<Path> memory = folder("cgroup", "memory").filter(Files::isWritable);
    Optional<Path> pids = folder("cgroup", "pids").filter(Files::isWritable);
    if (memory.isEmpty()) {
      return Cgroups.none(
          "the memory controller of cgroup v1 is not mounted, or this user can't write its group",
          "start the host as root, or have its group given to its user");
    }
    Optional<Path> cpu = folder("cgroup", CPU).filter(Files::isWritable);
    return new Cgroups(Cgroups.Version.V1, memory, pids, cpu, "", "");
  }

  /// The folder of this process's own group.
  ///
  /// @param controller empty for v2
  private Optional<Path> folder(String type, String controller) {
    return groups.stream()
        .map(line -> line.split(":", 3))
        .filter(fields -> fields.length == 3 && names(fields[1], controller))
        .map(fields -> fields[2])
        .flatMap(path -> mounts.stream().map(line -> place(line, type, controller, path)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static boolean names(String list, String controller) {
    return Arrays.asList(list.split(",", -1)).contains(controller);
  }

  /// Where a mount shows a group, if it is of the type and shows it.
  private static Optional<Path> place(String mount, String type, String controller, String path) {
    int dash = mount.indexOf(" - ");
    if (dash < 0) {
      return Optional.empty();
    }
    String[] before = mount.substring(0, dash).split(" ", -1);
    String[] after = mount.substring(dash + 3).split(" ", -1);
    if (before.length < 5
        || after.length < 3
        || !after[0].equals(type)
        || (!controller.isEmpty() && !names(after[2], controller))) {
      return Optional.empty();
    }
    Path root = Path.of(before[3]);
    Path group = Path.of(path).normalize();
    // A group above the root of this process's namespace is shown as /.. and has no place here.
    if (path.startsWith("/..") || !group.startsWith(root)) {
      return Optional.empty();
    }
    return Optional.of(Path.of(unescaped(before[4])).resolve(root.relativize(group).toString()))
        .filter(Files::isDirectory);
  }

  /// The kernel writes a space as `\040`.
  private static String unescaped(String field) {
    return field.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
  }

  private static List<String> words(Path file) throws IOException {
    String text = Files.readString(file).strip();
    return text.isEmpty() ? List.of() : List.of(text.split("\\s+", -1));
  }
}
