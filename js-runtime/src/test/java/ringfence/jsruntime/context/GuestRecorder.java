package ringfence.jsruntime.context;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import ringfence.sandbox.link.Calling;
import ringfence.sandbox.link.Sent;
import ringfence.sandbox.protocol.BrokerRequest;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.OutputLevel;

/// Notes what a guest says, and when it wants to be woken.
final class GuestRecorder implements GuestCalls {
  final List<String> lines = new ArrayList<>();
  final List<String> errors = new ArrayList<>();
  final Queue<Integer> timers = new ArrayDeque<>();
  final List<Integer> delays = new ArrayList<>();
  int tasks;
  private int lastTimer;

  @Override
  public void output(OutputLevel level, String text) {
    lines.add(text);
  }

  @Override
  public int startTimer(int delayMillis, boolean repeat) {
    timers.add(++lastTimer);
    delays.add(delayMillis);
    return lastTimer;
  }

  @Override
  public int startBackgroundTimer(int delayMillis) {
    return ++lastTimer;
  }

  @Override
  public void clearTimer(int id) {
    timers.remove(id);
  }

  @Override
  public void postTask() {
    tasks++;
  }

  @Override
  public LinkCalls links() {
    return (LinkCalls)
        Proxy.newProxyInstance(
            LinkCalls.class.getClassLoader(),
            new Class<?>[] {LinkCalls.class},
            (_, method, _) -> {
              throw new IllegalStateException("there are no links, yet it calls " + method.getName());
            });
  }

  @Override
  public Calling ask(BrokerRequest request) {
    return new Calling(0, Sent.CLOSED);
  }

  @Override
  public void uncaught(ErrorReport error) {
    errors.add(error.headline());
  }

  @Override
  public void started(int exports) {}

  @Override
  public void startFailed(ErrorReport error) {
    errors.add(error.headline() + error.stack());
  }

  @Override
  public void closeHandlersDone() {}
}
