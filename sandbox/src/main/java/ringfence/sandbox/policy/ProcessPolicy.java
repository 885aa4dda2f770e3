package ringfence.sandbox.policy;

/// The walls around a worker's process, and the bounds on what it may use. Workers with equal policies
/// are interchangeable until they have run code.
///
/// @param walled whether the process is shut in by namespaces, an empty root and both seccomp filters
/// @param heapBytes the Java heap's bound
/// @param threads most threads of the process
/// @param openFiles most descriptors of the process
public record ProcessPolicy(boolean walled, long heapBytes, int threads, int openFiles) {}
