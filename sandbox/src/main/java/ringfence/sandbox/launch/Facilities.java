package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.os.Architecture;
import ringfence.sandbox.os.KernelCalls;
import ringfence.sandbox.os.Processes;
import ringfence.sandbox.policy.Cgroups;
import ringfence.sandbox.policy.Facility;
import ringfence.sandbox.policy.Facility.Kind;
import ringfence.sandbox.policy.MachineCapabilities;

/// Draws up what was found out about a machine, in the order in which users read it.
final class Facilities {
  static final String NEWER_KERNEL =
      "use a newer kernel; in a container also: --security-opt seccomp=unconfined";

  private static final Path SECCOMP_ACTIONS = Path.of("/proc/sys/kernel/seccomp/actions_avail");
  private static final List<String> ISOLATES = List.of("js-isolate", "polyglot-isolate");
  private static final int LONGEST_VERSION_SECONDS = 5;

  private Facilities() {}

  /// @param wall what is in the way of namespaces
  static List<Facility> of(@Nullable Path bubblewrap, MachineProbe.Obstacle wall, Cgroups cgroups) {
    List<Facility> all = new ArrayList<>();
    all.add(jdk());
    all.add(there(Kind.PROCESSOR, Architecture.current() == Architecture.X86_64 ? "x86-64" : "aarch64"));
    all.add(bubblewrap(bubblewrap));
    all.add(
        wall.none()
            ? there(
                Kind.NAMESPACES,
                "user, pid, net, ipc, uts, cgroup and mount namespaces, an empty root, no capabilities: tried out")
            : missing(Kind.NAMESPACES, wall.what(), wall.cure()));
    all.add(seccomp());
    all.add(call(Kind.PIDFD, KernelCalls.hasPidfd(), "pidfd_open", "5.3"));
    all.add(call(Kind.SEALED_MEMORY, KernelCalls.hasSealedMemory(), "memfd_create and its seals", "3.17"));
    all.add(call(Kind.FUTEX_WAITV, KernelCalls.hasFutexWaitv(), "futex_waitv", "5.16"));
    all.add(call(Kind.NOEXEC_MEMORY, KernelCalls.hasNoexecMemory(), "MFD_NOEXEC_SEAL", "6.3"));
    all.add(call(Kind.OPENAT2, KernelCalls.hasOpenat2(), "openat2", "5.6"));
    all.add(cgroup(Kind.CGROUP_MEMORY, cgroups, cgroups.memory()));
    all.add(cgroup(Kind.CGROUP_PIDS, cgroups, cgroups.pids()));
    all.add(cgroup(Kind.CGROUP_CPU, cgroups, cgroups.cpu()));
    all.add(
        Processes.effectiveUserId() == 0
            ? there(Kind.USER_PER_WORKER, "the host is root and gives each worker a user id of its own")
            : missing(Kind.USER_PER_WORKER, "the host is not root, so it can't change users", ""));
    return withRuntime(all, WorkerImage.jarsAtHand());
  }

  /// Of a machine that no system call of ours fits.
  static List<Facility> ofForeignMachine(MachineProbe.Obstacle processor, @Nullable Path bubblewrap) {
    return List.of(
        jdk(), missing(Kind.PROCESSOR, processor.what(), processor.cure()), bubblewrap(bubblewrap));
  }

  /// The same with what a worker made of these jars has.
  static List<Facility> withRuntime(List<Facility> machine, List<Path> jars) {
    return Stream.concat(
            machine.stream()
                .filter(
                    facility ->
                        switch (facility.kind()) {
                          case ISOLATES, JIT, AOT_CACHE -> false;
                          case JDK,
                              PROCESSOR,
                              BUBBLEWRAP,
                              NAMESPACES,
                              SECCOMP,
                              PIDFD,
                              SEALED_MEMORY,
                              FUTEX_WAITV,
                              NOEXEC_MEMORY,
                              OPENAT2,
                              CGROUP_MEMORY,
                              CGROUP_PIDS,
                              CGROUP_CPU,
                              USER_PER_WORKER -> true;
                        }),
            runtime(jars).stream())
        .toList();
  }

  private static List<Facility> runtime(List<Path> jars) {
    Optional<Path> isolates = among(jars, ISOLATES);
    return List.of(
        isolates
            .map(jar -> there(Kind.ISOLATES, WorkerImage.name(jar)))
            .orElse(
                missing(
                    Kind.ISOLATES,
                    "the runtime has no isolate library (js-isolate, polyglot-isolate)",
                    "use a runtime of Oracle GraalVM that has it")),
        compiler(jars),
        cache(jars));
  }

