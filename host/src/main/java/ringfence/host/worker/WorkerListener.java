package ringfence.host.worker;

import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.ControlEvent;

/// Hears one worker. Called on that worker's thread, one call at a time, but for [#dying].
public interface WorkerListener {

  /// The worker sent an event.
  ///
  /// May take its time: the worker's ring fills up meanwhile and slows the worker down.
  ///
  /// @throws ringfence.sandbox.protocol.MalformedMessageException if the worker may not send this now; it
  ///     is killed then
  void event(ControlEvent event);

  /// The worker asks for something; [Worker#reply] answers it.
  ///
  /// @param bytes of the message
  /// @throws ringfence.sandbox.protocol.MalformedMessageException if the worker may not ask this; it is killed then
  void call(BrokerCall call, int bytes);

  /// The worker's inspector tells a debugger something.
  default void inspected(byte[] message) {}

  /// The worker's process has begun to end. What it sent before may still be handed over, and [#ended] follows when the
  /// kernel has taken it apart. On any thread, and soon: the worker is watched by the thread that calls.
  default void dying() {}

  /// The worker is gone and reaped, and all that it sent before was handed over. The last call.
  void ended(WorkerEnd end);
}
