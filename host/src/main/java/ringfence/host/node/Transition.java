package ringfence.host.node;

import java.time.Instant;
import java.util.Optional;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.protocol.ServiceName;

/// A service has gone from one state to another.
///
/// @param incarnation of the run that it is about, from 1; 0 if the service never ran
/// @param cause why it closes or has closed; empty in other states, and while a worker closes by itself
///     and has not said why
public record Transition(
    ServiceName service,
    long incarnation,
    NodeState from,
    NodeState to,
    Optional<ExitCause> cause,
    Instant at) {}
