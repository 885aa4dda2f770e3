package ringfence.host;

import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import ringfence.host.trace.Tracing;
import ringfence.host.worker.Worker;
import ringfence.host.worker.WorkerEnd;
import ringfence.host.worker.WorkerFactory;
import ringfence.host.worker.WorkerListener;
import ringfence.sandbox.launch.WorkerExit;
import ringfence.sandbox.policy.ProcessPolicy;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.Answer;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ControlEvent.Closed;
import ringfence.sandbox.protocol.ControlEvent.LinkCut;
import ringfence.sandbox.protocol.ControlEvent.LinkOffered;
import ringfence.sandbox.protocol.ControlEvent.PrepareClose;
import ringfence.sandbox.protocol.ControlEvent.RemoteReady;
import ringfence.sandbox.protocol.ControlEvent.RunCode;
import ringfence.sandbox.protocol.ControlEvent.StateChanged;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;
import ringfence.sandbox.value.ServiceValue;

/// One run of a [HostService] in the part of a worker: it says what a worker says, and has no process.
final class HostWorker implements Worker {
  private static final String BUILD = "host";

  /// A host service imports nothing, so it hears nothing.
  private static final JavaPeer.EventListener NO_EVENTS =
      new JavaPeer.EventListener() {
        @Override
        public void event(ServiceName service, String name, List<ServiceValue> arguments) {}

        @Override
        public void gap(ServiceName service, long lost) {}

        @Override
        public void disconnected(ServiceName service) {}

        @Override
        public void connected(ServiceName service, boolean connected) {}
      };

  private final HostService service;
  private final WorkerListener listener;
  private final JavaPeer peer;

  /// What the listener hears, one after another, and never in the middle of a call of the manager's.
  private final ExecutorService words =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("ringfence-host-service").factory());

  private HostWorker(HostService service, WorkerListener listener, Tracing tracing) {
    this.service = service;
    this.listener = listener;
    this.peer = service.open(NO_EVENTS, tracing);
  }

  /// Where the runs of a host service come from.
  static WorkerFactory factory(HostService service, Tracing tracing) {
    return new WorkerFactory() {
      @Override
      public Worker start(String label, ProcessPolicy policy, WorkerListener listener) {
        HostWorker worker = new HostWorker(service, listener, tracing);
        worker.say(new RemoteReady(BUILD, true));
        return worker;
      }

      @Override
      public void close() {
        // Each run ends with its node.
      }
    };
  }

  @Override
  public OptionalLong pid() {
    return OptionalLong.empty();
  }

  @Override
  public String expectedBuildId() {
    return BUILD;
  }

  @Override
  public void send(ControlEvent event) {
    switch (event) {
      case RunCode _ -> say(new StateChanged(ServiceState.RUNNING));
      case ControlEvent.WatchSpans _ -> {
        // Its peer tells of them itself.
      }
      case PrepareClose _ -> say(new Closed(CloseReason.REQUESTED));
      case LinkOffered _, LinkCut _ -> peer.link(event);
      case ControlEvent.Asked asked ->
          say(new ControlEvent.Answered(asked.id(), new Answer.Refused("it runs in the host, and not in a worker")));
      case RemoteReady _,
          ControlEvent.Rehearsed _,
          StateChanged _,
          ControlEvent.UncaughtError _,
          ControlEvent.Output _,
          ControlEvent.ResourceUse _,
          ControlEvent.LinkUse _,
          ControlEvent.SpanEnded _,
          ControlEvent.Answered _,
          Closed _ ->
          throw new IllegalArgumentException(event + " is an event of workers");
    }
  }

  @Override
  public void reply(BrokerMessage message) {
    // It asks nothing.
  }

  @Override
  public void offerRegion(SharedRegion region, RingOffer offer) throws IOException {
    peer.offerRegion(region, offer);
  }

  @Override
  public void dismiss() {
    kill();
  }

  @Override
  public void kill() {
    tell(
        () -> {
          peer.close();
          service.closed(peer);
          listener.ended(new WorkerEnd.Exited(new WorkerExit(0, 0, "", false)));
        });
    words.shutdown();
  }

  private void say(ControlEvent event) {
    tell(() -> listener.event(event));
  }

  private void tell(Runnable word) {
    try {
      words.execute(word);
    } catch (RejectedExecutionException _) {
      // It has ended.
    }
  }
}
