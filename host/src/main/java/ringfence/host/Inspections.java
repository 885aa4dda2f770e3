package ringfence.host;

import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import ringfence.host.inspect.Inspector;
import ringfence.host.inspect.InspectorServer;
import ringfence.sandbox.protocol.ServiceName;

/// Lets debuggers in, where a definition allows it. Thread-safe: ports are opened on the caller's thread, and services
/// asked on the manager's.
final class Inspections {
  private final Asking manager;
  private final Function<ServiceName, ServiceNode> nodes;

  /// Asks on the manager's thread, and waits for the answer or throws what it throws.
  @FunctionalInterface
  interface Asking {
    <T> T ask(Supplier<T> question);
  }

  /// The way into one service, through all its runs.
  record Inspection(Inspector inspector, InspectorServer server) {}

  /// @param nodes asked on the manager's thread; throws for an unknown name
  Inspections(Asking manager, Function<ServiceName, ServiceNode> nodes) {
    this.manager = manager;
    this.nodes = nodes;
  }

  /// As [ServicesManager#inspect].
  URI open(ServiceName service, int port, boolean fromStart) {
    Optional<Inspection> known =
        manager.ask(
            () -> {
              Optional<Inspection> there = place(service).inspection();
              there.filter(_ -> fromStart).ifPresent(inspection -> inspection.inspector().waitFromStart());
              return there;
            });
    if (known.isPresent()) {
      return known.get().server().uri();
    }
    Inspector inspector = new Inspector();
    if (fromStart) {
      inspector.waitFromStart();
    }
    InspectorServer server;
    try {
      server = InspectorServer.open(port, inspector);
    } catch (IOException e) {
      throw new ServiceException(
          ErrorCode.PORT_NOT_OPENED, "service \"" + service + "\" can't be inspected: " + e.getMessage(), e);
    }
    try {
      boolean first =
          manager.ask(() -> place(service).letIn(new Inspection(inspector, server)));
      if (!first) {
        server.close();
        return open(service, port, fromStart);
      }
      return server.uri();
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /// As [ServicesManager#closeInspector].
  void close(ServiceName service) {
    Optional<Inspection> ended = manager.ask(() -> nodes.apply(service).container().letNobodyIn());
    ended.ifPresent(inspection -> inspection.server().close());
  }

  private ServiceContainer place(ServiceName service) {
    ServiceNode node = nodes.apply(service);
    if (!node.definition().debug()) {
      throw new ServiceException(
          ErrorCode.DEBUG_NOT_ALLOWED,
          "service \"" + service + "\" lets no debugger in; write debug: true in its definition");
    }
    return node.container();
  }
}
