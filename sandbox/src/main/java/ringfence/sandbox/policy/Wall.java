package ringfence.sandbox.policy;

/// One wall of a run: what enforces it on this machine, or why it is not there.
///
/// @param required whether the policy refuses to start without it
/// @param enforcedBy what does; empty where nothing does
/// @param missing why nothing does; empty where something does
public record Wall(Kind kind, boolean required, String enforcedBy, String missing) {

  /// The walls, in the order in which users read them, which is that of the table of policies.
  public enum Kind {
    CONTEXT("context", "polyglot policy of the context"),
    LANGUAGE("language", "language extras refused"),
    PROCESS("process", "own process and own heap"),
    RINGS("rings", "sealed rings"),
    BROKERS("brokers", "files, network and children only through the host"),
    SECCOMP("seccomp", "seccomp allow-list before the first byte of service code"),
    NAMESPACES("namespaces", "user, pid, net, ipc and mount namespaces"),
    ROOT("root", "empty root"),
    CAPABILITIES("capabilities", "no capabilities"),
    LIMITS("limits", "every limit set and capped by the host"),
    MEMORY("memory", "memory of the whole process bounded"),
    THREADS("threads", "threads of the process bounded"),
    CLOCKS("clocks", "coarse clocks"),
    SHARED_MEMORY("shared-memory", "no SharedArrayBuffer"),
    REUSE("reuse", "worker never reused");

    private final String word;
    private final String title;

    Kind(String word, String title) {
      this.word = word;
      this.title = title;
    }

    /// As users filter it: small letters and dashes, never changed.
    public String word() {
      return word;
    }

    /// As users read it.
    public String title() {
      return title;
    }
  }

  /// Whether something enforces it.
  public boolean stands() {
    return missing.isEmpty();
  }

  static Wall standing(Kind kind, boolean required, String enforcedBy) {
    return new Wall(kind, required, enforcedBy, "");
  }

  static Wall missing(Kind kind, boolean required, String why) {
    return new Wall(kind, required, "", why);
  }
}
