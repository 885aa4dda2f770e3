package ringfence.host.event;

import java.time.Instant;
import ringfence.sandbox.protocol.ServiceName;

/// What all events have.
///
/// @param sequence the event's number in its manager, from 1; see [ServiceEvent] for numbers that a
///     listener does not see
/// @param at when it happened by the host's clock; numbers order events, times may not
/// @param incarnation of the run that it is about, from 1; 0 if the service has never run
public record EventHeader(long sequence, Instant at, ServiceName service, long incarnation) {}
