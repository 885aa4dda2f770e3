package ringfence.host.worker;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import ringfence.sandbox.launch.ProcessMemory;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.ControlEvent;

/// One worker process, for one run. Thread-safe; nothing here blocks.
public interface Worker {

  /// The outermost process, which takes the worker along; empty before it exists.
  OptionalLong pid();

  /// Where its process's memory is, as the kernel counts it; empty where there is none, or the kernel does not tell. Takes the
  /// kernel some milliseconds.
  default Optional<ProcessMemory> memory() {
    return Optional.empty();
  }

  /// What the worker must say that it is built from.
  ///
  /// @throws IllegalStateException before it has said that it is ready
  String expectedBuildId();

  /// Sends an event after all that were sent before. Does nothing when the worker has ended; a worker
  /// that does not read is killed when too much waits for it.
  void send(ControlEvent event);

  /// Answers a call, or tells something of its own, on the broker port. Otherwise as [#send].
  void reply(BrokerMessage message);

  /// Sends a message of a debugger to the worker's inspector. Otherwise as [#send]; does nothing where no debugger is let in.
  default void inspect(byte[] message) {}

  /// Hands shared memory to the worker.
  ///
  /// @throws IOException if the worker is gone or does not take it
  void offerRegion(SharedRegion region, RingOffer offer) throws IOException;

  /// Lets a worker go that has said its last word: it ends by itself, so that each process on the way to it
  /// can fetch the status of the next and none is left for the machine's init; a worker that stays is killed.
  void dismiss();

  /// Kills the worker; [WorkerListener#ended] follows. Does nothing if it is gone.
  void kill();
}
