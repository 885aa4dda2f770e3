package ringfence.host;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import ringfence.sandbox.launch.WorkerImage;
import ringfence.sandbox.policy.MachineCapabilities;

/// What a host has and gives. Immutable; each `with` method makes another one.
///
/// @param workerImage what workers are made of; if empty, `WorkerImage.locate()` seeks it at the first start
/// @param machine what this machine can enforce; if empty, it is tried out when a manager is opened
/// @param environment where the values of granted variables come from, asked at each start
/// @param mostHeapBytes the largest `limits.heap` that a definition may ask for
/// @param mostServices how many services there may be
/// @param listenerPatience how long a service that writes more than listeners take is slowed down before
///     its lines are dropped; see [ServiceListener]
/// @param eventsKept how many lifecycle events [ServicesManager#events()] gives; older ones are folded together
public record HostOptions(
    Optional<WorkerImage> workerImage,
    Optional<MachineCapabilities> machine,
    Function<String, Optional<String>> environment,
    long mostHeapBytes,
    int mostServices,
    Duration listenerPatience,
    int eventsKept) {

  private static final long GIB = 1L << 30;

  public HostOptions {
    if (eventsKept < 0) {
      throw new IllegalArgumentException("eventsKept is " + eventsKept + "; it can't be negative");
    }
  }

  /// This JVM's environment, at most 4 GiB heap a service, 1000 services, 5 s of patience, 10 000 events.
  public static HostOptions defaults() {
    return new HostOptions(
        Optional.empty(),
        Optional.empty(),
        name -> Optional.ofNullable(System.getenv(name)),
        4 * GIB,
        1000,
        Duration.ofSeconds(5),
        10_000);
  }

  public HostOptions withWorkerImage(WorkerImage image) {
    return new HostOptions(
        Optional.of(image),
        machine,
        environment,
        mostHeapBytes,
        mostServices,
        listenerPatience,
        eventsKept);
  }

  /// Takes this for what the machine can enforce, instead of trying it out.
  public HostOptions withMachine(MachineCapabilities capabilities) {
    return new HostOptions(
        workerImage,
        Optional.of(capabilities),
        environment,
        mostHeapBytes,
        mostServices,
        listenerPatience,
        eventsKept);
  }

  public HostOptions withEnvironment(Function<String, Optional<String>> source) {
    return new HostOptions(
        workerImage,
        machine,
        source,
        mostHeapBytes,
        mostServices,
        listenerPatience,
        eventsKept);
  }

  public HostOptions withMostHeapBytes(long bytes) {
    return new HostOptions(
        workerImage,
        machine,
        environment,
        bytes,
        mostServices,
        listenerPatience,
        eventsKept);
  }

  public HostOptions withMostServices(int services) {
    return new HostOptions(
        workerImage,
        machine,
        environment,
        mostHeapBytes,
        services,
        listenerPatience,
        eventsKept);
  }

  public HostOptions withListenerPatience(Duration patience) {
    return new HostOptions(
        workerImage,
        machine,
        environment,
        mostHeapBytes,
        mostServices,
        patience,
        eventsKept);
  }

  public HostOptions withEventsKept(int events) {
    return new HostOptions(
        workerImage,
        machine,
        environment,
        mostHeapBytes,
        mostServices,
        listenerPatience,
        events);
  }
}
