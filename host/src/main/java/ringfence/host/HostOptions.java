package ringfence.host;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import ringfence.sandbox.launch.WorkerImage;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.policy.MachineCapabilities;

/// What a host has and gives. Immutable; each `with` method makes another one.
///
/// @param workerImage what workers are made of; if empty, `WorkerImage.locate()` seeks it at the first start
/// @param machine what this machine can enforce; if empty, it is tried out when a manager is opened
/// @param environment where the values of granted variables come from, asked at each start
/// @param most the largest limits that a definition may ask for
/// @param mostServices how many services there may be
/// @param listenerPatience how long a service that writes more than listeners take is slowed down before
///     its lines are dropped; see [ServiceListener]
/// @param eventsKept how many lifecycle events [ServicesManager#events()] gives; older ones are folded together
/// @param auditFile where each decision about a service's wishes is appended, one JSON object a line
/// @param warmWorkers how many workers are kept launched, warmed up and sealed for the services that start next, 0 to
///     256; each takes the memory of an idle worker, and a service that gets one runs some milliseconds after its
///     start. They are launched in the background, for the policies and heaps of the last starts
/// @param openTelemetry who is told of requests, calls, events and fetches; see `docs/watching.md`
public record HostOptions(
    Optional<WorkerImage> workerImage,
    Optional<MachineCapabilities> machine,
    Function<String, Optional<String>> environment,
    Limits most,
    int mostServices,
    Duration listenerPatience,
    int eventsKept,
    Optional<Path> auditFile,
    int warmWorkers,
    OpenTelemetry openTelemetry) {

  private static final long GIB = 1L << 30;
  private static final int MOST_WARM_WORKERS = 256;

  /// @throws IllegalArgumentException if `eventsKept` is negative, or `warmWorkers` out of its range
  public HostOptions {
    if (eventsKept < 0) {
      throw new IllegalArgumentException("eventsKept is " + eventsKept + "; it can't be negative");
    }
    if (warmWorkers < 0 || warmWorkers > MOST_WARM_WORKERS) {
      throw new IllegalArgumentException(
          "warmWorkers is " + warmWorkers + "; it must be from 0 to " + MOST_WARM_WORKERS);
    }
  }

  /// This JVM's environment, at most 4 GiB heap a service and of all else [Limits#MOST], 1000 services, 5 s of patience, 10 000 events, no warm workers, and
  /// the `GlobalOpenTelemetry` if there is one at this moment.
  public static HostOptions defaults() {
    return new HostOptions(
        Optional.empty(),
        Optional.empty(),
        name -> Optional.ofNullable(System.getenv(name)),
        Limits.MOST.withHeapBytes(4 * GIB),
        1000,
        Duration.ofSeconds(5),
        10_000,
        Optional.empty(),
        0,
        GlobalOpenTelemetry.getOrNoop());
  }

  /// Makes workers of this, instead of what is found at the first start.
  public HostOptions withWorkerImage(WorkerImage image) {
    return with(draft -> draft.workerImage = Optional.of(image));
  }

  /// Takes this for what the machine can enforce, instead of trying it out.
  public HostOptions withMachine(MachineCapabilities capabilities) {
    return with(draft -> draft.machine = Optional.of(capabilities));
  }

  /// Takes the values of granted variables from here, instead of this JVM's environment. Asked on the manager's thread.
  public HostOptions withEnvironment(Function<String, Optional<String>> source) {
    return with(draft -> draft.environment = source);
  }

  /// Bounds what definitions may ask for.
  public HostOptions withMost(Limits bounds) {
    return with(draft -> draft.most = bounds);
  }

  /// Bounds how many services there may be.
  public HostOptions withMostServices(int services) {
    return with(draft -> draft.mostServices = services);
  }

  /// Slows services down that long for listeners, before these miss lines; zero never does.
  public HostOptions withListenerPatience(Duration patience) {
    return with(draft -> draft.listenerPatience = patience);
  }

  /// Keeps that many lifecycle events.
  ///
  /// @param events from 0
  public HostOptions withEventsKept(int events) {
    return with(draft -> draft.eventsKept = events);
  }

  /// Appends decisions to this file; its folder must exist when a manager is opened.
  public HostOptions withAuditFile(Path file) {
    return with(draft -> draft.auditFile = Optional.of(file));
  }

  /// Keeps that many workers warm.
  ///
  /// @param workers from 0 to 256
  public HostOptions withWarmWorkers(int workers) {
    return with(draft -> draft.warmWorkers = workers);
  }

  /// Tells this one of requests, calls, events and fetches.
  public HostOptions withOpenTelemetry(OpenTelemetry telemetry) {
    return with(draft -> draft.openTelemetry = telemetry);
  }

  private HostOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.finished();
  }

  /// The same parts, while one of them is changed.
  private static final class Draft {
    private Optional<WorkerImage> workerImage;
    private Optional<MachineCapabilities> machine;
    private Function<String, Optional<String>> environment;
    private Limits most;
    private int mostServices;
    private Duration listenerPatience;
    private int eventsKept;
    private Optional<Path> auditFile;
    private int warmWorkers;
    private OpenTelemetry openTelemetry;

    private Draft(HostOptions of) {
      workerImage = of.workerImage;
      machine = of.machine;
      environment = of.environment;
      most = of.most;
      mostServices = of.mostServices;
      listenerPatience = of.listenerPatience;
      eventsKept = of.eventsKept;
      auditFile = of.auditFile;
      warmWorkers = of.warmWorkers;
      openTelemetry = of.openTelemetry;
    }

    private HostOptions finished() {
      return new HostOptions(
          workerImage,
          machine,
          environment,
          most,
          mostServices,
          listenerPatience,
          eventsKept,
          auditFile,
          warmWorkers,
          openTelemetry);
    }
  }
}
