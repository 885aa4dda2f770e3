package ringfence.host.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import ringfence.host.ServiceDefinition;
import ringfence.sandbox.protocol.ServiceName;

/// What tells one state of a manifest from the next, and what follows from it. Pure.
///
/// @param added new ones, in start order
/// @param changed with their new definitions, in start order: so none is replaced before what it will import, and no
///     import cycle comes up on the way
/// @param removed those that are gone
/// @param others that are as they were and start again, because they import one of these, directly or not
/// @param wanted all that should run afterwards because of it: the added, the changed, the others, and what they import
record ManifestChange(
    List<ServiceDefinition> added,
    List<ServiceDefinition> changed,
    List<ServiceName> removed,
    List<ServiceName> others,
    List<ServiceName> wanted) {

  /// @param before by their names
  /// @param after in start order
  static ManifestChange between(Map<ServiceName, ServiceDefinition> before, List<ServiceDefinition> after) {
    List<ServiceDefinition> added = new ArrayList<>();
    List<ServiceDefinition> changed = new ArrayList<>();
    List<ServiceName> others = new ArrayList<>();
    Set<ServiceName> removed = new LinkedHashSet<>(before.keySet());
    Map<ServiceName, ServiceDefinition> moved = new LinkedHashMap<>();
    for (ServiceDefinition definition : after) {
      removed.remove(definition.name());
      ServiceDefinition old = before.get(definition.name());
      if (old == null) {
        added.add(definition);
      } else if (!old.equals(definition)) {
        changed.add(definition);
      } else if (definition.imports().stream().anyMatch(moved::containsKey)) {
        others.add(definition.name());
      } else {
        continue;
      }
      moved.put(definition.name(), definition);
    }
    Set<ServiceName> wanted = new LinkedHashSet<>(moved.keySet());
    for (ServiceDefinition definition : after.reversed()) {
      if (wanted.contains(definition.name())) {
        wanted.addAll(definition.imports());
      }
    }
    return new ManifestChange(added, changed, List.copyOf(removed), others, List.copyOf(wanted));
  }

  /// Such as `counter changed, clock is new; page starts again too`.
  String sentence() {
    List<String> parts = new ArrayList<>();
    changed.forEach(definition -> parts.add(definition.name() + " changed"));
    added.forEach(definition -> parts.add(definition.name() + " is new"));
    removed.forEach(name -> parts.add(name + " is gone"));
    String again = others.stream().map(ServiceName::toString).collect(Collectors.joining(", "));
    return String.join(", ", parts)
        + (again.isEmpty() ? "" : "; " + again + (others.size() == 1 ? " starts" : " start") + " again too");
  }
}
