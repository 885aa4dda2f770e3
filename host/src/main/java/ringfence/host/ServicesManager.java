package ringfence.host;

import io.opentelemetry.api.OpenTelemetry;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ringfence.host.broker.AuditLog;
import ringfence.host.diagnosis.CpuProfile;
import ringfence.host.diagnosis.Evaluation;
import ringfence.host.diagnosis.ServiceMemory;
import ringfence.host.event.EventHistory;
import ringfence.host.event.LifecycleEvent;
import ringfence.host.event.OutputLine;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.link.LinkTable;
import ringfence.host.log.LogLine;
import ringfence.host.trace.Tracing;
import ringfence.host.watch.DenialLog;
import ringfence.host.watch.DroppedSpans;
import ringfence.host.watch.PoolStatus;
import ringfence.host.worker.BorrowedWorkers;
import ringfence.host.worker.Launchers;
import ringfence.host.worker.WorkerFactory;
import ringfence.host.worker.WorkerPool;
import ringfence.sandbox.launch.MachineProbe;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.policy.CompilerMissingException;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.policy.ProcessPolicy;
import ringfence.sandbox.policy.PolicyMapper;
import ringfence.sandbox.policy.SandboxLevel;
import ringfence.sandbox.policy.SandboxPlan;
import ringfence.sandbox.policy.WallMissingException;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.ServiceName;

