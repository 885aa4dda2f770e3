package ringfence.host;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import ringfence.host.worker.Worker;
import ringfence.host.worker.WorkerEnd;
import ringfence.host.worker.WorkerFactory;
import ringfence.host.worker.WorkerListener;
import ringfence.sandbox.launch.WorkerExit;
import ringfence.sandbox.launch.WorkerGoneException;
import ringfence.sandbox.policy.ProcessPolicy;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.BrokerCodec;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.BrokerRequest;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ControlEvent.Closed;
import ringfence.sandbox.protocol.ControlEvent.LinkCut;
import ringfence.sandbox.protocol.ControlEvent.LinkOffered;
import ringfence.sandbox.protocol.ControlEvent.PrepareClose;
import ringfence.sandbox.protocol.ControlEvent.RemoteReady;
import ringfence.sandbox.protocol.ControlEvent.RunCode;
import ringfence.sandbox.protocol.ControlEvent.StateChanged;
import ringfence.sandbox.protocol.ServiceState;

/// Workers whose parts the test plays: it sees what the host tells them, and says what they do.
final class ScriptedWorkers implements WorkerFactory {
  static final String BUILD = "build-1";

  /// All that were started, in order.
  final List<Scripted> started = new ArrayList<>();

  /// `counter: RunCode`, ... in the order in which the host said it.
  final List<String> heard = new ArrayList<>();

  @Override
  public Scripted start(String label, ProcessPolicy policy, WorkerListener listener) {
    Scripted worker = new Scripted(label, listener, 1000 + started.size());
    started.add(worker);
    return worker;
  }

  /// The last worker of a service.
  Scripted of(String service) {
    return started.reversed().stream()
        .filter(w -> w.label.startsWith(service + "#"))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no worker of " + service + " was started"));
  }

  long alive() {
    return started.stream().filter(w -> !w.gone).count();
  }

  @Override
  public void close() {
    started.forEach(Scripted::kill);
  }

  final class Scripted implements Worker {
    final String label;
    final WorkerListener listener;
    final List<ControlEvent> received = new ArrayList<>();
    final List<BrokerMessage> replies = new ArrayList<>();
    final List<RingOffer> offers = new ArrayList<>();

    /// What a debugger has told its inspector.
    final List<String> inspected = new ArrayList<>();
    private final long pid;
    private long lastCall;
    boolean gone;
    boolean refusesRegions;
    boolean closedItsSocket;

    private Scripted(String label, WorkerListener listener, long pid) {
      this.label = label;
      this.listener = listener;
      this.pid = pid;
    }

    @Override
    public OptionalLong pid() {
      return OptionalLong.of(pid);
    }

    @Override
    public String expectedBuildId() {
      return BUILD;
    }

    @Override
    public void send(ControlEvent event) {
      if (gone) {
        return;
      }
      received.add(event);
      String service = label.substring(0, label.indexOf('#'));
      switch (event) {
        case LinkOffered e ->
            heard.add(service + ": link " + e.regionId() + " " + e.role() + " " + e.peer());
        case LinkCut e -> heard.add(service + ": cut " + e.regionId());
        case RunCode _, PrepareClose _ ->
            heard.add(service + ": " + event.getClass().getSimpleName());
        default -> throw new AssertionError("the host sent " + event);
      }
    }

    @Override
    public void reply(BrokerMessage message) {
      if (!gone) {
        replies.add(message);
      }
    }

    @Override
    public void inspect(byte[] message) {
      inspected.add(new String(message, StandardCharsets.UTF_8));
    }

    @Override
    public void offerRegion(SharedRegion region, RingOffer offer) throws java.io.IOException {
      if (gone || closedItsSocket) {
        throw new WorkerGoneException("it is gone", null);
      }
      if (refusesRegions) {
        throw new java.io.IOException("it does not read");
      }
      // Throws if the region is closed already.
      assert region.descriptor() >= 0;
      offers.add(offer);
    }

    @Override
    public void dismiss() {
      exit(0, 0);
    }

    @Override
    public void kill() {
      exit(9, 0);
    }

    void says(ControlEvent event) {
      listener.event(event);
    }

    /// Asks the host for something, as call 1, 2, ...
    ///
    /// @return the call's number
    long asks(BrokerRequest request) {
      BrokerCall call = new BrokerCall(++lastCall, request);
      listener.call(call, BrokerCodec.encode(call).length);
      return call.id();
    }

    void ready() {
      says(new RemoteReady(BUILD, true));
    }

    void running() {
      says(new StateChanged(ServiceState.RUNNING));
    }

    void closed(CloseReason reason) {
      says(new Closed(reason));
    }

    /// Begins to end, as its kernel sees it.
    void dying() {
      listener.dying();
    }

    /// Ends on its own, or by a signal from outside.
    void exit(int signal, int status) {
      if (!gone) {
        gone = true;
        listener.ended(new WorkerEnd.Exited(new WorkerExit(signal, status, "")));
      }
    }

    boolean hasCode() {
      return received.stream().anyMatch(RunCode.class::isInstance);
    }

    boolean askedToClose() {
      return received.stream().anyMatch(PrepareClose.class::isInstance);
    }
  }
}
