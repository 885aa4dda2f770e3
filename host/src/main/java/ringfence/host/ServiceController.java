package ringfence.host;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import ringfence.host.broker.AuditLog;
import ringfence.host.event.OutputLine;
import ringfence.host.inspect.Inspector;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.link.LinkEnd;
import ringfence.host.log.ErrorText;
import ringfence.host.log.LogLine;
import ringfence.host.trace.RunSpans;
import ringfence.host.trace.Tracing;
import ringfence.host.worker.Worker;
import ringfence.host.worker.WorkerEnd;
import ringfence.host.worker.WorkerFactory;
import ringfence.host.worker.WorkerListener;
import ringfence.sandbox.launch.ProcessMemory;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.policy.SandboxPlan;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.BrokerMessage.ChildChanged;
import ringfence.sandbox.protocol.BrokerRequest.ChildCommand;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ControlEvent.Answered;
import ringfence.sandbox.protocol.ControlEvent.Asked;
import ringfence.sandbox.protocol.ControlEvent.Closed;
import ringfence.sandbox.protocol.ControlEvent.LinkCut;
import ringfence.sandbox.protocol.ControlEvent.LinkOffered;
import ringfence.sandbox.protocol.ControlEvent.LinkUse;
import ringfence.sandbox.protocol.ControlEvent.Output;
import ringfence.sandbox.protocol.ControlEvent.PrepareClose;
import ringfence.sandbox.protocol.ControlEvent.RemoteReady;
import ringfence.sandbox.protocol.ControlEvent.ResourceUse;
import ringfence.sandbox.protocol.ControlEvent.RunCode;
import ringfence.sandbox.protocol.ControlEvent.SpanEnded;
import ringfence.sandbox.protocol.ControlEvent.StateChanged;
import ringfence.sandbox.protocol.ControlEvent.UncaughtError;
import ringfence.sandbox.protocol.ControlEvent.WatchSpans;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.Question;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// The host's half of one run: sends the code once the worker is ready, records what the run writes,
/// throws and uses, and knows in the end why it ended. Never used for a second run.
///
/// Methods of [WorkerListener] run on the worker's thread; what matters to the manager goes on as a step.
/// The others run on the manager's thread, but for those that only read.
final class ServiceController implements WorkerListener, LinkEnd, Inspector.Run {
  private static final System.Logger LOG = System.getLogger("ringfence.host");

  /// The part of the grace that is the host's, so that a worker which uses all of its own is not late.
  private static final Duration MARGIN = Duration.ofMillis(200);

  private final ServiceDefinition definition;
  private final SandboxPlan plan;
  private final long incarnation;
  private final StepQueue steps;
  private final RunListener owner;
  private final RunNews news;
  private final OutputLog output;
  private final AtomicLong uncaughtErrors = new AtomicLong();
  private final Questions questions;
  private final RunRequests requests;
  private final Tracing tracing;
  private final RunSpans spans;

  /// Why the host killed it; the first reason stays.
  private final AtomicReference<@Nullable ExitCause> verdict = new AtomicReference<>();

  // Written by the manager's thread, read by both.
  private volatile boolean codeSent;
  private volatile boolean closing;
  private volatile @Nullable ExitCause askedBecause;
  private volatile @Nullable Worker worker;
  private volatile @Nullable Inspector inspector;
  private volatile boolean gone;

  // Written by the worker's thread, read by both.
  private volatile @Nullable ResourceUse use;

  private final RunProgress progress = new RunProgress();

  /// @param owner told what happens, on the manager's thread
  /// @param readied makes the definition of a child one that can be run; blocks, and is called on a thread of its own
  ServiceController(
      ServiceDefinition definition,
      SandboxPlan plan,
      long incarnation,
      StepQueue steps,
      RunListener owner,
      EventLog events,
      AuditLog audit,
      Tracing tracing,
      UnaryOperator<ServiceDefinition> readied) {
    this.definition = definition;
    this.plan = plan;
    this.incarnation = incarnation;
    this.steps = steps;
    this.owner = owner;
    this.news = events.of(definition.name(), incarnation, () -> closing);
    this.output = new OutputLog(definition.limits().outputLines());
    this.questions = new Questions(definition.name());
    this.requests = new RunRequests(this, definition, steps, owner, this::reply, audit, tracing, readied);
    this.tracing = tracing;
    this.spans = tracing.run(definition.name());
  }

  /// Hears what becomes of a run, on the manager's thread.
  interface RunListener {
    /// Its worker is sealed and is what we built; it can take code.
    void ready(ServiceController run);

    /// Its module's top level has ended.
    void running(ServiceController run);

    /// It closes by itself.
    void closingItself(ServiceController run);

    /// Its code wants a child; [RunRequests#answer] answers.
    void createChild(ServiceController run, long id, ServiceDefinition child);

    /// Its code wants something of a child; [RunRequests#answer] answers.
    void commandChild(ServiceController run, long id, ChildCommand command);

