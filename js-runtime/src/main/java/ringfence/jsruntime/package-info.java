/// The worker's half of a run: `WorkerMain` makes the process ready, `RemoteService` runs one service in it.
///
/// ```
///   host process                       worker process
///     ServiceController  <-- control -->  RemoteService -- EventLoop -- Guest (the GraalJS context)
///                                             |
///     another worker  <------ link ------>  Links, ServiceTraffic
/// ```
/// A worker runs one service once. Nothing here starts processes or opens files.
@NullMarked
package ringfence.jsruntime;

import org.jspecify.annotations.NullMarked;
