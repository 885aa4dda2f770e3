package ringfence.host.event;

/// An event that changes what is known of a service. Never dropped; kept and replayed.
public sealed interface LifecycleEvent extends ServiceEvent
    permits ServiceEvent.Created,
        ServiceEvent.Starting,
        ServiceEvent.Running,
        ServiceEvent.DependencyLost,
        ServiceEvent.Closing,
        ServiceEvent.Closed,
        ServiceEvent.RestartScheduled,
        ServiceEvent.Replaced,
        ServiceEvent.Destroyed {}