    /// Nothing of its worker runs any more; [#ended] follows when it is gone.
    void dying(ServiceController run);

    /// Its worker is gone. The last call.
    void ended(ServiceController run, ExitCause cause);
  }

  // ---- the manager's thread

  /// Takes a worker. A run that gets none, since the host has no thread for it or the like, ends as one whose process never
  /// came to be: it must not start for ever.
  void open(WorkerFactory workers) {
    String label = definition.name() + "#" + incarnation;
    try {
      worker = workers.start(label, plan.process(), this);
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, new LogLine("worker-not-started").with("worker", label).toString(), e);
      ended(new WorkerEnd.NotStarted("the host could not serve its worker: " + e.getMessage()));
    }
  }

  /// Has an inspector join a debugger to this run.
  void inspectedBy(Inspector by) {
    inspector = by;
    by.begin(this);
    if (gone) {
      by.over(this);
    }
  }

  /// Sends the code, once in the life of a run; not before a debugger says so, if one is waited for.
  void sendCode(Map<String, String> environment) {
    if (codeSent) {
      throw new IllegalStateException("run " + incarnation + " of " + name() + " has its code");
    }
    Inspector by = inspector;
    if (by == null || !by.holdsBack(() -> steps.post(() -> sendHeldCode(environment)))) {
      sendCodeNow(environment);
    }
  }

  private void sendHeldCode(Map<String, String> environment) {
    // A run that has lost a dependency meanwhile is closing.
    if (!closing && !codeSent) {
      sendCodeNow(environment);
    }
  }

  private void sendCodeNow(Map<String, String> environment) {
    codeSent = true;
    if (tracing.watches()) {
      send(new WatchSpans(spans.prefix()));
    }
    send(
        new RunCode(
            definition.name(),
            incarnation,
            definition.entry(),
            definition.modules(),
            definition.imports(),
            definition.arguments(),
            environment,
            plan.guest(),
            definition.limits().call().toMillis(),
            definition.endWhenIdle(),
            definition.crashOnUncaught()));
  }

  /// Tells the code of a child that it made.
  void tellChild(ServiceName child, ServiceState state, String cause) {
    reply(new ChildChanged(child, state, cause));
  }

  /// Asks the run to close; one that has no code yet has nothing to ask, and is ended.
  ///
  /// @param cause why, which becomes the cause of the run's end if it does as asked
  void prepareClose(ExitCause cause) {
    closing = true;
    if (!codeSent) {
      kill(cause);
      return;
    }
    askedBecause = cause;
    long limit = definition.limits().close().toMillis();
    send(new PrepareClose(Math.max(1, limit - Math.min(limit / 5, MARGIN.toMillis()))));
  }

  // ---- any thread

  /// Ends the run now.
  ///
  /// @param cause of its end; the first kill decides
  void kill(ExitCause cause) {
    closing = true;
    boolean _ = verdict.compareAndSet(null, cause);
    Worker started = worker;
    if (started != null) {
      started.kill();
    }
  }

  /// Asks it something about itself.
  ///
  /// @throws ServiceException if it has ended, or answers nothing
  Questions.Open ask(Question question) {
    Questions.Open open = questions.ask(question);
    send(open.event());
    return open;
  }

  /// Nobody waits for the answer any more.
  void forget(Questions.Open question) {
    questions.forget(question);
  }

  @Override
  public ServiceName name() {
    return definition.name();
  }

  @Override
  public int messageBytes() {
    return Math.toIntExact(definition.limits().messageBytes());
  }

  long incarnation() {
    return incarnation;
  }

  @Override
  public void offerRegion(SharedRegion region, RingOffer offer) throws IOException {
    Worker started = worker;
    if (started == null) {
      throw new IOException("the run has no worker");
    }
    started.offerRegion(region, offer);
  }

  @Override
  public void send(ControlEvent event) {
    Worker started = worker;
    if (started != null) {
      started.send(event);
    }
  }

  /// What its code asks for, and the answers.
  RunRequests requests() {
    return requests;
  }

  /// For the worker's inspector.
  @Override
  public void tell(byte[] message) {
    Worker started = worker;
    if (started != null) {
      started.inspect(message);
    }
  }

  private void reply(BrokerMessage message) {
    Worker started = worker;
    if (started != null) {
      started.reply(message);
    }
  }

  OptionalLong pid() {
    Worker started = worker;
    return started == null ? OptionalLong.empty() : started.pid();
  }

  /// As [Worker#memory()].
  Optional<ProcessMemory> memory() {
    Worker started = worker;
    return started == null ? Optional.empty() : started.memory();
  }

  OutputLog output() {
    return output;
  }

  long uncaughtErrors() {
    return uncaughtErrors.get();
  }

  /// Where the run serves HTTP at this moment.
  List<ListenGrant> listening() {
    return requests.listening();
  }

  /// What the worker last said that it uses.
  Optional<ResourceUse> use() {
    return Optional.ofNullable(use);
  }

  // ---- the worker's thread

  @Override
  public void event(ControlEvent event) {
    switch (event) {
      case RemoteReady e -> remoteReady(e);
      case StateChanged e -> stateChanged(e);
      case UncaughtError e -> uncaughtError(e);
      case Output e -> output(e);
      case ResourceUse e -> resourceUse(e);
      case LinkUse e -> linkUse(e);
      case SpanEnded e -> spanEnded(e);
      case Answered e -> questions.answered(e);
      case Closed e -> closed(e);
      case ControlEvent.Rehearsed _ -> {
        // Its links took a while.
      }
      case RunCode _, WatchSpans _, PrepareClose _, LinkOffered _, LinkCut _, Asked _ -> throw RunProgress.unexpected(event);
    }
  }

  @Override
  public void call(BrokerCall call, int bytes) {
    if (!codeSent) {
      throw new MalformedMessageException("a call is not expected from a worker without code");
    }
    if (progress.isOver()) {
      // Sent before its last event, which came first on another port. Nobody waits for the answer.
      return;
    }
    requests.take(call, bytes);
  }

  @Override
  public void inspected(byte[] message) {
    Inspector by = inspector;
    if (by != null) {
      by.heard(this, message);
    }
  }

  @Override
  public void dying() {
    steps.post(() -> owner.dying(this));
  }

  @Override
  public void ended(WorkerEnd end) {
    requests.close();
    questions.end();
    gone = true;
    Inspector by = inspector;
    if (by != null) {
      by.over(this);
    }
    ExitCause cause = causeOf(end);
    steps.post(() -> owner.ended(this, cause));
  }

  private void remoteReady(RemoteReady event) {
    progress.ready(event);
    if (event.sealed()) {
      // A warm worker says it before open() has returned, so who it is is asked afterwards.
      steps.post(() -> identified(event.buildId()));
    } else {
      refuse("worker of \"" + name() + "\" did not seal itself");
    }
  }

  private void identified(String buildId) {
    Worker started = worker;
    if (started == null || started.expectedBuildId().equals(buildId)) {
      owner.ready(this);
    } else {
      refuse(
          "worker of \"%s\" is built from %s, but the host from %s; build both again"
              .formatted(name(), Bounded.text(buildId, 64), started.expectedBuildId()));
    }
  }

  private void refuse(String why) {
    kill(new ExitCause.StartFailed(why, Optional.empty()));
  }

  private void stateChanged(StateChanged event) {
    progress.reached(event, codeSent);
    if (event.state() == ServiceState.RUNNING) {
      steps.post(() -> owner.running(this));
    } else {
      steps.post(() -> owner.closingItself(this));
    }
  }

  private void uncaughtError(UncaughtError event) {
    progress.expect(codeSent, event);
    ErrorReport error = Bounded.error(event.error());
    progress.failed(error);
    uncaughtErrors.incrementAndGet();
    Instant at = steps.clock().instant();
    output.add(new OutputLine(at, OutputLevel.ERROR, ErrorText.of("Uncaught ", error)));
    news.uncaughtError(at, error);
  }

  private void output(Output event) {
    progress.expect(codeSent, event);
    OutputLine line = new OutputLine(steps.clock().instant(), event.level(), event.text());
    output.add(line);
    news.output(line);
    Inspector by = inspector;
    if (by != null) {
      by.wrote(this, line);
    }
  }

  /// A worker's own figures. It could lie: about what it uses, which is only shown, and about its turn, by which
  /// it keeps nobody from anything but itself.
  private void resourceUse(ResourceUse said) {
    ResourceUse sane =
        new ResourceUse(
            Math.max(0, said.cpuNanos()),
            Math.max(0, said.heapBytes()),
            Math.max(0, said.residentBytes()),
            Math.max(0, said.turnMillis()));
    use = sane;
    news.resourceUse(sane);
    Duration limit = definition.limits().turn();
    if (sane.turnMillis() >= limit.toMillis()) {
      kill(new ExitCause.Overdue(ExitCause.Phase.TURN, limit));
    }
  }

  /// A worker's own figures, of its own calls. It could lie about them, but not about who calls whom.
  private void linkUse(LinkUse said) {
    progress.expect(codeSent && definition.imports().contains(said.peer()), said);
    news.linkUse(said);
  }

  private void spanEnded(SpanEnded said) {
    progress.expect(codeSent, said);
    spans.ended(said.span());
  }

  /// Its last event: the worker is on its way out.
  private void closed(Closed event) {
    progress.closed(event, codeSent);
    Worker started = worker;
    if (started != null) {
      started.dismiss();
    }
  }

  /// The host's own decision first, then the worker's word, then what the kernel says.
  private ExitCause causeOf(WorkerEnd end) {
    ExitCause decided = verdict.get();
    return decided != null ? decided : progress.causeOf(end, askedBecause, plan.process());
  }
}
