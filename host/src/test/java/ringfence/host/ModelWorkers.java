package ringfence.host;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import ringfence.host.worker.Worker;
import ringfence.host.worker.WorkerEnd;
import ringfence.host.worker.WorkerFactory;
import ringfence.host.worker.WorkerListener;
import ringfence.sandbox.launch.WorkerExit;
import ringfence.sandbox.policy.ProcessPolicy;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.ServiceState;

/// Simulated workers. One that was killed goes when the sequence says so, not at once, and may speak until then.
final class ModelWorkers implements WorkerFactory {
  static final String BUILD = "build";

  /// Hears what the host does to workers.
  interface Watch {
    /// A worker was started.
    void started(ModelWorker worker);

    /// The host said something to it.
    void told(ModelWorker worker, ControlEvent event);

    /// The host answered it, or told it of a child.
    void replied(ModelWorker worker, BrokerMessage message);
  }

  final List<ModelWorker> alive = new ArrayList<>();
  private final Watch watch;

  ModelWorkers(Watch watch) {
    this.watch = watch;
  }

  @Override
  public ModelWorker start(String label, ProcessPolicy policy, WorkerListener listener) {
    ModelWorker worker = new ModelWorker(label, listener);
    watch.started(worker);
    alive.add(worker);
    return worker;
  }

  @Override
  public void close() {
    List.copyOf(alive).forEach(worker -> worker.exit(9));
  }

  final class ModelWorker implements Worker {
    final String service;
    final long incarnation;
    private final WorkerListener listener;
    boolean killed;
    boolean refusesRegions;
    boolean hasCode;
    boolean askedToClose;
    boolean saidClosing;
    /// What the host last told it of its children.
    final Map<String, ServiceState> children = new HashMap<>();
    private boolean saidReady;
    private boolean saidRunning;
    private boolean saidClosed;
    private boolean gone;

    private ModelWorker(String label, WorkerListener listener) {
      this.service = label.substring(0, label.indexOf('#'));
      this.incarnation = Long.parseLong(label.substring(label.indexOf('#') + 1));
      this.listener = listener;
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
      if (!gone) {
        watch.told(this, event);
        hasCode |= event instanceof ControlEvent.RunCode;
        askedToClose |= event instanceof ControlEvent.PrepareClose;
      }
    }

    @Override
    public void reply(BrokerMessage message) {
      if (!gone) {
        watch.replied(this, message);
      }
    }

    @Override
    public void offerRegion(SharedRegion region, RingOffer offer) throws IOException {
      if (gone || killed || refusesRegions) {
        throw new IOException("it does not take regions");
      }
      if (region.descriptor() < 0) {
        throw new AssertionError("a closed region was offered");
      }
    }

    @Override
    public void dismiss() {
      killed = true;
    }

    @Override
    public void kill() {
      killed = true;
    }

    ServiceController controller() {
      return (ServiceController) listener;
    }

    /// Does what a worker of good will does next, if it can do anything.
    ///
    /// @return whether there was anything to do
    boolean advance() {
      if (killed) {
        exit(9);
      } else if (!saidReady) {
        say(0);
      } else if (hasCode && !saidRunning && !askedToClose) {
        say(1);
      } else if (askedToClose || saidClosing) {
        say(3);
      } else {
        return false;
      }
      return true;
    }

    /// Says something; what it may not say now ends it, as the host's port would.
    void say(int what) {
      ControlEvent event =
          switch (Math.floorMod(what, 8)) {
            case 0 -> new ControlEvent.RemoteReady(BUILD, true);
            case 1 -> new ControlEvent.StateChanged(ServiceState.RUNNING);
            case 2 -> new ControlEvent.StateChanged(ServiceState.CLOSING);
            case 3 -> new ControlEvent.Closed(saidClosing ? CloseReason.FINISHED : CloseReason.REQUESTED);
            case 4 -> new ControlEvent.Closed(CloseReason.FINISHED);
            case 5 -> new ControlEvent.Closed(CloseReason.START_FAILED);
            case 6 -> new ControlEvent.Closed(CloseReason.CRASHED);
            default -> new ControlEvent.RemoteReady("another", false);
          };
      try {
        listener.event(event);
        switch (event) {
          case ControlEvent.RemoteReady _ -> saidReady = true;
          case ControlEvent.StateChanged e when e.state() == ServiceState.RUNNING -> saidRunning = true;
          case ControlEvent.StateChanged _ -> saidClosing = true;
          default -> saidClosed = true;
        }
      } catch (MalformedMessageException e) {
        end(new WorkerEnd.Broken(String.valueOf(e.getMessage())));
      }
    }

    void exit(int signal) {
      end(new WorkerEnd.Exited(new WorkerExit(signal, signal == 0 ? 1 : 0, "")));
    }

    private void end(WorkerEnd end) {
      if (!gone) {
        gone = true;
        alive.remove(this);
        listener.dying();
        listener.ended(end);
      }
    }

    /// Whether it is on its way out without being asked.
    boolean isLeaving() {
      return killed || saidClosed || saidClosing;
    }

    @Override
    public String toString() {
      return service + "#" + incarnation;
    }
  }
}
