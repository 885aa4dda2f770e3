package ringfence.host;

import java.time.Duration;
import java.util.List;
import ringfence.sandbox.protocol.CancelCause;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.ValueCodec;

/// One call of a [HostFunction]. Thread-safe.
public final class HostCall {
  private final ServiceName caller;
  private final String function;
  private final List<ServiceValue> arguments;
  private final List<ServiceStream> streams;
  private final long deadlineNanos;
  private volatile boolean cancelled;
  private final Thread thread;

  HostCall(
      ServiceName caller,
      String function,
      List<ServiceValue> arguments,
      List<ServiceStream> streams,
      long deadlineNanos,
      Thread thread) {
    this.caller = caller;
    this.function = function;
    this.arguments = arguments;
    this.streams = streams;
    this.deadlineNanos = deadlineNanos;
    this.thread = thread;
  }

  /// The service that calls, as the manager knows it.
  public ServiceName caller() {
    return caller;
  }

  /// The name by which it calls.
  public String function() {
    return function;
  }

  public List<ServiceValue> arguments() {
    return arguments;
  }

  /// An argument; undefined if there are less.
  ///
  /// @param index from 0
  public ServiceValue argument(int index) {
    return index < arguments.size() ? arguments.get(index) : ServiceValue.Nothing.UNDEFINED;
  }

  /// The stream that an argument is.
  ///
  /// @throws HostError a TypeError, if it is none
  public ServiceStream stream(int index) {
    if (argument(index) instanceof ServiceValue.Stream stream
        && stream.kind() != ValueCodec.PORT
        && stream.index() < streams.size()) {
      return streams.get(stream.index());
    }
    throw new HostError("TypeError", "argument " + index + " of " + function + " must be a stream");
  }

  /// Whether nobody waits for the answer any more. The function's thread has been interrupted then.
  public boolean isCancelled() {
    return cancelled;
  }

  /// How much longer the caller waits; zero if it does not.
  public Duration timeLeft() {
    return cancelled
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
  }

  void cancel(CancelCause cause) {
    cancelled = true;
    if (cause != CancelCause.PEER_CLOSED || thread.isAlive()) {
      thread.interrupt();
    }
  }
}
