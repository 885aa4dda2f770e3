/// Services: created, started, closed, destroyed, and watched.
///
/// ```
///   your threads              the manager's thread                    a thread for each worker
///     ServicesManager.start --> NodeTable --> ServiceNode               ProcessWorker
///          (waits)              graph, links   Lifecycle.move                ^    |
///                                    ^         ServiceContainer              |    |
///                                    |         ServiceController <-- events -'    |
///                                    '------------- outcomes of runs -------------'
/// ```
/// One thread changes graph, nodes and links; commands and the outcomes of runs come to it as steps of a
/// queue. An outcome names its run, and is dropped when the service has gone on to another.
@NullMarked
package ringfence.host;

import org.jspecify.annotations.NullMarked;
