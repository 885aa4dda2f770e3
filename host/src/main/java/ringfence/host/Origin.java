package ringfence.host;

import java.util.Optional;
import ringfence.sandbox.protocol.ServiceName;

/// Where a child comes from.
///
/// @param owner the run whose code created it, or created one of its ancestors: the child is destroyed when that
///     run ends; empty if the child was created by Java code and stays
record Origin(ServiceName parent, Optional<ServiceController> owner) {}
