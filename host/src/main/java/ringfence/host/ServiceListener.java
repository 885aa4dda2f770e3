package ringfence.host;

import ringfence.host.event.ServiceEvent;

/// Hears what happens to services, in the order of the events' numbers, on a thread of its own: a slow
/// listener delays no other. No lock is held, and commands of the manager may be called from here, but
/// `close()` of the manager.
///
/// **Slow listeners.** About 8 MiB of text wait for a slow listener. When that is used up, a service that
/// writes more is slowed down, as by a full pipe, for at most [HostOptions#listenerPatience()]; then, and
/// whenever the service is closing, its lines and uncaught errors are dropped for that listener, and
/// [ServiceEvent.OutputDropped] says how many. [ServiceEvent.ResourceUse] is dropped at once and not counted.
/// Lifecycle events are never dropped and never wait.
///
/// **Throwing listeners.** What a listener throws is logged; later events, and other listeners, go on.
@FunctionalInterface
public interface ServiceListener {

  /// Something happened.
  void event(ServiceEvent event);
}
