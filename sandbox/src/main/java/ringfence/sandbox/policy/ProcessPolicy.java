package ringfence.sandbox.policy;

/// The walls around a worker's process, and the bounds on what it may use. Workers with equal policies
/// are interchangeable until they have run code.
///
/// @param walled whether the process is shut in by namespaces, an empty root and both seccomp filters
/// @param heapBytes the Java heap's bound
/// @param threads most threads of the process
/// @param openFiles most descriptors of the process
/// @param cpuPercent share of one CPU that the process gets over time
/// @param workers most Workers of the service's code, each a thread with a deep stack
public record ProcessPolicy(
    boolean walled, long heapBytes, int threads, int openFiles, int cpuPercent, int workers) {

  /// What each worker's JVM may use beside its heap: 128 MiB of metaspace, 48 of compiled code and 16 of direct
  /// buffers, at which the JVM itself ends, and 64 for what it has no bound for: stacks, symbols, the collector's
  /// tables, the C library's arenas. Measured: a worker whose heap of 64 MiB a bomb fills has 128 MiB of its own.
  private static final long BESIDE_HEAP_BYTES = 256L << 20;

  /// The stack of a Worker's thread, which guest code that calls itself fills.
  public static final long WORKER_STACK_BYTES = 16L << 20;

  /// Of a service without Workers.
  public ProcessPolicy(boolean walled, long heapBytes, int threads, int openFiles, int cpuPercent) {
    this(walled, heapBytes, threads, openFiles, cpuPercent, 0);
  }

  /// What the worker's JVM may use beside its heap: a share that each has, and the stacks of its Workers.
  ///
  /// @param workers most Workers of the service's code
  public static long besideHeapBytes(int workers) {
    return BESIDE_HEAP_BYTES + workers * WORKER_STACK_BYTES;
  }

  /// The bound of all the memory that is the process's own: not of files, nor of rings, which are shared.
  public long memoryBytes() {
    return heapBytes + besideHeapBytes(workers);
  }
}
