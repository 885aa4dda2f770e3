package ringfence.host;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import ringfence.host.graph.DependencyGraph;
import ringfence.host.graph.ImportCycleException;
import ringfence.host.graph.UnknownImportException;
import ringfence.sandbox.protocol.ServiceName;

/// What a definition must keep to with regard to the services that are there. Changes nothing.
final class Admission {
  private final Nodes nodes;

  Admission(Nodes nodes) {
    this.nodes = nodes;
  }

  /// Refuses imports that won't stay as long as their importer, and a child with more rights than its parent.
  ///
  /// @throws ServiceException with BEYOND_PARENT or BEING_DESTROYED
  void check(ServiceDefinition definition, Optional<Origin> origin) {
    for (ServiceName name : definition.imports()) {
      // One that is added in the same command is not there yet.
      if (nodes.holds(name)) {
        checkImport(definition, nodes.node(name), origin);
      }
    }
    origin.ifPresent(
        o -> {
          ServiceDefinition parent = nodes.node(o.parent()).definition();
          Rights.check(parent, definition, reachable(parent));
        });
  }

  /// Refuses a definition that would have less rights than a child of it has already.
  void checkChildren(ServiceDefinition definition) {
    for (ServiceNode child : nodes.children(definition.name())) {
      Rights.check(definition, child.definition(), reachable(definition));
    }
  }

  /// @throws ServiceException with BEING_DESTROYED
  static void checkStays(ServiceNode node) {
    if (node.doomed()) {
      throw new ServiceException(
          ErrorCode.BEING_DESTROYED, "service \"" + node.name() + "\" is being destroyed");
    }
  }

  /// Makes a graph, or says in the manager's words why there is none.
  ///
  /// @throws ServiceException with UNKNOWN_IMPORT or IMPORT_CYCLE
  static DependencyGraph ordered(Supplier<DependencyGraph> change) {
    try {
      return change.get();
    } catch (UnknownImportException e) {
      throw new ServiceException(ErrorCode.UNKNOWN_IMPORT, String.valueOf(e.getMessage()), e);
    } catch (ImportCycleException e) {
      throw new ServiceException(ErrorCode.IMPORT_CYCLE, String.valueOf(e.getMessage()), e);
    }
  }

  private void checkImport(
      ServiceDefinition definition, ServiceNode imported, Optional<Origin> origin) {
    checkStays(imported);
    Optional<ServiceController> owner = imported.origin().flatMap(Origin::owner);
    if (owner.isPresent() && !origin.flatMap(Origin::owner).equals(owner) && !descends(origin, owner)) {
      throw new ServiceException(
          ErrorCode.BEYOND_PARENT,
          "service \"%s\" imports \"%s\", which a run of \"%s\" created and which ends with that run; only what descends from that run may import it"
              .formatted(definition.name(), imported.name(), owner.orElseThrow().name()));
    }
  }

  private boolean descends(Optional<Origin> origin, Optional<ServiceController> owner) {
    return origin.stream()
        .flatMap(o -> nodes.lineage(nodes.node(o.parent())))
        .anyMatch(above -> above.origin().flatMap(Origin::owner).equals(owner));
  }

  private Set<ServiceName> reachable(ServiceDefinition parent) {
    Set<ServiceName> names = new LinkedHashSet<>(parent.imports());
    names.add(parent.name());
    nodes.descendants(parent.name()).map(ServiceNode::name).forEach(names::add);
    return names;
  }
}
