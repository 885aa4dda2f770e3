package ringfence.sandbox.policy;

/// One thing that a machine, or the runtime on it, may have or lack.
///
/// @param there whether it has it
/// @param detail what was found, or why it is not there
/// @param cure what would help; empty where it is there, or nothing is known to help
public record Facility(Kind kind, boolean there, String detail, String cure) {

  /// What is looked for, in the order in which users read it.
  public enum Kind {
    JDK("jdk", true, "nothing runs"),
    PROCESSOR("processor", true, "no worker can be shut in"),
    BUBBLEWRAP("bubblewrap", true, "untrusted and isolated refuse to start; the others run as plain processes"),
    NAMESPACES("namespaces", true, "untrusted and isolated refuse to start; the others run as plain processes"),
    SECCOMP("seccomp", true, "no worker can be sealed, so none gets code"),
    PIDFD("pidfd", true, "no worker can be started"),
    SEALED_MEMORY("sealed-memory", true, "no worker can be reached: its rings would not be safe"),
    FUTEX_WAITV("futex-waitv", true, "no worker can be reached: nobody could sleep on several rings"),
    NOEXEC_MEMORY("noexec-memory", false, "a ring's memory could be mapped as code by who has it"),
    OPENAT2("openat2", false, "files can't be granted: nothing else opens beneath a folder for certain"),
    CGROUP_MEMORY(
        "cgroup-memory",
        false,
        "a worker's memory is bounded by the host's watch, which looks some times a second, not by the kernel"),
    CGROUP_PIDS(
        "cgroup-pids", false, "a worker's threads are bounded by its own rlimit, and without walls by nothing"),
    CGROUP_CPU(
        "cgroup-cpu", false, "a service that keeps a CPU busy is held to its share, and slows others down until then"),
    USER_PER_WORKER("user-per-worker", false, "all workers run as the host's own user, in user namespaces of their own"),
    ISOLATES(
        "isolates",
        false,
        "the contexts of isolated and untrusted services run under CONSTRAINED; the process is their wall"),
    JIT("jit", false, "JavaScript is interpreted"),
    AOT_CACHE("aot-cache", false, "workers start slower");

    private final String word;
    private final boolean needed;
    private final String consequence;

    Kind(String word, boolean needed, String consequence) {
      this.word = word;
      this.needed = needed;
      this.consequence = consequence;
    }

    /// As users read and filter it: small letters and dashes, never changed.
    public String word() {
      return word;
    }

    /// Whether services under the default policy can't run without it.
    public boolean needed() {
      return needed;
    }

    /// What follows where it is not there.
    public String consequence() {
      return consequence;
    }
  }
}
