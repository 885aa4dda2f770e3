package ringfence.host.worker;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.policy.ProcessPolicy;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ControlEvent.RemoteReady;
import ringfence.sandbox.protocol.ControlEvent.ResourceUse;
import ringfence.sandbox.protocol.MalformedMessageException;

/// A worker without a run: hears it until a run takes it, and hands that what the worker said of itself.
///
/// ```
///   WARMING -- RemoteReady --> READY -- take --> TAKEN, all that comes goes to the run
///      |                         |                 |
///      '------ its end ----------'--> to the pool  '-- its end --> to the run
/// ```
/// One that is ready becomes warm with `Rehearsed`: it will not start a service faster than then.
///
/// The run hears `RemoteReady` on the worker's thread, as from any worker, and nothing before it.
final class WarmWorker implements WorkerListener {
  private final ProcessPolicy policy;
  private final Consumer<WarmWorker> onReady;
  private final BiConsumer<WarmWorker, WorkerEnd> onEnd;

  // Guarded by this.
  private @Nullable ProcessWorker worker;
  private @Nullable RemoteReady ready;
  private boolean warm;
  private @Nullable WorkerListener taker;
  private boolean ended;

  /// Who hears it now, on the worker's thread.
  private @Nullable WorkerListener run;

  /// @param onReady called on the worker's thread
  /// @param onEnd called on the worker's thread, if nobody has taken it
  WarmWorker(ProcessPolicy policy, Consumer<WarmWorker> onReady, BiConsumer<WarmWorker, WorkerEnd> onEnd) {
    this.policy = policy;
    this.onReady = onReady;
    this.onEnd = onEnd;
  }

  ProcessPolicy policy() {
    return policy;
  }

  /// Tells which worker this is, once.
  synchronized void is(ProcessWorker started) {
    worker = started;
  }

  synchronized boolean ready() {
    return ready != null && taker == null && !ended;
  }

  /// Whether it is ready, and has done all that it does ahead.
  synchronized boolean warm() {
    return warm && ready();
  }

  synchronized boolean hasBeenReady() {
    return ready != null;
  }

  /// Gives it to a run, unless it is not ready or has ended.
  ///
  /// @return the worker, which will tell the listener that it is ready; null if it can't be had
  synchronized @Nullable Worker take(String label, WorkerListener listener) {
    RemoteReady said = ready;
    ProcessWorker taken = worker;
    if (said == null || taken == null || taker != null || ended) {
      return null;
    }
    taker = listener;
    taken.adopt(
        label,
        () -> {
          run = listener;
          listener.event(said);
        });
    return taken;
  }

  /// Ends it, if no run has it.
  synchronized void drop() {
    if (worker != null && taker == null) {
      worker.kill();
    }
  }

  @Override
  public void event(ControlEvent event) {
    if (run != null) {
      run.event(event);
      return;
    }
    switch (event) {
      case RemoteReady said -> becomeReady(said);
      case ControlEvent.Rehearsed _ -> becomeWarm();
      case ResourceUse _, ControlEvent.LinkUse _ -> {
        // Of its warming up, which is ours.
      }
      case ControlEvent.StateChanged _,
          ControlEvent.UncaughtError _,
          ControlEvent.Output _,
          ControlEvent.SpanEnded _,
          ControlEvent.Asked _,
          ControlEvent.Answered _,
          ControlEvent.Closed _,
          ControlEvent.WatchSpans _,
          ControlEvent.RunCode _,
          ControlEvent.PrepareClose _,
          ControlEvent.LinkOffered _,
          ControlEvent.LinkCut _ ->
          throw new MalformedMessageException(
              event.getClass().getSimpleName() + " is not expected from a worker without code");
    }
  }

  private void becomeReady(RemoteReady said) {
    synchronized (this) {
      if (ready != null) {
        throw new MalformedMessageException("RemoteReady is not expected twice");
      }
      ready = said;
    }
    onReady.accept(this);
  }

  private synchronized void becomeWarm() {
    warm = true;
  }

  @Override
  public void call(BrokerCall call, int bytes) {
    if (run == null) {
      throw new MalformedMessageException("a call is not expected from a worker without code");
    }
    run.call(call, bytes);
  }

  @Override
  public void inspected(byte[] message) {
    if (run != null) {
      run.inspected(message);
    }
  }

  @Override
  public void dying() {
    WorkerListener of;
    synchronized (this) {
      // Nobody takes it any more.
      ended = true;
      of = taker;
    }
    if (of != null) {
      of.dying();
    }
  }

  @Override
  public void ended(WorkerEnd end) {
    WorkerListener of;
    synchronized (this) {
      ended = true;
      of = taker;
    }
    if (of == null) {
      onEnd.accept(this, end);
    } else {
      of.ended(end);
    }
  }
}
