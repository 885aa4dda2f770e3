package ringfence.host.traffic;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What befalls whom, and when.
record FaultCase(Phase phase, Victim victim, Fault fault) {

  /// What goes on between the two services when the fault comes.
  enum Phase {
    /// The victim starts: the link is not open.
    OPENING,
    IDLE,
    /// Calls have been sent, and the exporter does not read.
    SENT,
    /// The exporter holds its answers back.
    HELD,
    /// Answers longer than the ring are on their way.
    REPLYING,
    /// The exporter waits for a third service.
    NESTED,
    /// Events come, under `block`.
    EMITTING,
    /// A stream that is a result.
    DRAWING,
    /// A stream that is an argument.
    POURING,
    /// Messages go to and fro on a port that came with a call.
    POSTING,
    /// The importer's close handler waits for calls that the exporter holds.
    CLOSING;

    /// As `importer.js` knows it.
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// The importing service, or the one that is imported.
  enum Victim {
    IMPORTER,
    EXPORTER;

    String service() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// SIGKILL; SIGSTOP and then SIGCONT; SIGSTOP and then SIGKILL.
  enum Fault {
    KILL,
    STOP_AND_CONTINUE,
    STOP_AND_KILL;

    boolean stops() {
      return this != KILL;
    }

    boolean kills() {
      return this != STOP_AND_CONTINUE;
    }
  }

  static List<FaultCase> all() {
    List<FaultCase> all = new ArrayList<>();
    for (Phase phase : Phase.values()) {
      for (Victim victim : Victim.values()) {
        for (Fault fault : Fault.values()) {
          all.add(new FaultCase(phase, victim, fault));
        }
      }
    }
    return all;
  }

  @Override
  public String toString() {
    return fault + " of the " + victim + " while " + phase;
  }
}
