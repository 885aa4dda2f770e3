package ringfence.host;

import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import ringfence.sandbox.protocol.Answer;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.CallTree;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.HeapSums;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.Question;
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
        case ControlEvent.Asked asked ->
            answer(asked.question())
                .ifPresent(answer -> tell(() -> listener.event(new ControlEvent.Answered(asked.id(), answer))));
        default -> {
          // Links lead nowhere.
        }
      }
    }

    /// Code is its own value, but for `throw ...` and `never`; and where the time goes is always the same.
    private static Optional<Answer> answer(Question question) {
      return switch (question) {
        case Question.Evaluate asked when asked.code().equals("never") -> Optional.empty();
        case Question.Evaluate asked -> Optional.of(new Answer.Evaluated(asked.code().startsWith("throw"), asked.code().strip()));
        case Question.Memory _ ->
            Optional.of(
                new Answer.Summed(
                    new HeapSums(
                        5 << 20, 8 << 20, 64 << 20, 3 << 20, 1 << 20, 0, 9,
                        Map.of(HeapSums.Kind.BYTES, new HeapSums.Sum(7, 4 << 20), HeapSums.Kind.JVM, new HeapSums.Sum(1, 1 << 20)),
                        12_345)));
        case Question.Profile _ ->
            Optional.of(
                new Answer.Profiled(
                    new CallTree(
                        List.of(CallTree.Place.ROOT, CallTree.Place.IDLE, new CallTree.Place("hot\u001b[2J", "page.js", 3, 1)),
                        List.of(new CallTree.Node(-1, 0), new CallTree.Node(0, 1), new CallTree.Node(0, 2)),
                        List.of(new CallTree.Sample(2, 4, 3000), new CallTree.Sample(1, 0, 1000)))));
      };
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
