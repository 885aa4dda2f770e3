package ringfence.host.worker;

import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.ControlEvent;

/// Tells when a worker's start is over, one way or the other. Belongs to the worker's thread.
final class StartingListener implements WorkerListener {
  private final WorkerListener listener;
  private final Runnable onStarted;
  private boolean told;

  /// @param onStarted called once
  StartingListener(WorkerListener listener, Runnable onStarted) {
    this.listener = listener;
    this.onStarted = onStarted;
  }

  @Override
  public void event(ControlEvent event) {
    if (event instanceof ControlEvent.RemoteReady) {
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

  /// It has started, or has failed to.
  void isOver() {
    if (!told) {
      told = true;
      onStarted.run();
    }
  }
}
