package ringfence.host.event;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.port.RingFill;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.ServiceName;

/// Something that happened to a service.
///
/// **Numbers.** Each event takes the next number of its manager: 1, 2, 3... A listener hears rising numbers.
/// It misses no [LifecycleEvent]. Numbers that it does not hear are those of texts that were dropped
/// because it was too slow, which [OutputDropped] counts and takes the last number of, and of [ResourceUse]
/// and [LinkUse], which are dropped without a word. Only lifecycle events are kept, so the kept ones have such gaps too.
///
/// Texts, and causes of an end, may hold a guest's words: show them, escape them in logs, never interpret them.
public sealed interface ServiceEvent
    permits LifecycleEvent,
        ServiceEvent.UncaughtError,
        ServiceEvent.Output,
        ServiceEvent.OutputDropped,
        ServiceEvent.ResourceUse,
        ServiceEvent.LinkUse {

  /// Number, time, service and run.
  EventHeader header();

  /// Its number among all events of the manager, from 1.
  default long sequence() {
    return header().sequence();
  }

  /// When it happened, by the manager's clock.
  default Instant at() {
    return header().at();
  }

  /// To which service it happened.
  default ServiceName service() {
    return header().service();
  }

  /// To which of its runs, from 1; 0 before the first.
  default long incarnation() {
    return header().incarnation();
  }

  /// It exists, and has not run yet. Those that were created together come in the order of their definitions.
  ///
  /// @param imports what it imports itself, in the order of its definition
  /// @param parent the service that it was created under
  record Created(EventHeader header, List<ServiceName> imports, Optional<ServiceName> parent)
      implements LifecycleEvent {
    public Created {
      imports = List.copyOf(imports);
    }
  }

  /// A new run has begun: a worker comes up.
  record Starting(EventHeader header) implements LifecycleEvent {}

  /// Its module's top level has ended: others can reach it.
  record Running(EventHeader header) implements LifecycleEvent {}

  /// It does not run any more, because what it imports, directly or not, does not. Its [Closing] is next.
  record DependencyLost(EventHeader header, ServiceName dependency) implements LifecycleEvent {}

  /// It waits for its dependants to close, or runs its close handlers.
  ///
  /// @param cause empty while a worker closes by itself and has not said why
  record Closing(EventHeader header, Optional<ExitCause> cause) implements LifecycleEvent {}

  /// Its worker is gone, or it does not wait for a restart any more.
  record Closed(EventHeader header, ExitCause cause) implements LifecycleEvent {}

  /// It rests until its next run begins by itself.
  ///
  /// @param delay from now on
  /// @param attempt how many restarts in a row this is, from 1
  /// @param cause why the last run ended
  record RestartScheduled(EventHeader header, Duration delay, int attempt, ExitCause cause)
      implements LifecycleEvent {}

  /// It has another definition, which its next run follows.
  ///
  /// @param imports what it imports from now on, in the order of its definition
  record Replaced(EventHeader header, List<ServiceName> imports) implements LifecycleEvent {
    public Replaced {
      imports = List.copyOf(imports);
    }
  }

  /// Its name is free. A service that is created under that name later is another one.
  record Destroyed(EventHeader header) implements LifecycleEvent {}

  /// It threw an error that nobody caught.
  record UncaughtError(EventHeader header, ErrorReport error) implements ServiceEvent {}

  /// It wrote to its console.
  ///
  /// @param line the whole text, up to 16 MiB
  record Output(EventHeader header, OutputLine line) implements ServiceEvent {}

  /// Lines and uncaught errors of it are missing here, because the listener is too slow. Told before the next
  /// event that the listener hears.
  ///
  /// @param header of the last that is missing
  /// @param count how many since the last that was handed over
  record OutputDropped(EventHeader header, long count) implements ServiceEvent {}

  /// What its worker says that the run uses; it could lie.
  ///
  /// @param cpu time used since the run began
  /// @param heapBytes used by the run's Java heap
  /// @param residentBytes used by the run's process
  record ResourceUse(EventHeader header, Duration cpu, long heapBytes, long residentBytes)
      implements ServiceEvent {}

  /// What its worker says that went over its link to an import, every second if there is something new; it could lie,
  /// about its own calls. Dropped as [ResourceUse] is.
  ///
  /// @param callee the import
  /// @param figures since the run began
  /// @param fill of the link's rings
  record LinkUse(EventHeader header, ServiceName callee, LinkFigures figures, RingFill fill)
      implements ServiceEvent {}
}
