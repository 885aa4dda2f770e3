package ringfence.host.watch;

import java.time.Instant;
import ringfence.sandbox.protocol.ServiceName;

/// An access that a service asked for and did not get. The texts are the guest's, cut to a bounded length.
///
/// @param permission the kind of right, such as `read`
/// @param resource what it wanted, such as a path
/// @param reason one sentence that names the service and the resource
/// @param cure the line of its definition that would grant it; empty if no grant would help
public record Denial(
    Instant at,
    ServiceName service,
    long incarnation,
    String permission,
    String resource,
    String reason,
    String cure) {}
