package ringfence.host.worker;

/// How fast the host reads what one worker tells it unasked: a token bucket of bytes, in which each event counts some
/// more for the work that it makes. That work is the host's, on threads that a worker's own limits don't reach. So a
/// worker that writes without end is read at this rate; its ring fills, and it waits for itself.
///
/// ```
///   balance  BURST      BURST - CALM             0            below
///              |  at once    |  once in COALESCE  |  not, until time has paid it back
/// ```
/// Between the first two marks an event is read as it comes. Below them many are read at once: each wake-up of the host
/// for a single line would cost the others more than the line.
///
/// Has no clock. Not thread-safe.
final class ReadPace {
  /// Read over time: some 12 000 lines of 200 characters a second.
  static final long BYTES_PER_SECOND = 8 << 20;

  /// May come at once after a rest.
  static final int BURST = 4 << 20;

  /// What reading and telling an event costs, in bytes of text that cost as much.
  static final int EVENT_COST = 512;

  /// What comes in a burst smaller than this is read at once.
  private static final int CALM = 256 << 10;

  private static final long COALESCE_NANOS = 1_000_000;

  /// How late the host may hear of the worker's end, or send it a command, because of this.
  private static final long LONGEST_PAUSE_NANOS = 5_000_000;

  private static final double BYTES_PER_NANO = BYTES_PER_SECOND / 1e9;

  private double balance = BURST;
  private long lastNanos;
  private boolean lifted;

  ReadPace(long nowNanos) {
    this.lastNanos = nowNanos;
  }

  /// Takes account of the time that has passed.
  void look(long nowNanos) {
    balance = Math.min(BURST, balance + (nowNanos - lastNanos) * BYTES_PER_NANO);
    lastNanos = nowNanos;
  }

  /// Whether events may be read now.
  boolean mayRead() {
    return lifted || balance >= 0;
  }

  /// Counts an event that was read.
  void read(int bytes) {
    balance -= bytes + EVENT_COST;
  }

  /// How long the host should leave the port alone, in nanoseconds; 0 if it need not.
  long pauseNanos() {
    if (lifted || balance >= BURST - CALM) {
      return 0;
    }
    return Math.clamp((long) (-balance / BYTES_PER_NANO), COALESCE_NANOS, LONGEST_PAUSE_NANOS);
  }

  /// The worker is gone, and what it left is read at once.
  void lift() {
    lifted = true;
  }
}
