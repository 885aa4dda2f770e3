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
      tell();
    }
    listener.event(event);
  }

  @Override
  public void call(BrokerCall call, int bytes) {
    listener.call(call, bytes);
  }

  @Override
  public void ended(WorkerEnd end) {
    tell();
    listener.ended(end);
  }

  private void tell() {
    if (!told) {
      told = true;
      onStarted.run();
    }
  }
}
