package ringfence.benchmarks.torture;

import java.util.Locale;

/// Where a run is when a fault meets it. The first three can only be seen from outside, by what the kernel tells of the
/// worker, so the fault comes then or a moment later.
enum Phase {
  /// Its first process exists.
  SPAWNED,
  /// Its JVM has sealed itself.
  READY,
  /// It has mapped the ring to what it imports.
  LINKED,
  /// Its module's top level runs.
  CODE_SENT,
  RUNNING,
  /// Calls wait at it.
  IN_CALL,
  /// A stream of it is read.
  STREAMING,
  /// Its close handler runs.
  CLOSING;

  /// As `victim.js` knows it.
  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Whether others can reach it.
  boolean serves() {
    return this == RUNNING || this == IN_CALL || this == STREAMING;
  }

  /// Whether it has not come up yet.
  boolean starts() {
    return compareTo(RUNNING) < 0;
  }
}
