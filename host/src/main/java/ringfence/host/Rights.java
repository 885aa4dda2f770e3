package ringfence.host;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.protocol.ServiceName;

/// What a child may have: never more than its parent. Pure.
final class Rights {
  private static final Set<String> OWN_PHASES = Set.of("start", "close", "call");

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
    if (parent.jit() == Jit.OFF && child.jit() != Jit.OFF) {
      beyond.add("jit " + child.jit().word() + " (the parent has off)");
    }
    if (child.debug() && !parent.debug()) {
      beyond.add("debug");
    }
    parent.permissions().beyond(child.permissions()).forEach(what -> beyond.add("permissions." + what));
    for (Limits.Excess excess : child.limits().beyond(parent.limits())) {
      // How long a child's own phases may take costs its parent nothing.
      if (!OWN_PHASES.contains(excess.key())) {
        beyond.add("limits.%s %s (the parent has %s)".formatted(excess.key(), excess.value(), excess.bound()));
      }
    }
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

  private static String lower(ServiceDefinition definition) {
    return definition.policy().name().toLowerCase(java.util.Locale.ROOT);
  }
}
