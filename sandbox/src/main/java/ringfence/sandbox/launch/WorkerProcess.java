package ringfence.sandbox.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;

/// A worker's process as the host sees it. Thread-safe.
public interface WorkerProcess {

  /// The process id of the outermost process, which dies with the worker and takes it along.
  long pid();

  /// Hands a region to the worker over its command socket. The host keeps its own descriptor.
  ///
  /// @param offer for the worker's side
  /// @throws WorkerGoneException if the worker is gone, or won't be reached again
  /// @throws IOException if it does not read
  void offerRegion(SharedRegion region, RingOffer offer) throws IOException;

  /// The CPU time that the worker itself has used, as the kernel counts it, in steps of 10 ms.
  ///
  /// @return empty before it exists and when it is gone
  OptionalLong cpuNanos();

  /// The memory that is the worker's own, as the kernel counts it: what it has touched of the regions that were
  /// handed to it is not. In bytes.
  ///
  /// @return empty before it exists and when it is gone
  OptionalLong memoryBytes();

  /// Where its memory is, as the kernel counts it; takes the kernel some milliseconds. Empty before it has one, when it is
  /// gone, and where the kernel does not let the host look.
  Optional<ProcessMemory> memory();

  /// Whether the kernel kills it when it uses more memory than its policy allows. Otherwise somebody must watch
  /// [#memoryBytes].
  boolean boundsMemory();

  /// Kills the worker as [#kill], and has its exit tell that it used too much memory.
  void killOverMemory();

  /// Stops all threads of the worker until [#proceed], or has no effect if there is none yet. It can be killed all the same.
  void stop();

  /// Ends [#stop].
  void proceed();

  /// Whether [#background] has an effect here.
  boolean knowsBackground();

  /// Has the kernel run the worker only when no other worker of this host wants the CPU, or like all others again.
  ///
  /// @throws UncheckedIOException if the kernel refuses it; not where the worker is gone
  void background(boolean background);

  /// Has the threads that compile the service's code get the CPU behind those that run it, as many as there are now.
  void yieldCompiling();

  /// Ends the worker by closing its command socket; a worker that runs our code ends within milliseconds.
  void hangUp();

  /// Kills the worker and all that it started. Does nothing if it is gone.
  void kill();

  /// Completes once, when the process has begun to end: nothing of it runs any more, or will in a moment. [#exit] follows
  /// when the kernel has taken it apart, some milliseconds for each 100 MiB later. Never fails.
  ///
  /// Before Linux 6.9, and in the first moments of a process, it may complete only with [#exit].
  CompletableFuture<@Nullable Void> dying();

  /// Completes once, when the process is gone and reaped. Never fails.
  CompletableFuture<WorkerExit> exit();
}
