package ringfence.jsruntime;

import java.util.function.LongSupplier;
import ringfence.jsruntime.loop.Turns;

/// How much CPU time the turn at hand has used, as seen by somebody who looks now and then.
///
/// CPU time and not the time on the wall: a machine under load, or a worker or host that was stopped for a while,
/// makes no turn longer. Guest code can't wait without using it, since it has neither `Atomics.wait` nor a
/// blocking call. The figure is short by up to one look, since that is when a turn is first seen.
///
/// One thread's own.
final class TurnWatch {
  private final Turns turns;
  private final LongSupplier cpuNanos;
  private long seen = -1;
  private long cpuWhenSeen;

  /// @param cpuNanos of the loop's thread
  TurnWatch(Turns turns, LongSupplier cpuNanos) {
    this.turns = turns;
    this.cpuNanos = cpuNanos;
  }

  /// Looks.
  ///
  /// @return milliseconds; 0 between turns, and for a turn that is seen for the first time
  long look() {
    long now = turns.now();
    if (now % 2 == 0) {
      seen = now;
      return 0;
    }
    long cpu = cpuNanos.getAsLong();
    if (now != seen) {
      seen = now;
      cpuWhenSeen = cpu;
    }
    return (cpu - cpuWhenSeen) / 1_000_000;
  }
}
