package ringfence.benchmarks.torture;

import java.util.Set;
import ringfence.host.lifecycle.ExitCause;

/// What befalls a worker.
enum Fault {
  KILL("SIGKILL of a worker", "none"),
  SEGV("SIGSEGV of a worker's JVM", "none"),
  TERMINATE("a worker's JVM exits (SIGTERM)", "none"),
  STOP("SIGSTOP of a worker", "none"),
  MEMORY("a service uses up its heap", "memory"),
  LOOP("a service loops without end", "loop");

  final String words;

  /// What `victim.js` does to itself.
  final String deed;

  Fault(String words, String deed) {
    this.words = words;
    this.deed = deed;
  }

  /// Whether it can come in this phase: code can do nothing before it runs, and a JVM that is not up yet does not hear
  /// signals that it would have to handle.
  boolean fits(Phase phase) {
    return switch (this) {
      case KILL, STOP -> true;
      case SEGV, TERMINATE -> phase != Phase.SPAWNED;
      case MEMORY, LOOP -> phase.compareTo(Phase.CODE_SENT) >= 0;
    };
  }

  /// Whether a victim that it meets in this phase is started again by its policy.
  boolean returns(Phase phase) {
    return this == KILL && phase.serves();
  }

  /// Whether the service does it to itself.
  boolean ownDeed() {
    return !deed.equals("none");
  }

  /// The ends of a run that name this fault.
  Set<Class<? extends ExitCause>> causes() {
    return switch (this) {
      case KILL, SEGV, TERMINATE -> Set.of(ExitCause.Crashed.class, ExitCause.StartFailed.class);
      case STOP, LOOP -> Set.of(ExitCause.Overdue.class);
      case MEMORY -> Set.of(ExitCause.LimitExceeded.class);
    };
  }
}
