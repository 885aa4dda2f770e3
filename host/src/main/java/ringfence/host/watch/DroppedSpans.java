package ringfence.host.watch;

import ringfence.sandbox.protocol.ServiceName;

/// Spans that a service has told of and no trace shows, since the host began.
///
/// @param reason `too_many`: more than a run may tell of; `unknown_trace`: of a trace that the host does not know, or not any more
public record DroppedSpans(ServiceName service, String reason, long count) {}
