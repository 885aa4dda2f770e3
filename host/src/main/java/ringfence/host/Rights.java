package ringfence.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import ringfence.sandbox.protocol.ServiceName;

/// What a child may have: never more than its parent. Pure.
final class Rights {
  private Rights() {}

  /// Refuses a child that would have a right which its parent lacks.
  ///
  /// @param reachable what the parent may talk to: itself, its imports, and what descends from it
  /// @throws ServiceException with BEYOND_PARENT, naming every such right with both values
  static void check(
      ServiceDefinition parent, ServiceDefinition child, Set<ServiceName> reachable) {
    List<String> beyond = new ArrayList<>();
    if (child.policy().compareTo(parent.policy()) < 0) {
      beyond.add("policy " + lower(child) + " (the parent has " + lower(parent) + ")");
    }
    Set<String> variables = new TreeSet<>(child.permissions().environment());
    variables.removeAll(parent.permissions().environment());
    if (!variables.isEmpty()) {
      beyond.add("permissions.env " + variables);
    }
    if (child.permissions().eval() && !parent.permissions().eval()) {
      beyond.add("permissions.eval");
    }
    if (child.permissions().preciseClock() && !parent.permissions().preciseClock()) {
      beyond.add("permissions.hrtime");
    }
    more(beyond, "permissions.create", child.permissions().children(), parent.permissions().children());
    more(beyond, "limits.heap", child.limits().heapBytes(), parent.limits().heapBytes());
    more(
        beyond,
        "limits.turn",
        child.limits().turn().toMillis(),
        parent.limits().turn().toMillis());
    more(beyond, "limits.output", child.limits().outputLines(), parent.limits().outputLines());
    List<ServiceName> unreachable =
        child.imports().stream().filter(name -> !reachable.contains(name)).toList();
    if (!unreachable.isEmpty()) {
      beyond.add("imports " + unreachable);
    }
    if (!beyond.isEmpty()) {
      throw new ServiceException(
          ErrorCode.BEYOND_PARENT,
          "service \"%s\" may not have what its parent \"%s\" lacks: %s; grant it to \"%s\" too, or leave it out"
              .formatted(child.name(), parent.name(), String.join(", ", beyond), parent.name()));
    }
  }

  private static void more(List<String> beyond, String key, long child, long parent) {
    if (child > parent) {
      beyond.add(key + " " + child + " (the parent has " + parent + ")");
    }
  }

  private static String lower(ServiceDefinition definition) {
    return definition.policy().name().toLowerCase(java.util.Locale.ROOT);
  }
}
