package ringfence.host;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.policy.SandboxLevel;
import ringfence.sandbox.policy.Wall;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// A service at one moment.
///
/// @param wanted whether the last command was to start it; a service that closed because a dependency did
///     stays wanted, and returns with it
/// @param incarnation of the run at hand or of the last one; 0 before the first
/// @param parent of which it is a child
/// @param restarts in a row, without a run of 60 s between them
/// @param restartAt when the next is due, if one is scheduled
/// @param cause why it closes or has closed
/// @param pid of the worker's outermost process, while there is one
/// @param cpu time used by the run, as its worker says
/// @param heapBytes used by the run's Java heap, as its worker says
/// @param heapLimitBytes how much of that heap may be in use before the run ends: `limits.heap`, and what is the runtime's own
/// @param residentBytes used by the run's process, as its worker says
/// @param uncaughtErrors of the run at hand or of the last one
/// @param imports what it imports itself, in the order of its definition
/// @param dependants who imports it, by themselves
/// @param policy under which it runs
/// @param walls what enforces each wall of it on this machine, or why nothing does
/// @param listening where it serves HTTP, with the port that was free in the place of 0
public record ServiceStatus(
    ServiceName name,
    ServiceState state,
    boolean wanted,
    long incarnation,
    Optional<ServiceName> parent,
    int restarts,
    Optional<Instant> restartAt,
    Optional<ExitCause> cause,
    OptionalLong pid,
    Duration cpu,
    long heapBytes,
    long heapLimitBytes,
    long residentBytes,
    long uncaughtErrors,
    List<ServiceName> imports,
    List<ServiceName> dependants,
    SandboxLevel policy,
    List<Wall> walls,
    List<ListenGrant> listening) {}
