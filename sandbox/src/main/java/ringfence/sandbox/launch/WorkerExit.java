package ringfence.sandbox.launch;

/// How a worker's process ended.
///
/// @param signal the signal that ended it, or 0
/// @param status its exit status, when no signal ended it
/// @param diagnostics the last of what the JVM itself printed, at most 8 KiB; never guest output
/// @param overMemory whether it was killed for using more than [ringfence.sandbox.policy.ProcessPolicy#memoryBytes]
public record WorkerExit(int signal, int status, String diagnostics, boolean overMemory) {

  /// What a wrapping process reports for a child that a signal ended: 128 + signal.
  private static final int SIGNAL_BASE = 128;

  /// An end that memory had no part in.
  public WorkerExit(int signal, int status, String diagnostics) {
    this(signal, status, diagnostics, false);
  }

  /// Whether the JVM ended itself for want of heap, or of what else it bounds.
  public boolean outOfMemory() {
    return signal == 0 && status == WorkerHeap.OUT_OF_MEMORY;
  }

  /// The signal that ended the worker or its wrapper, or 0.
  public int anySignal() {
    if (signal != 0) {
      return signal;
    }
    return status > SIGNAL_BASE && status < SIGNAL_BASE + 65 ? status - SIGNAL_BASE : 0;
  }
}
