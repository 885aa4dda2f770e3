/// Workers: further contexts of a service, each with a loop on a thread of its own.
///
/// ```
///   service's thread                                      a Worker's thread
///   new Worker -> ServiceThreads -- StartThread --> host
///                      | <-------------- reply ----- host
///                      '---- start ------------------------> WorkerThread: a Guest without `service`
///   postMessage ------------ MailQueue ------------------->  message
///   message, error <-------- MailQueue --------------------  postMessage, uncaught
///                      EndThread --> host                    (thread has ended)
/// ```
/// Nothing is shared but the two queues, which hold bytes: both contexts belong to their own thread alone. A Worker
/// reaches neither the host nor other services; its output is the service's. That it is a context of its own is
/// for order and not a wall: all Workers of a service are one process and trust each other.
@NullMarked
package ringfence.jsruntime.threads;

import org.jspecify.annotations.NullMarked;
