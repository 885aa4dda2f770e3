package ringfence.host;

import ringfence.host.event.OutputLine;
import ringfence.host.lifecycle.Transition;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.ServiceName;

/// Hears what happens to services. All calls come on one thread, in order: what a run wrote comes before its
/// end. No lock is held, and commands of the manager may be called from here, but `close()` of the manager.
///
/// **Slow listeners.** About 8 MiB wait for a slow listener. When that is used up, a service that writes more
/// is slowed down, as by a full pipe, for at most [HostOptions#listenerPatience()]; then, and whenever the
/// service is closing, its lines are dropped and [#outputDropped] says how many. Transitions are never
/// dropped and never wait.
///
/// **Throwing listeners.** What a listener throws is logged; the others, and later calls, go on.
public interface ServiceListener {

  /// A service has gone from one state to another.
  default void transition(Transition transition) {}

  /// A service wrote to its console.
  ///
  /// @param line the whole text, up to 16 MiB
  default void output(ServiceName service, OutputLine line) {}

  /// A service threw an error that nobody caught.
  default void uncaughtError(ServiceName service, ErrorReport error) {}

  /// Lines and uncaught errors of a service are missing here.
  ///
  /// @param count how many since the last that was handed over
  default void outputDropped(ServiceName service, long count) {}
}
