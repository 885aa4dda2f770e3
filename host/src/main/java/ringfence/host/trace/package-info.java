/// Traces: what OpenTelemetry is told of requests, calls, events and fetches.
///
/// ```
///   client -- traceparent --> RequestSpan (host) --> JavaPeer or listen --> worker: Spans ==Request(trace)==> worker: Spans
///                                                                             |  SpanEnded                      |
///                                        Tracer <-- RunSpans: checked <-------'---------------------------------'
///   server <-- traceparent -- FetchSpan (host) <-- header of BeginFetch <----- worker
/// ```
/// Spans of the host's own work are the host's; those of calls and events are told by the workers that made them, in one
/// small message each, because the host is not on the way of a call. Workers have no OpenTelemetry and no SDK.
@NullMarked
package ringfence.host.trace;

import org.jspecify.annotations.NullMarked;
