package ringfence.sandbox.protocol;

import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.port.RingFill;

/// What a worker and the host tell each other on the control port. Events only: neither side's work waits for a reply.
///
/// ```
///   worker                                    host
///     RemoteReady ------------------------------>     sealed, warmed, no code yet
///     Rehearsed -------------------------------->     if it has waited that long
///     <----------------------- LinkOffered, ...       one for each import that runs
///     <------------------------------ WatchSpans      if somebody does
///     <--------------------------------- RunCode
///     Output, UncaughtError, ResourceUse, LinkUse, SpanEnded ->     any time from here on
///     StateChanged(RUNNING) -------------------->     the module's top level has ended
///     <----------------- LinkOffered, LinkCut         dependants come and go
///     <---------------------------------- Asked       somebody wants to know something of the service
///     Answered --------------------------------->     some time later, or never
///     <---------------------------- PrepareClose
///     Closed ----------------------------------->     onClose has run; the worker ends
/// ```
public sealed interface ControlEvent {

  /// From the worker: it is sealed and can take code.
  ///
  /// @param buildId of the worker's own code; the host refuses another one than its own
  /// @param sealed whether the seccomp allow-list is in force on all its threads
  record RemoteReady(String buildId, boolean sealed) implements ControlEvent {}

  /// From the worker: it has used its time without code to load what services need, and will not start faster than now.
  record Rehearsed() implements ControlEvent {}

  /// From the host, once in the life of a worker: the service.
  ///
  /// @param incarnation of the run, from 1
  /// @param entry the name of the module to run, a key of `modules`
  /// @param modules name -> source text, names relative and with `/`, such as `counter.js`
  /// @param imports the services that it may import; each has been offered as a link
  /// @param arguments what `service.args` shows
  /// @param callTimeoutMillis how long its calls wait for a result unless they say otherwise, from 1
  /// @param endWhenIdle whether the run ends by itself when nothing is left to do
  /// @param crashOnUncaught whether an uncaught error ends the run
  record RunCode(
      ServiceName name,
      long incarnation,
      String entry,
      SequencedMap<String, String> modules,
      List<ServiceName> imports,
      List<String> arguments,
      Map<String, String> environment,
      GuestPolicy guest,
      long callTimeoutMillis,
      boolean endWhenIdle,
      boolean crashOnUncaught)
      implements ControlEvent {}

  /// From the worker: it has reached RUNNING, or begins CLOSING by itself.
  record StateChanged(ServiceState state) implements ControlEvent {}

  /// From the worker: guest code threw and nobody caught it.
  record UncaughtError(ErrorReport error) implements ControlEvent {}

  /// From the worker: what the service wrote.
  ///
  /// @param level of the console, which also decides the stream
  /// @param text without a final line end; may hold line ends and anything else
  record Output(OutputLevel level, String text) implements ControlEvent {}

  /// From the worker, every second or so and ten times a second while one turn lasts, by a thread that guest code
  /// can't stop. A worker could lie; one that hides a long turn starves itself only.
  ///
  /// @param cpuNanos of all its threads since its start
  /// @param heapBytes used by the Java heap
  /// @param residentBytes of the whole process
  /// @param turnMillis CPU time that the turn at hand has used; 0 between turns
  record ResourceUse(long cpuNanos, long heapBytes, long residentBytes, long turnMillis)
      implements ControlEvent {}

  /// From the worker, about one import: every second if there is something new, and once more before [Closed]. A worker
  /// could lie, about its own calls.
  ///
  /// @param figures since the run began
  record LinkUse(ServiceName peer, LinkFigures figures, RingFill fill) implements ControlEvent {}

  /// From the host, at most once and before [RunCode]: tell of spans.
  ///
  /// @param prefix the upper half of all their ids, not zero
  record WatchSpans(int prefix) implements ControlEvent {}

  /// From the worker, once it was told [WatchSpans]: a sampled span has ended. A worker could lie, about its own spans.
  record SpanEnded(SpanRecord span) implements ControlEvent {}

  /// From the host, once the code is sent: a question.
  ///
  /// @param id counts the questions of a run, from 1
  record Asked(long id, Question question) implements ControlEvent {}

  /// From the worker: the answer to a question, once.
  record Answered(long id, Answer answer) implements ControlEvent {}

  /// From the host: run the close handlers, then answer [Closed] and end.
  ///
  /// @param graceMillis after which the host kills
  record PrepareClose(long graceMillis) implements ControlEvent {}

  /// From the worker, its last event.
  record Closed(CloseReason reason) implements ControlEvent {}

  /// From the host: a region that has come, or is about to come, over the command socket joins two services.
  ///
  /// @param regionId as in the ring offer that goes with the region
  /// @param peer the service at the other end, as the host knows it
  /// @param role what the peer is to the receiver of this event
  record LinkOffered(long regionId, ServiceName peer, LinkRole role) implements ControlEvent {}

  /// From the host: the peer at the other end is gone.
  record LinkCut(long regionId) implements ControlEvent {}
}
