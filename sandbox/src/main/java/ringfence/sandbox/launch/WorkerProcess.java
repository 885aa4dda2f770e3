package ringfence.sandbox.launch;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;

/// A worker's process as the host sees it. Thread-safe.
public interface WorkerProcess {

  /// The process id of the outermost process, which dies with the worker and takes it along.
  long pid();

  /// Hands a region to the worker over its command socket. The host keeps its own descriptor.
  ///
  /// @param offer for the worker's side
  /// @throws IOException if the worker is gone or does not read
  void offerRegion(SharedRegion region, RingOffer offer) throws IOException;

  /// Ends the worker by closing its command socket; a worker that runs our code ends within milliseconds.
  void hangUp();

  /// Kills the worker and all that it started. Does nothing if it is gone.
  void kill();

  /// Completes once, when the process is gone and reaped. Never fails.
  CompletableFuture<WorkerExit> exit();
}
