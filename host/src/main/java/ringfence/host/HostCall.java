package ringfence.host;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import ringfence.sandbox.protocol.CancelCause;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.value.ServiceValue;

/// One call of a [HostFunction]. Thread-safe.
public final class HostCall {
  private final ServiceName caller;
  private final String function;
  private final List<ServiceValue> arguments;
  private final Received received;
  private final Set<ServicePort> taken = ConcurrentHashMap.newKeySet();
  private final long deadlineNanos;
  private volatile boolean cancelled;
  private final Thread thread;

  HostCall(
      ServiceName caller,
      String function,
      Received received,
      long deadlineNanos,
      Thread thread) {
    this.caller = caller;
    this.function = function;
    this.arguments = received.value().asList();
    this.received = received;
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

  /// What the caller passed, untrusted; streams and ports in it are taken with [#stream] and [#port].
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
    ServiceStream stream = received.stream(argument(index));
    if (stream == null) {
      throw new HostError("TypeError", "argument " + index + " of " + function + " must be a stream");
    }
    return stream;
  }

  /// The port that an argument is. It stays open when the function has returned, until somebody closes it; ports that
  /// the function does not ask for are closed then.
  ///
  /// @throws HostError a TypeError, if it is none
  public ServicePort port(int index) {
    ServicePort port = received.port(argument(index));
    if (port == null) {
      throw new HostError("TypeError", "argument " + index + " of " + function + " must be a MessagePort");
    }
    taken.add(port);
    return port;
  }

  /// The function has returned.
  void closePorts() {
    for (ServicePort port : received.ports().values()) {
      if (!taken.contains(port)) {
        port.close();
      }
    }
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
