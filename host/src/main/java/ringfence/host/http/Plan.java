package ringfence.host.http;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import ringfence.host.ServiceStatus;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// Whom a command concerns, in the order in which it does.
///
/// @param starts what will run that does not run now, or again
record Plan(List<ServiceName> closes, List<ServiceName> starts, List<ServiceName> destroys) {
  /// A command that may concern more than the service that it names.
  enum Act {
    START,
    CLOSE,
    RESTART,
    DESTROY;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Works out what a command would do.
  ///
  /// @param startOrder all services, each after what it imports
  static Plan of(Act act, ServiceName name, List<ServiceStatus> startOrder) {
    List<ServiceStatus> closeOrder = startOrder.reversed();
    Set<ServiceName> above = reached(name, ServiceStatus::imports, closeOrder);
    Set<ServiceName> below = reached(name, ServiceStatus::dependants, startOrder);
    List<ServiceName> closes = names(closeOrder, below, Plan::lives);
    return switch (act) {
      case START -> new Plan(List.of(), names(startOrder, above, status -> !lives(status)), List.of());
      case CLOSE -> new Plan(closes, List.of(), List.of());
      case RESTART -> {
        Set<ServiceName> again = new LinkedHashSet<>(above);
        again.addAll(names(closeOrder, below, ServiceStatus::wanted));
        yield new Plan(
            closes,
            names(startOrder, again, status -> !lives(status) || closes.contains(status.name())),
            List.of());
      }
      case DESTROY -> new Plan(closes, List.of(), names(closeOrder, below, _ -> true));
    };
  }

  /// A service and all that it leads to.
  ///
  /// @param order in which each comes before what it leads to
  private static Set<ServiceName> reached(
      ServiceName from, Function<ServiceStatus, List<ServiceName>> next, List<ServiceStatus> order) {
    Set<ServiceName> reached = new LinkedHashSet<>(List.of(from));
    for (ServiceStatus status : order) {
      if (reached.contains(status.name())) {
        reached.addAll(next.apply(status));
      }
    }
    return reached;
  }

  private static List<ServiceName> names(
      List<ServiceStatus> order, Set<ServiceName> among, Predicate<ServiceStatus> wanted) {
    List<ServiceName> names = new ArrayList<>();
    for (ServiceStatus status : order) {
      if (among.contains(status.name()) && wanted.test(status)) {
        names.add(status.name());
      }
    }
    return names;
  }

  private static boolean lives(ServiceStatus status) {
    return status.state() != ServiceState.CLOSED;
  }
}
