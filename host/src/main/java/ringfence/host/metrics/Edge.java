package ringfence.host.metrics;

import ringfence.sandbox.port.RingFill;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.ServiceName;

/// What went from one service to one that it imports and back, over all their runs.
///
/// @param caller a service, or [ServiceName#HOST] for the clients of this host
/// @param fill of the rings of the link at hand
public record Edge(ServiceName caller, ServiceName callee, LinkFigures figures, RingFill fill) {}
