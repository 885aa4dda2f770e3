package ringfence.host.flight;

import java.util.function.IntSupplier;

/// Where the host tells a recording of what it does. Thread-safe.
public final class Flight {
  private Flight() {}

  /// Something that takes its time, which [#end] ends once.
  public static final class Span {
    private final jdk.jfr.Event event;

    private Span(jdk.jfr.Event event) {
      this.event = event;
      event.begin();
    }

    /// It is over.
    public void end() {
      event.commit();
    }

    /// A broker call is over.
    ///
    /// @param answer the kind of its answer
    public void end(String answer) {
      if (event instanceof BrokerCallEvent call) {
        call.answer = answer;
      }
      event.commit();
    }
  }

  /// A service goes from one state to another.
  ///
  /// @param cause a sentence, or empty
  public static void transition(String service, long incarnation, String from, String to, String cause) {
    new TransitionEvent(service, incarnation, from, to, cause).commit();
  }

  /// A worker asks the host for something.
  ///
  /// @param request the kind of what it asks
  /// @param bytes of its message
  public static Span brokerCall(String service, long incarnation, String request, int bytes) {
    return new Span(new BrokerCallEvent(service, incarnation, request, bytes));
  }

  /// Two runs are joined.
  public static Span link(String caller, String callee) {
    return new Span(new LinkEvent(caller, callee));
  }

  /// A start asks the pool for a warm worker.
  ///
  /// @param run whose start
  /// @param ready counts those that can be taken now; asked only if a recording wants to know
  public static void warmWorker(String run, boolean found, IntSupplier ready) {
    if (new PoolEvent(run, found, 0).shouldCommit()) {
      new PoolEvent(run, found, ready.getAsInt()).commit();
    }
  }
}
