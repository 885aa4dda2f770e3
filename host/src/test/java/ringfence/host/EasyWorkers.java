package ringfence.host;

import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.LongStream;
import ringfence.host.worker.Worker;
import ringfence.host.worker.WorkerEnd;
import ringfence.host.worker.WorkerFactory;
import ringfence.host.worker.WorkerListener;
import ringfence.sandbox.launch.WorkerExit;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.ProcessPolicy;
import ringfence.sandbox.port.RingFill;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// Workers without processes, for tests of what is around a manager: each comes up at once, and closes when asked.
///
/// One whose code begins with `throw` fails to start; one whose code holds `print TEXT` writes that when it comes up, and
/// one with `called NAME` says then that it has called an import as the numbers 0, 1, 2, ... of its figures tell.
public final class EasyWorkers implements WorkerFactory {
  EasyWorkers() {}

  /// A manager of such workers.
  public static ServicesManager manager() {
    MachineCapabilities walls = new MachineCapabilities(java.nio.file.Path.of("/usr/bin/bwrap"), "");
    return new ServicesManager(HostOptions.defaults(), walls, new ManagerThread(), new EasyWorkers());
  }

  @Override
  public Worker start(String label, ProcessPolicy policy, WorkerListener listener) {
    Easy worker = new Easy(listener);
    worker.tell(() -> listener.event(new ControlEvent.RemoteReady("easy", true)));
    return worker;
  }

  @Override
  public void close() {
    // Each ends with its node.
  }

  private static final class Easy implements Worker {
    private final WorkerListener listener;
    private final ExecutorService words = Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());

    Easy(WorkerListener listener) {
      this.listener = listener;
    }

    private void tell(Runnable word) {
      try {
        words.execute(word);
      } catch (RejectedExecutionException _) {
        // It has ended.
      }
    }

    @Override
    public OptionalLong pid() {
      return OptionalLong.of(4711);
    }

    @Override
    public String expectedBuildId() {
      return "easy";
    }

    @Override
    public void send(ControlEvent event) {
      switch (event) {
        case ControlEvent.RunCode code -> tell(() -> run(code.modules().getOrDefault(code.entry(), "")));
        case ControlEvent.PrepareClose _ ->
            tell(() -> listener.event(new ControlEvent.Closed(CloseReason.REQUESTED)));
        default -> {
          // Links lead nowhere.
        }
      }
    }

    private void run(String code) {
      if (code.startsWith("throw")) {
        listener.event(
            new ControlEvent.UncaughtError(new ErrorReport("Error", "no", "    at easy.js:1:1\n    at call easy.f by page", "easy.js", 1, 1)));
        listener.event(new ControlEvent.Closed(CloseReason.START_FAILED));
        return;
      }
      code.lines()
          .filter(line -> line.startsWith("print "))
          .forEach(line -> listener.event(new ControlEvent.Output(OutputLevel.LOG, line.substring(6))));
      listener.event(new ControlEvent.StateChanged(ServiceState.RUNNING));
      code.lines()
          .filter(line -> line.startsWith("called "))
          .forEach(line -> listener.event(use(new ServiceName(line.substring(7)))));
    }

    private static ControlEvent use(ServiceName callee) {
      long[] numbers = LongStream.range(0, LinkFigures.numbers()).toArray();
      return new ControlEvent.LinkUse(callee, LinkFigures.of(numbers), new RingFill(256, 512, 1024));
    }

    @Override
    public void reply(BrokerMessage message) {
      // It asks nothing.
    }

    @Override
    public void offerRegion(SharedRegion region, RingOffer offer) {
      // It has nobody to link to.
    }

    @Override
    public void dismiss() {
      kill();
    }

    @Override
    public void kill() {
      tell(() -> listener.ended(new WorkerEnd.Exited(new WorkerExit(0, 0, "", false))));
      words.shutdown();
    }
  }
}
