package ringfence.benchmarks.port;

/// Ends a loop that waits for a message of a process that is gone. Costs a counter a turn.
final class Patience {
  private static final int TURNS_A_LOOK = 1 << 16;

  private int turns;
  private long since;

  /// Something has come.
  void reset() {
    turns = 0;
    since = 0;
  }

  /// Nothing has come, again.
  ///
  /// @throws IllegalStateException after [Job#PATIENCE_NANOS] of that
  void turn() {
    if (++turns < TURNS_A_LOOK) {
      return;
    }
    turns = 0;
    long now = System.nanoTime();
    if (since == 0) {
      since = now;
    } else if (now - since > Job.PATIENCE_NANOS) {
      throw new IllegalStateException("no message for " + Job.PATIENCE_NANOS / 1_000_000_000L + " s");
    }
  }
}
