package ringfence.sandbox.policy;

/// The walls around a worker's process, and the bounds on what it may use. Workers with equal policies
/// are interchangeable until they have run code.
///
/// @param walled whether the process is shut in by namespaces, an empty root and both seccomp filters
/// @param heapBytes the Java heap's bound
/// @param threads most threads of the process
/// @param openFiles most descriptors of the process
/// @param cpuPercent share of one CPU that the process gets over time
public record ProcessPolicy(
    boolean walled, long heapBytes, int threads, int openFiles, int cpuPercent) {

  /// What a worker's JVM may use beside its heap: 128 MiB of metaspace, 48 of compiled code and 16 of direct
  /// buffers, at which the JVM itself ends, and 64 for what it has no bound for: stacks, symbols, the collector's
  /// tables, the C library's arenas. Measured: a worker whose heap of 64 MiB a bomb fills has 128 MiB of its own.
  public static final long BESIDE_HEAP_BYTES = 256L << 20;

  /// The bound of all the memory that is the process's own: not of files, nor of rings, which are shared.
  public long memoryBytes() {
    return heapBytes + BESIDE_HEAP_BYTES;
  }
}
