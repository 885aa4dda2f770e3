/// The ring and what else carries messages between two processes, each behind the same small [ringfence.benchmarks.carrier.End]:
/// the same message goes in, and a checked copy of it comes out.
///
/// | type | carries over |
/// |---|---|
/// | `RingEnd` | our port, as services use it |
/// | `TrustingRingEnd` | our ring, read by somebody who believes all that is in it |
/// | `AgronaEnd` | `OneToOneRingBuffer` in shared memory of the same kind |
/// | `AeronEnd` | Aeron IPC, the media driver embedded in one of the processes |
/// | `StreamEnd` | a Unix socket, TCP over loopback, a pipe |
/// | `WordEnd` | one word in a cache line, or a futex: nothing can be faster |
/// | `CopyEnd` | nowhere: one core copies, the other does nothing |
///
/// `Carrier` names them, and lays what the two ends need: descriptors of memory, sockets and pipes, which travel to both
/// processes the way a worker's regions do.
@NullMarked
package ringfence.benchmarks.carrier;

import org.jspecify.annotations.NullMarked;