  private static Facility compiler(List<Path> jars) {
    WorkerImage image = WorkerImage.onThisJvm(jars, "");
    return CompilerJdk.find(image)
        .map(made -> there(Kind.JIT, "the Graal compiler on " + made.javaHome()))
        .orElseGet(
            () ->
                CompilerJdk.canBeMade(image)
                    ? missing(
                        Kind.JIT,
                        "the worker's image with the compiler has not been made for this JDK",
                        "make it with: ringfence doctor --build-image")
                    : missing(
                        Kind.JIT,
                        "the compiler's jars are not in the folder jit beside the worker's, or this JDK has no jlink",
                        ""));
  }

  private static Facility cache(List<Path> jars) {
    WorkerImage image = WorkerImage.onThisJvm(jars, "");
    try (WorkerCaches caches = new WorkerCaches(new MachineCapabilities(null, "nothing is started"))) {
      return caches
          .seek(image)
          .map(file -> there(Kind.AOT_CACHE, file.toString()))
          .orElse(
              missing(
                  Kind.AOT_CACHE,
                  "the worker's image has no AOT cache for this JDK",
                  "let a host with walls run for a minute: it makes one, unless -D" + WorkerCaches.PROPERTY + "=off"));
    }
  }

  private static Optional<Path> among(List<Path> jars, List<String> prefixes) {
    return jars.stream()
        .filter(jar -> prefixes.stream().anyMatch(WorkerImage.name(jar)::startsWith))
        .findFirst();
  }

  private static Facility jdk() {
    return there(
        Kind.JDK,
        Runtime.version() + " (" + System.getProperty("java.vendor") + ") in " + System.getProperty("java.home"));
  }

  private static Facility bubblewrap(@Nullable Path program) {
    return program == null
        ? missing(
            Kind.BUBBLEWRAP, "bubblewrap (bwrap) is not installed", "install it with: apt-get install bubblewrap")
        : there(Kind.BUBBLEWRAP, version(program) + " at " + program);
  }

  /// What the program says of itself; some do not.
  private static String version(Path program) {
    try {
      Process process =
          new ProcessBuilder(program.toString(), "--version")
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .start();
      try {
        if (process.waitFor(LONGEST_VERSION_SECONDS, TimeUnit.SECONDS)) {
          String said =
              new String(process.getInputStream().readNBytes(200), StandardCharsets.UTF_8).strip();
          return said.startsWith("bubblewrap ") ? said : "bubblewrap of unknown version";
        }
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException _) {
      // The wall's own trial says why it can't be run.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return "bubblewrap of unknown version";
  }

  private static Facility seccomp() {
    List<String> needed = List.of("kill_process", "errno", "allow");
    try {
      List<String> actions = List.of(Files.readString(SECCOMP_ACTIONS).strip().split(" ", -1));
      if (!actions.containsAll(needed)) {
        return missing(Kind.SECCOMP, "the kernel's seccomp knows only " + actions, NEWER_KERNEL);
      }
    } catch (IOException e) {
      return missing(Kind.SECCOMP, "this kernel has no seccomp: " + SECCOMP_ACTIONS + " can't be read", NEWER_KERNEL);
    }
    Architecture architecture = Architecture.current();
    return there(
        Kind.SECCOMP,
        "a deny-list of %d instructions from birth, an allow-list of %d before the first byte of service code"
            .formatted(
                SeccompProgram.denyListFromBirth(architecture).bytes().length / 8,
                SeccompProgram.workerAllowList(architecture, 1).bytes().length / 8));
  }

  private static Facility call(Kind kind, boolean there, String name, String since) {
    return there
        ? there(kind, name)
        : missing(kind, "this kernel has no " + name + " (Linux " + since + "), or a filter refuses it", NEWER_KERNEL);
  }

  private static Facility cgroup(Kind kind, Cgroups cgroups, Optional<Path> folder) {
    return folder
        .map(place -> there(kind, cgroups.version().word() + " in " + place))
        .orElseGet(
            () ->
                missing(
                    kind,
                    cgroups.missing().isEmpty() ? "the controller is not offered here, or this user can't write its group" : cgroups.missing(),
                    cgroups.cure()));
  }

  private static Facility there(Kind kind, String detail) {
    return new Facility(kind, true, detail, "");
  }

  private static Facility missing(Kind kind, String detail, String cure) {
    return new Facility(kind, false, detail, cure);
  }
}
