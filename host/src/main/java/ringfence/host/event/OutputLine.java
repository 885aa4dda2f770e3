package ringfence.host.event;

import java.time.Instant;
import ringfence.sandbox.protocol.OutputLevel;

/// One call of a service's console.
///
/// @param at when the host received it
/// @param text without a final line end; may hold line ends and anything else that the guest chose
public record OutputLine(Instant at, OutputLevel level, String text) {}
