package ringfence.host.event;

import java.util.List;

/// The lifecycle events that a manager keeps, and the services as they were before the first of them.
///
/// @param before where the events that are no longer kept led to; its sequence is the last number of these
/// @param events in order, all after `before`
public record EventHistory(ServicesView before, List<LifecycleEvent> events) {
  public EventHistory {
    events = List.copyOf(events);
  }

  /// The services after the last event.
  public ServicesView replay() {
    return before.apply(events);
  }

  /// The number of the last event in it: who follows from here on misses none and hears none twice.
  public long sequence() {
    return events.isEmpty() ? before.sequence() : events.getLast().sequence();
  }
}
