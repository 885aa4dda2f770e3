/// Worker processes as the manager uses them: started, told events, heard, killed, and gone.
///
/// ```
///   manager's thread          a worker's thread            the worker's process
///     Worker.send  --queue-->   ProcessWorker  --ring-->
///     WorkerListener <--------  (sleeps on a   <--ring--   Output, StateChanged, ...
///                                doorbell)     <--pidfd--  its end
/// ```
/// What the events mean is not known here.
@NullMarked
package ringfence.host.worker;

import org.jspecify.annotations.NullMarked;
