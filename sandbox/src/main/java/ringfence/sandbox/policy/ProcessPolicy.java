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
/// @param compiled whether hot code of the service is compiled to machine code
/// @param debugged whether a debugger may look into it, for which the process has more code than others
public record ProcessPolicy(
    boolean walled,
    long heapBytes,
    int threads,
    int openFiles,
    int cpuPercent,
    int workers,
    boolean compiled,
    boolean debugged) {

  /// What each worker's JVM may use beside its heap: 128 MiB of metaspace, 48 of compiled code and 16 of direct
  /// buffers, at which the JVM itself ends, and 64 for what it has no bound for: stacks, symbols, the collector's
  /// tables, the C library's arenas. Measured: a worker whose heap of 64 MiB a bomb fills has 128 MiB of its own.
  private static final long BESIDE_HEAP_BYTES = 256L << 20;

  /// The stack of a Worker's thread, which guest code that calls itself fills.
  public static final long WORKER_STACK_BYTES = 16L << 20;

  /// Of the compiler's, which works in the same heap as the service's code: a service has as much for its own objects
  /// as it would have without the compiler.
  public static final long COMPILER_HEAP_BYTES = 96L << 20;

  /// Of that, what the runtime holds also while it does not compile, beyond what it has without a compiler.
  public static final long COMPILER_SLACK_BYTES = 24L << 20;

  /// The compiler's classes, what it makes, and its threads. Measured: see benchmarks/RESULTS.md.
  private static final long COMPILER_BESIDE_HEAP_BYTES = 128L << 20;

  /// All that the compiler may take beside the service's heap.
  public static final long COMPILER_BYTES = COMPILER_HEAP_BYTES + COMPILER_BESIDE_HEAP_BYTES;

  /// Of the debugger's objects: copies of the sources, what it shows, and what it has told and nobody has read.
  public static final long DEBUGGER_HEAP_BYTES = 64L << 20;

  /// Of a service without Workers, whose code is interpreted and that nobody debugs.
  public ProcessPolicy(boolean walled, long heapBytes, int threads, int openFiles, int cpuPercent) {
    this(walled, heapBytes, threads, openFiles, cpuPercent, 0, false, false);
  }

  /// How much of the worker's Java heap may be in use: the service's, and beside it what is the runtime's own.
  public long usableHeapBytes() {
    return heapBytes + (compiled ? COMPILER_SLACK_BYTES : 0) + (debugged ? DEBUGGER_HEAP_BYTES : 0);
  }

  /// The bound of the worker's Java heap.
  public long jvmHeapBytes() {
    return heapBytes + (compiled ? COMPILER_HEAP_BYTES : 0) + (debugged ? DEBUGGER_HEAP_BYTES : 0);
  }

  /// What the worker's JVM may use beside its heap: a share that each has, and the stacks of its Workers.
  ///
  /// @param workers most Workers of the service's code
  public static long besideHeapBytes(int workers) {
    return BESIDE_HEAP_BYTES + workers * WORKER_STACK_BYTES;
  }

  /// What the process may use beside the service's heap: a share that each has, the stacks of its Workers, and what the
  /// compiler and the debugger take.
  public long besideHeapBytes() {
    return besideHeapBytes(workers) + (compiled ? COMPILER_BYTES : 0) + (debugged ? DEBUGGER_HEAP_BYTES : 0);
  }

  /// The bound of all the memory that is the process's own: not of files, nor of rings, which are shared.
  public long memoryBytes() {
    return heapBytes + besideHeapBytes();
  }
}
