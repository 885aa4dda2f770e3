package ringfence.host.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.ServiceName;

/// Which service imports which. Immutable, free of cycles, and every import is in it.
///
/// ```
///   page ---imports---> counter          start order   counter, page
///                                        close order   page, counter
/// ```
/// Orders are total and repeatable: among services that could come next, the one that was added first does.
public final class DependencyGraph {
  private static final DependencyGraph EMPTY = new DependencyGraph(new LinkedHashMap<>());

  private final SequencedMap<ServiceName, SequencedSet<ServiceName>> imports;
  private final Map<ServiceName, SequencedSet<ServiceName>> dependants = new HashMap<>();
  private final List<ServiceName> startOrder;
  private final Map<ServiceName, Integer> positions = new HashMap<>();

  private DependencyGraph(SequencedMap<ServiceName, SequencedSet<ServiceName>> imports) {
    this.imports = imports;
    imports.keySet().forEach(name -> dependants.put(name, new LinkedHashSet<>()));
    imports.forEach(
        (importer, imported) -> {
          for (ServiceName name : imported) {
            SequencedSet<ServiceName> importers = dependants.get(name);
            if (importers == null) {
              throw new UnknownImportException(importer, name);
            }
            importers.add(importer);
          }
        });
    startOrder = List.copyOf(order());
    startOrder.forEach(name -> positions.put(name, positions.size()));
  }

  public static DependencyGraph empty() {
    return EMPTY;
  }

  /// This graph and more services, which may import each other in any order.
  ///
  /// @throws UnknownImportException if one imports what is neither here nor among them
  /// @throws ImportCycleException if they close a circle
  /// @throws IllegalArgumentException if one of the names is taken
  public DependencyGraph plus(
      SequencedMap<ServiceName, ? extends Collection<ServiceName>> additions) {
    SequencedMap<ServiceName, SequencedSet<ServiceName>> all = new LinkedHashMap<>(imports);
    additions.forEach(
        (name, imported) -> {
          if (all.put(name, new LinkedHashSet<>(imported)) != null) {
            throw new IllegalArgumentException("the graph holds \"" + name + "\" already");
          }
        });
    return new DependencyGraph(all);
  }

  /// This graph with other imports of one of its services, which keeps its place among equals.
  ///
  /// @throws UnknownImportException if it would import what is not here
  /// @throws ImportCycleException if a circle closes
  public DependencyGraph with(ServiceName name, Collection<ServiceName> imported) {
    SequencedSet<ServiceName> _ = known(imports.get(name), name);
    SequencedMap<ServiceName, SequencedSet<ServiceName>> all = new LinkedHashMap<>(imports);
    all.put(name, new LinkedHashSet<>(imported));
    return new DependencyGraph(all);
  }

  /// This graph without a service.
  ///
  /// @throws IllegalArgumentException if another service imports it
  public DependencyGraph minus(ServiceName name) {
    if (!dependants(name).isEmpty()) {
      throw new IllegalArgumentException(dependants(name) + " import \"" + name + "\"");
    }
    SequencedMap<ServiceName, SequencedSet<ServiceName>> rest = new LinkedHashMap<>(imports);
    rest.remove(name);
    return new DependencyGraph(rest);
  }

  public boolean contains(ServiceName name) {
    return imports.containsKey(name);
  }

  /// What a service imports itself, in the order in which it was declared.
  public SequencedSet<ServiceName> imports(ServiceName name) {
    return Collections.unmodifiableSequencedSet(known(imports.get(name), name));
  }

  /// Who imports a service itself.
  public SequencedSet<ServiceName> dependants(ServiceName name) {
    return Collections.unmodifiableSequencedSet(known(dependants.get(name), name));
  }

  /// All services, each after all that it imports.
  public List<ServiceName> startOrder() {
    return startOrder;
  }

  /// A service and all that it imports, directly or not, in start order: it comes last.
  public List<ServiceName> startOrder(ServiceName name) {
    return reach(name, imports).stream().sorted(inStartOrder()).toList();
  }

  /// All services, each before all that it imports.
  public List<ServiceName> closeOrder() {
    return startOrder.reversed();
  }

  /// All services that import a service, directly or not, in close order: without the service itself.
  public List<ServiceName> dependantsInCloseOrder(ServiceName name) {
    return reach(name, dependants).stream()
        .filter(n -> !n.equals(name))
        .sorted(inStartOrder().reversed())
        .toList();
  }

  private Comparator<ServiceName> inStartOrder() {
    return Comparator.comparing(name -> known(positions.get(name), name));
  }

  private static Set<ServiceName> reach(
      ServiceName from, Map<ServiceName, SequencedSet<ServiceName>> edges) {
    Set<ServiceName> reached = new LinkedHashSet<>(List.of(from));
    Queue<ServiceName> open = new ArrayDeque<>(reached);
    for (ServiceName name = open.poll(); name != null; name = open.poll()) {
      for (ServiceName next : known(edges.get(name), name)) {
        if (reached.add(next)) {
          open.add(next);
        }
      }
    }
    return reached;
  }

  /// Kahn's algorithm: takes a service when all that it imports is taken. What can't be taken is, or
  /// imports, a circle.
  private List<ServiceName> order() {
    Map<ServiceName, Integer> missing = new HashMap<>();
    Queue<ServiceName> ready = new ArrayDeque<>();
    imports.forEach(
        (name, imported) -> {
          missing.put(name, imported.size());
          if (imported.isEmpty()) {
            ready.add(name);
          }
        });
    List<ServiceName> order = new ArrayList<>();
    for (ServiceName name = ready.poll(); name != null; name = ready.poll()) {
      order.add(name);
      for (ServiceName importer : dependants(name)) {
        if (missing.merge(importer, -1, Integer::sum) == 0) {
          ready.add(importer);
        }
      }
    }
    if (order.size() < imports.size()) {
      throw new ImportCycleException(circle(Set.copyOf(order)));
    }
    return order;
  }

  /// Follows imports that could not be ordered until a service comes a second time.
  private List<ServiceName> circle(Set<ServiceName> ordered) {
    SequencedSet<ServiceName> path = new LinkedHashSet<>();
    ServiceName at = first(imports.keySet().stream(), ordered);
    while (path.add(at)) {
      at = first(imports(at).stream(), ordered);
    }
    ServiceName start = at;
    return Stream.concat(path.stream().dropWhile(name -> !name.equals(start)), Stream.of(start))
        .toList();
  }

  private static ServiceName first(Stream<ServiceName> names, Set<ServiceName> ordered) {
    return names.filter(name -> !ordered.contains(name)).findFirst().orElseThrow();
  }

  private static <V> V known(@Nullable V value, ServiceName name) {
    if (value == null) {
      throw new IllegalArgumentException("the graph does not hold \"" + name + "\"");
    }
    return value;
  }
}
