package ringfence.host.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ServiceState;

class StartingListenerTest {
  private static final ControlEvent READY = new ControlEvent.RemoteReady("build", true);
  private static final ControlEvent RUNNING = new ControlEvent.StateChanged(ServiceState.RUNNING);

  private final List<String> told = new ArrayList<>();
  private final StartingListener listener =
      new StartingListener(new Heard(), () -> told.add("ready"), () -> told.add("started"));

  private final class Heard implements WorkerListener {
    @Override
    public void event(ControlEvent event) {
      told.add(event.getClass().getSimpleName());
    }

    @Override
    public void call(BrokerCall call, int bytes) {
      told.add("call");
    }

    @Override
    public void ended(WorkerEnd end) {
      told.add("end");
    }
  }

  @Test
  void tellsOfAWorkerThatIsReadyAndOfAServiceThatRunsOnceEach() {
    listener.event(READY);
    assertThat(told).containsExactly("ready", "RemoteReady");
    listener.event(RUNNING);
    listener.event(new ControlEvent.StateChanged(ServiceState.CLOSING));
    listener.ended(new WorkerEnd.Broken("of no matter"));
    assertThat(told).containsExactly("ready", "RemoteReady", "started", "StateChanged", "StateChanged", "end");
  }

  @Test
  void aStartThatFailsIsOverToo() {
    listener.ended(new WorkerEnd.NotStarted("of no matter"));
    assertThat(told).containsExactly("ready", "started", "end");
  }
}
