package ringfence.host;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ringfence.host.trace.Tracing;
import ringfence.sandbox.policy.SandboxLevel;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.value.ServiceValue;

/// A service whose exports are Java functions, which run in the host: services import what the host offers.
///
/// ```java
/// HostService clock = HostService.named("clock").exports("now", call -> Instant.now()).build();
/// services.create(clock);
/// services.create(ServiceDefinition.named("page").imports("clock").code(code).build());
/// ```
/// It has a node as any service, and is started, closed and linked as one; it needs no process. Whoever imports it
/// is untrusted: check arguments as you would those of a request from outside.
public final class HostService {
  /// Names that a handle of an import has itself.
  private static final Set<String> RESERVED =
      Set.of("on", "once", "off", "events", "state", "then", "catch", "finally", "constructor");

  private final ServiceDefinition definition;
  private final Map<String, HostFunction> functions;

  /// The run at hand.
  private volatile @Nullable JavaPeer peer;

  private HostService(ServiceDefinition definition, Map<String, HostFunction> functions) {
    this.definition = definition;
    this.functions = Map.copyOf(functions);
  }

  /// Begins a host service.
  ///
  /// @throws ServiceException with INVALID_DEFINITION, if the name is not valid
  public static Builder named(String name) {
    return new Builder(ServiceDefinition.serviceName(name));
  }

  /// The name by which others import it.
  public ServiceName name() {
    return definition.name();
  }

  /// Sends an event to all that import it, and waits until those that chose to block are not too far behind.
  ///
  /// @return false if an importer loses it, which that one is told, or the service does not run
  /// @throws ServiceException with INTERRUPTED; the event is under way then
  public boolean emit(String event, Object... arguments) {
    if (Set.of("gap", "state", "disconnect").contains(event)) {
      throw new IllegalArgumentException('"' + event + "\" is an event of the import itself; choose another name");
    }
    List<ServiceValue> values = Stream.of(arguments).map(ServiceValue::of).toList();
    JavaPeer running = peer;
    if (running == null) {
      return false;
    }
    CompletableFuture<Boolean> done = running.serving().emit(event, values);
    try {
      return done.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServiceException(ErrorCode.INTERRUPTED, "the wait for slow importers was interrupted", e);
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }

  /// What stands for it in the graph; its code is never sent anywhere.
  ServiceDefinition definition() {
    return definition;
  }

  /// Begins a run.
  JavaPeer open(JavaPeer.EventListener events, Tracing tracing) {
    JavaPeer opened = new JavaPeer(definition.name().value(), definition.name(), functions, events, tracing);
    peer = opened;
    return opened;
  }

  void closed(JavaPeer run) {
    if (peer == run) {
      peer = null;
    }
  }

  /// Gathers the parts of a host service. Not thread-safe.
  public static final class Builder {
    private final ServiceName name;
    private final SequencedMap<String, HostFunction> functions = new LinkedHashMap<>();

    private Builder(ServiceName name) {
      this.name = name;
    }

    /// One more function that importers can call.
    ///
    /// @throws IllegalArgumentException if the name is taken, or one that handles of imports have
    public Builder exports(String function, HostFunction code) {
      if (RESERVED.contains(function)) {
        throw new IllegalArgumentException(
            "a service may not export \"" + function + "\": importers use that name of the handle; choose another");
      }
      if (functions.putIfAbsent(function, code) != null) {
        throw new IllegalArgumentException("function \"" + function + "\" is given twice");
      }
      return this;
    }

    /// Makes the service.
    public HostService build() {
      ServiceDefinition definition =
          ServiceDefinition.named(name.value())
              .code("// " + name + " is Java code of the host.")
              .policy(SandboxLevel.TRUSTED)
              .build();
      return new HostService(definition, functions);
    }
  }
}