/// All services of a host: creates, starts, closes and destroys them, and keeps the order that their imports
/// demand.
///
/// ```java
/// try (var services = ServicesManager.open(HostOptions.defaults())) {
///   services.create(ServiceDefinition.named("counter").code(code).build());
///   services.start("counter");
/// }
/// ```
/// Thread-safe. Commands block their caller until they are done, and are meant for virtual threads; the
/// limits of the definitions bound them. An interrupted caller gets [ErrorCode#INTERRUPTED] and the command
/// goes on.
public final class ServicesManager implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("ringfence.host");

  private final StepQueue steps;
  private final WorkerFactory workers;
  private final EventLog events;
  private final AuditLog audit;
  private final NodeTable nodes;
  private final MachineCapabilities machine;
  private final TypeStripper stripper;
  private final ClientTraffic clientTraffic = new ClientTraffic();
  private final OpenTelemetry telemetry;
  private final Tracing tracing;
  private final Inspections inspections;
  private final Diagnoses diagnoses;

  /// The host service that is being created, on the manager's thread.
  private @Nullable HostService hosting;

  private final AtomicBoolean closed = new AtomicBoolean();
  private final CompletableFuture<Void> gone = new CompletableFuture<>();

  ServicesManager(
      HostOptions options, MachineCapabilities machine, StepQueue steps, WorkerFactory workers) {
    this(options, machine, steps, workers, TypeStripper.Settings.usual());
  }

  /// @param typescript of the service that reads it
  ServicesManager(
      HostOptions options,
      MachineCapabilities machine,
      StepQueue steps,
      WorkerFactory workers,
      TypeStripper.Settings typescript) {
    this.machine = machine;
    this.telemetry = options.openTelemetry();
    this.tracing = new Tracing(telemetry);
    this.stripper =
        new TypeStripper(
            () ->
                new ServicesManager(
                    // What the host does for itself is in nobody's trace.
                    HostOptions.defaults().withOpenTelemetry(OpenTelemetry.noop()),
                    machine,
                    new ManagerThread(),
                    new BorrowedWorkers(workers)),
            steps,
            machine.walls() ? SandboxLevel.UNTRUSTED : SandboxLevel.CONSTRAINED,
            typescript);
    this.steps = steps;
    this.workers = workers;
    this.audit =
        options
            .auditFile()
            .map(file -> AuditLog.to(file, steps.clock()))
            .orElseGet(() -> AuditLog.none(steps.clock()));
    this.events =
        new EventLog(steps.clock(), options.eventsKept(), options.listenerPatience());
    this.nodes =
        new NodeTable(
            steps,
            options,
            definition -> container(options, definition),
            LinkTable::createRegion,
            new SecureRandom(),
            events);
    this.inspections = new Inspections(this::ask, nodes::node);
    this.diagnoses = new Diagnoses(this::ask, nodes::node);
  }

  /// Opens a manager without services. It has a thread of its own, one more for each
  /// listener, and no process before the first start but for [warm workers][HostOptions#warmWorkers()].
  public static ServicesManager open(HostOptions options) {
    MachineCapabilities machine =
        options
            .machine()
            .orElseGet(
                () -> options.workerImage().map(MachineProbe::detect).orElseGet(MachineProbe::detect));
    return new ServicesManager(
        options,
        machine,
        new ManagerThread(),
        WorkerPool.keeping(options.warmWorkers(), usualProcess(machine), options.workerImage(), new Launchers(machine)));
  }

  /// The process of a service that asks for nothing.
  private static ProcessPolicy usualProcess(MachineCapabilities machine) {
    return PolicyMapper.plan(SandboxLevel.CONSTRAINED, Permissions.NONE, Limits.DEFAULT, machine).process();
  }

  /// Who is told of requests, calls, events and fetches.
  public OpenTelemetry openTelemetry() {
    return telemetry;
  }

  /// The warm workers at this moment.
  public PoolStatus pool() {
    return workers.warm();
  }

  /// Adds a service. What it imports must exist. Of TypeScript the types are taken out first, which takes a second or more
  /// unless the text is known from before.
  ///
  /// @throws ServiceException if the name is taken, an import is missing, or a wall is that its policy needs
  /// @throws CodeRefusedException if a module is TypeScript that can't be made JavaScript of
  public void create(ServiceDefinition definition) {
    create(List.of(definition));
  }

  /// Adds services, which may import each other in any order: all of them, or none when one is refused.
  ///
  /// @throws ServiceException as [#create(ServiceDefinition)], and for a cycle of imports
  public void create(Collection<ServiceDefinition> definitions) {
    List<ServiceDefinition> all = definitions.stream().map(ServiceDefinition::located).map(this::readied).toList();
    Void _ =
        await(
            step(
                () -> {
                  nodes.create(all);
                  return done();
                }));
  }

  /// Adds a service of Java functions. It is started, closed and destroyed as any other.
  ///
  /// @throws ServiceException if the name is taken
  public void create(HostService service) {
    Void _ =
        await(
            step(
                () -> {
                  hosting = service;
                  try {
                    nodes.create(List.of(service.definition()));
                  } finally {
                    hosting = null;
                  }
                  return done();
                }));
  }

  /// Connects Java code to services, which exist. Returns when it is linked to those of them that run; it is linked to
  /// the others, and to later runs, as these come up.
  ///
  /// @return to be closed; [#close()] does so too
  /// @throws ServiceException with UNKNOWN_SERVICE
  public ServiceClient connect(String service, String... more) {
    Set<ServiceName> names = new LinkedHashSet<>();
    names.add(known(service));
    Stream.of(more).map(ServicesManager::known).forEach(names::add);
    ServiceClient.Listeners listeners = new ServiceClient.Listeners();
    JavaPeer peer = new JavaPeer("client", ServiceName.HOST, Map.of(), listeners, tracing);
    ClientEnd end = new ClientEnd(names, peer);
    ServiceClient[] client = new ServiceClient[1];
    client[0] =
        ServiceClient.of(
            peer,
            listeners,
            () -> {
              clientTraffic.retire(client[0]);
              boolean _ = steps.post(() -> nodes.disconnect(end));
            });
    clientTraffic.add(client[0]);
    try {
      Void _ = await(step(() -> nodes.connect(end)));
      return client[0];
    } catch (RuntimeException e) {
      client[0].close();
      throw e;
    }
  }

  /// Adds a child of a service. It imports its parent beside what it declares, closes before it, and never has a
  /// right that its parent lacks. It stays when its parent closes, and returns with it.
  ///
  /// @throws ServiceException as [#create(ServiceDefinition)], and with BEYOND_PARENT, naming each right too many
  public void create(String parent, ServiceDefinition definition) {
    ServiceName above = known(parent);
    ServiceDefinition child = readied(definition);
    Void _ =
        await(
            step(
                () -> {
                  nodes.createChild(above, child);
                  return done();
                }));
  }

  /// Starts a service, and before it all that it imports. Returns when it runs, at once if it does.
  ///
  /// @throws StartFailedException with the cause, if it or one that it imports fails to start
  public void start(String name) {
    start(name, Imports.START);
  }

  /// Starts a service, and says what shall become of the services that it imports. Returns when it runs.
  ///
  /// @throws StartFailedException with the cause, if it or one that it imports fails to start
  /// @throws ServiceException with IMPORT_NOT_RUNNING, if they were required to run and do not
  public void start(String name, Imports imports) {
    ServiceName service = known(name);
    Void _ = await(step(() -> nodes.start(service, imports)));
  }

  /// Wants services to run: each starts once all that it imports runs. Unlike [#start(String)] it starts none of these
  /// imports unless they are wanted too, and returns at once.
  ///
  /// @throws ServiceException with UNKNOWN_SERVICE, and then none is wanted
  public void want(Collection<String> names) {
    List<ServiceName> services = names.stream().map(ServicesManager::known).toList();
    Void _ =
        await(
            step(
                () -> {
                  nodes.want(services);
                  return done();
                }));
  }

  /// Closes a service and all that import it, and starts them again. Returns when the service itself runs; those
  /// that import it follow. Starts it if it does not run.
  ///
  /// @throws StartFailedException with the cause, if the new run fails to start
  public void restart(String name) {
    ServiceName service = known(name);
    Void _ = await(step(() -> nodes.restart(service)));
  }

  /// Puts a service in the place of the one with the same name: closes it and all that import it, swaps, and
  /// starts again what was to run. Returns when the new one runs, or has taken the place if it was not to run.
  ///
  /// A definition that is refused changes nothing. One that is accepted and then fails to start stays, as a
  /// service that failed.
  ///
  /// @throws ServiceException as [#create(ServiceDefinition)], with BEYOND_PARENT if it would have more rights than
  ///     its parent or fewer than a child, with BEING_REPLACED if the like is under way
  /// @throws StartFailedException with the cause, if the new one fails to start
  public void replace(ServiceDefinition definition) {
    ServiceDefinition ready = readied(definition.located());
    Void _ = await(step(() -> nodes.replace(ready)));
  }

  /// Starts all services, in the order of their imports and otherwise at the same time. Returns when all run
  /// or have failed.
  ///
  /// @throws StartFailedException the first in start order; others are suppressed in it
  public void startAll() {
    awaitAll(await(step(() -> CompletableFuture.completedFuture(nodes.startAll().values()))));
  }

  /// Closes a service, and before it all that import it. Returns when it is closed, at once if it is.
  ///
  /// @return why its run ended: it may have ended by itself meanwhile
  public ExitCause close(String name) {
    ServiceName service = known(name);
    return await(step(() -> nodes.close(service)));
  }

  /// Removes a closed service that no other imports. Its name is free then.
  ///
  /// @throws ServiceException if it is not closed, or imported
  public void destroy(String name) {
    ServiceName service = known(name);
    Void _ =
        await(
            step(
                () -> {
                  nodes.destroy(service);
                  return done();
                }));
  }

  /// Closes a service and all that import it, directly or not, and removes them. Returns when they are gone.
  public void destroyWithDependants(String name) {
    ServiceName service = known(name);
    Void _ = await(step(() -> nodes.destroyWithDependants(service)));
  }

  /// Lets a debugger into a service whose definition has `debug`: one at a time, that speaks the DevTools protocol over a
  /// WebSocket on loopback, as long as the service runs, and in its next runs too. While it holds the service, neither
  /// `limits.turn` nor `limits.start` ends it.
  ///
  /// @param port 0 takes a free one; of no account if the service has an inspector already
  /// @param fromStart whether from the next run on the code waits for a debugger, and stops before its first statement
  /// @return what a debugger connects to; whoever knows it runs code in the service
  /// @throws ServiceException with DEBUG_NOT_ALLOWED or PORT_NOT_OPENED
  public URI inspect(String name, int port, boolean fromStart) {
    return inspections.open(known(name), port, fromStart);
  }

  /// Lets no debugger in any more, and the one that is there go. Does nothing if none is let in.
  public void closeInspector(String name) {
    inspections.close(known(name));
  }

  /// Looks at what a running service does, about once a millisecond, and returns when the time is over. It needs no `debug`.
  ///
  /// @param time from 1 ms to two minutes
  /// @throws ServiceException with NOT_RUNNING, also if it ends meanwhile, or NOT_ANSWERED
  public CpuProfile profile(String name, Duration time) {
    return diagnoses.profile(known(name), time);
  }

  /// Sums the memory of a running service by kind. Its garbage is collected before, and it is held up while its heap is
  /// counted, some milliseconds for each 10 MiB. It needs no `debug`.
  ///
  /// @throws ServiceException with NOT_RUNNING or NOT_ANSWERED
  public ServiceMemory memory(String name) {
    return diagnoses.memory(known(name));
  }

  /// Evaluates code in a running service whose definition has `debug`, between its turns and as a turn of its own, to which
  /// `limits.turn` applies. The variables of the entry module are in sight, `await` is allowed, `_` is the last value, and what
  /// is declared stays as a property of `globalThis`.
  ///
  /// @param code at most 256 Ki characters
  /// @param timeout how long to wait for the value; the code goes on after it
  /// @throws ServiceException with DEBUG_NOT_ALLOWED, NOT_RUNNING or NOT_ANSWERED
  public Evaluation evaluate(String name, String code, Duration timeout) {
    return diagnoses.evaluate(known(name), code, timeout);
  }

  /// Waits until the run at hand has ended; returns at once if there is none.
  ///
  /// @return why the run at hand, or the last one, ended
  /// @throws ServiceException if it has never been started
  public ExitCause awaitClosed(String name) {
    ServiceName service = known(name);
    return await(step(() -> nodes.whenClosed(service)));
  }

  /// A service at this moment.
  public ServiceStatus status(String name) {
    ServiceName service = known(name);
    return ask(() -> nodes.status(service));
  }

  /// All services at one moment, in start order.
  public List<ServiceStatus> statuses() {
    return ask(nodes::statuses);
  }

  /// The last lines that the run at hand, or the last one, wrote, and the errors of it that nobody caught, as one line of
  /// level ERROR each: at most `limits.output` of them, 4 MiB together, each cut to 8 KiB.
  public List<OutputLine> output(String name) {
    ServiceName service = known(name);
    return ask(() -> nodes.output(service));
  }

  /// Adds a listener, which hears what happens from now on.
  ///
  /// @return closed to remove it; [#close()] does so too
  public Subscription addListener(ServiceListener listener) {
    return events.add(listener);
  }

  /// Adds a listener, which first hears the kept lifecycle events after one, and then what happens from now
  /// on: none twice, and of lifecycle events none missing. Texts and figures of the past are not kept as events.
  ///
  /// @param afterSequence number of the last event that is known already, of any kind; 0 for none
  /// @return as [#addListener(ServiceListener)]
  /// @throws ServiceException as [#eventsAfter]
  public Subscription addListener(ServiceListener listener, long afterSequence) {
    return events.add(listener, afterSequence);
  }

  /// The kept lifecycle events, and the services as they were before these. Can be asked of a closed manager.
  public EventHistory events() {
    return events.history();
  }

  /// The kept lifecycle events after one, for those who follow.
  ///
  /// @param sequence number of the last event that is known already, of any kind; 0 for none
  /// @throws ServiceException EVENTS_NOT_KEPT if some of them are not kept any more, or the last event of
  ///     this manager has a smaller number; then begin again from [#events()]
  public List<LifecycleEvent> eventsAfter(long sequence) {
    return events.after(sequence);
  }

  /// What services were denied, whether or not there is an audit file. Can be asked of a closed manager.
  public DenialLog denials() {
    return audit.denials();
  }

  /// What the clients of this manager, closed ones too, have called of each service; what services call of each other
  /// is told by [ringfence.host.event.ServiceEvent.LinkUse]. Can be asked of a closed manager.
  public Map<ServiceName, LinkFigures> clientTraffic() {
    return clientTraffic.figures();
  }

  /// The spans that services have told of and no trace shows. Can be asked of a closed manager.
  public List<DroppedSpans> droppedSpans() {
    return tracing.dropped();
  }

  /// Kills all workers at once, without asking them, and returns at once. For those who can't wait for [#close()],
  /// which is still needed. May be called from listeners.
  public void killNow() {
    stripper.killNow();
    boolean _ = steps.post(nodes::killAll);
  }

  /// Waits until a [#close()] that some thread has called or will call is done.
  public void awaitClosed() {
    gone.join();
  }

  /// Closes all services, those that are imported after those that import them and otherwise at the same time,
  /// and lets go of everything: no process, thread, descriptor or mapping is left. Later commands are refused.
  ///
  /// A second call, from another thread while the first is under way, kills what still lives. Both return when
  /// all is gone.
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      killNow();
      gone.join();
      return;
    }
    clientTraffic.clients().forEach(ServiceClient::close);
    try {
      stripper.close();
      CompletableFuture<Void> all = new CompletableFuture<>();
      boolean _ =
          steps.post(
              () -> {
                try {
                  var closing = nodes.closeAll().toArray(new CompletableFuture<?>[0]);
                  var _ = CompletableFuture.allOf(closing).thenAccept(all::complete);
                } catch (RuntimeException | Error e) {
                  all.completeExceptionally(e);
                }
              });
      Void _ = all.join();
    } finally {
      workers.close();
      steps.close();
      events.close();
      audit.close();
      gone.complete(null);
    }
  }

  /// The definition with JavaScript in it alone. What could not run here anyway is refused before it is read.
  private ServiceDefinition readied(ServiceDefinition definition) {
    if (!TypeStripper.concerns(definition)) {
      return definition;
    }
    SandboxPlan _ = plan(definition);
    return stripper.strip(definition);
  }

  private ServiceContainer container(HostOptions options, ServiceDefinition definition) {
    List<Limits.Excess> beyond = definition.limits().beyond(options.most());
    if (!beyond.isEmpty()) {
      Limits.Excess first = beyond.getFirst();
      throw new ServiceException(
          ErrorCode.OVER_HOST_LIMIT,
          "service \"%s\" asks for limits.%s of %s; this host gives at most %s"
              .formatted(definition.name(), first.key(), first.value(), first.bound()));
    }
    HostService hosted = hosting;
    SandboxPlan plan = plan(definition);
    if (!plan.process().walled()) {
      LOG.log(
          System.Logger.Level.WARNING,
          new LogLine("walls-missing")
              .with("service", definition.name())
              .with("policy", definition.policy())
              .with("missing", machine.missing())
              .toString());
    }
    return new ServiceContainer(
        definition,
        plan,
        steps,
        hosted != null && hosted.definition().equals(definition) ? HostWorker.factory(hosted, tracing) : workers,
        events,
        audit,
        tracing,
        this::readied);
  }

  private SandboxPlan plan(ServiceDefinition definition) {
    try {
      return PolicyMapper.plan(
          definition.policy(), definition.permissions(), definition.limits(), definition.jit(), definition.debug(), machine);
    } catch (WallMissingException e) {
      throw new ServiceException(
          ErrorCode.WALL_MISSING, "service \"" + definition.name() + "\": " + e.getMessage(), e);
    } catch (CompilerMissingException e) {
      throw new ServiceException(
          ErrorCode.COMPILER_MISSING, "service \"" + definition.name() + "\": " + e.getMessage(), e);
    }
  }

  /// Runs a command on the manager's thread, and gives what it promises.
  private <T> CompletableFuture<T> step(Supplier<CompletableFuture<T>> command) {
    CompletableFuture<T> result = new CompletableFuture<>();
    boolean posted =
        !closed.get()
            && steps.post(
                () -> {
                  // Again, because closing may have begun meanwhile.
                  if (closed.get()) {
                    result.completeExceptionally(managerClosed());
                    return;
                  }
                  try {
                    var _ = command.get().whenComplete((value, error) -> pass(value, error, result));
                  } catch (RuntimeException | Error e) {
                    result.completeExceptionally(e);
                  }
                });
    if (!posted) {
      result.completeExceptionally(managerClosed());
    }
    return result;
  }

  private <T> T ask(Supplier<T> question) {
    return await(step(() -> CompletableFuture.completedFuture(question.get())));
  }

  private static <T> void pass(T value, Throwable error, CompletableFuture<T> to) {
    if (error == null) {
      to.complete(value);
    } else {
      to.completeExceptionally(error);
    }
  }

  private static <T> T await(CompletableFuture<T> result) {
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(
          ErrorCode.INTERRUPTED, "the wait was interrupted; the command goes on", e);
    } catch (ExecutionException e) {
      throw rethrown(e.getCause() == null ? e : e.getCause());
    }
  }

  /// On the caller's thread: a failure keeps its type, and one that names its caller's stack.
  private static RuntimeException rethrown(Throwable failure) {
    return switch (failure) {
      case StartFailedException e -> new StartFailedException(e.service(), e.exitCause());
      case ServiceException e ->
          new ServiceException(e.code(), String.valueOf(e.getMessage()), e);
      default -> new IllegalStateException("the manager failed", failure);
    };
  }

  private static void awaitAll(Collection<CompletableFuture<Void>> results) {
    List<RuntimeException> failures = new ArrayList<>();
    for (CompletableFuture<Void> result : results) {
      try {
        Void _ = await(result);
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      RuntimeException first = failures.removeFirst();
      failures.forEach(first::addSuppressed);
      throw first;
    }
  }

  private static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }

  private static ServiceName known(String name) {
    return ServiceDefinition.serviceName(name);
  }

  private static ServiceException managerClosed() {
    return new ServiceException(ErrorCode.MANAGER_CLOSED, "the services manager is closed");
  }
}
