package ringfence.host.event;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// All services as events tell of them, up to one event. Immutable.
///
/// Made by replay: the same events give an equal view.
///
/// @param sequence of the last event in it; 0 before the first
/// @param services in the order of their creation
public record ServicesView(long sequence, SequencedMap<ServiceName, ServiceView> services) {
  /// Before the first event.
  public static final ServicesView EMPTY = new ServicesView(0, new LinkedHashMap<>());

  public ServicesView {
    services = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(services));
  }

  /// A service, if it exists at this point.
  public Optional<ServiceView> service(ServiceName name) {
    return Optional.ofNullable(services.get(name));
  }

  /// This view and one event more. An event that is in it already changes nothing, so a listener may begin
  /// with a view that is ahead of it.
  ///
  /// @throws IllegalArgumentException if the event can't follow: its service is not here, or is here and
  ///     created again
  public ServicesView apply(ServiceEvent event) {
    return apply(List.of(event));
  }

  /// This view and events more, in one go: copies the services once.
  ///
  /// @throws IllegalArgumentException as [#apply(ServiceEvent)]
  public ServicesView apply(List<? extends ServiceEvent> events) {
    SequencedMap<ServiceName, ServiceView> changed = new LinkedHashMap<>(services);
    long last = sequence;
    for (ServiceEvent event : events) {
      if (event.sequence() > last) {
        last = event.sequence();
        if (event instanceof LifecycleEvent change) {
          change(changed, change);
        }
      }
    }
    return last == sequence ? this : new ServicesView(last, changed);
  }

  private static void change(
      SequencedMap<ServiceName, ServiceView> services, LifecycleEvent event) {
    ServiceName name = event.service();
    if (event instanceof ServiceEvent.Created created) {
      if (services.putIfAbsent(name, ServiceView.of(created)) != null) {
        throw unfit(event, "exists already");
      }
      return;
    }
    ServiceView before = services.get(name);
    if (before == null) {
      throw unfit(event, "does not exist");
    }
    Optional<ServiceView> after = after(before, event);
    if (after.isPresent()) {
      services.put(name, after.get());
    } else {
      services.remove(name);
    }
  }

  /// Empty when the service is gone.
  private static Optional<ServiceView> after(ServiceView before, LifecycleEvent event) {
    long run = event.incarnation();
    Optional<ExitCause> none = Optional.empty();
    return switch (event) {
      case ServiceEvent.Created _, ServiceEvent.DependencyLost _ -> Optional.of(before);
      case ServiceEvent.Starting _ -> Optional.of(before.in(ServiceState.STARTING, run, none));
      case ServiceEvent.Running _ -> Optional.of(before.in(ServiceState.RUNNING, run, none));
      case ServiceEvent.Closing e -> Optional.of(before.in(ServiceState.CLOSING, run, e.cause()));
      case ServiceEvent.Closed e ->
          Optional.of(before.in(ServiceState.CLOSED, run, Optional.of(e.cause())));
      case ServiceEvent.RestartScheduled e -> Optional.of(before.waiting(e));
      case ServiceEvent.Replaced e -> Optional.of(before.importing(e.imports()));
      case ServiceEvent.Destroyed _ -> Optional.empty();
    };
  }

  private static IllegalArgumentException unfit(LifecycleEvent event, String why) {
    return new IllegalArgumentException(
        "event %d (%s) can't follow: service \"%s\" %s"
            .formatted(
                event.sequence(), event.getClass().getSimpleName(), event.service(), why));
  }
}
