/// How a worker's process comes to be, shut in from its first instruction, and how it ends.
///
/// ```
///   host                                            worker, behind the outer wall
///   WorkerLauncher -> Spawner --posix_spawn-->      setpriv, prlimit, unshare, bwrap
///                                                     java: main
///   WorkerProcess.offerRegion --SCM_RIGHTS-->  0      CommandSocket.serve, awaitRegion
///   OutputTail  <--pipe----------------------  1, 2   the JVM's own warnings
///                                                     WorkerSeal.apply: the inner wall
///   SpawnedWorker: kill, hangUp, reap   -------->     end
/// ```
/// `BubblewrapLauncher` builds the outer wall, `PlainLauncher` none. Both filters are `SeccompProgram`s.
/// `WorkerCaches` has workers start from an AOT cache, which `CacheTraining` makes behind the same wall.
/// `MachineProbe` finds out, by doing it, whether a machine can build the wall at all.
///
/// What ties a worker to its host: the command socket, whose end ends the worker's process from a thread
/// that guest code can't delay; the parent-death signal of the outer process, which the kernel binds to the
/// spawner's thread; and a pid namespace around bubblewrap, so that bubblewrap's end, at whatever instant,
/// is the end of every process behind it. A host that is killed before the outer process is bound leaves
/// a start that runs on to the worker's first act, which is to find its command socket closed and end.
///
/// What this package does not do: it decides no policy, reads no message of a port and restarts nothing.
@NullMarked
package ringfence.sandbox.launch;

import org.jspecify.annotations.NullMarked;
