package ringfence.host.worker;

import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.ControlEvent;

/// Tells how far a start is: its worker is ready, then its service runs, or it has failed before. Belongs to the worker's thread.
final class StartingListener implements WorkerListener {
  private final WorkerListener listener;
  private final Runnable onReady;
  private final Runnable onStarted;
  private boolean ready;
  private boolean started;

  /// @param onReady called once, before the other
  /// @param onStarted called once
  StartingListener(WorkerListener listener, Runnable onReady, Runnable onStarted) {
    this.listener = listener;
    this.onReady = onReady;
    this.onStarted = onStarted;
  }

  @Override
  public void event(ControlEvent event) {
    if (event instanceof ControlEvent.RemoteReady) {
      isReady();
    } else if (event instanceof ControlEvent.StateChanged) {
      isOver();
    }
    listener.event(event);
  }

  @Override
  public void call(BrokerCall call, int bytes) {
    listener.call(call, bytes);
  }

  @Override
  public void inspected(byte[] message) {
    listener.inspected(message);
  }

  @Override
  public void dying() {
    listener.dying();
  }

  @Override
  public void ended(WorkerEnd end) {
    isOver();
    listener.ended(end);
  }

  private void isReady() {
    if (!ready) {
      ready = true;
      onReady.run();
    }
  }

  /// It has started, or has failed to.
  void isOver() {
    isReady();
    if (!started) {
      started = true;
      onStarted.run();
    }
  }
}
