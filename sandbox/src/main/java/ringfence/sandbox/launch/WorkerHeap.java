package ringfence.sandbox.launch;

/// The service's share of its worker's heap, where that is not all of it.
public final class WorkerHeap {
  /// The status of a JVM that ends for want of heap (`-XX:+ExitOnOutOfMemoryError`).
  public static final int OUT_OF_MEMORY = 3;

  /// Bytes of the service's share; set for workers that compile.
  private static final String SHARE_PROPERTY = "ringfence.heap";

  private WorkerHeap() {}

  /// The option that tells a worker its share.
  static String option(long bytes) {
    return "-D" + SHARE_PROPERTY + "=" + bytes;
  }

  /// The share in this process, in bytes; the largest number there is if the service has all. For workers.
  public static long share() {
    return Long.getLong(SHARE_PROPERTY, Long.MAX_VALUE);
  }
}
