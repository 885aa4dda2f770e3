/// The ring: messages through shared memory, between processes that do not trust each other.
///
/// ```
///   process A                        region (a sealed memfd)                    process B
///   RingPort, side FIRST             +--------------------------+               RingPort, side SECOND
///     RingWriter --- records ------> | control | ring 1 | ring 2| --- ring 1 ---> RingReader
///     RingReader <-- ring 2 -------- |  lines  |        |       | <-- records --- RingWriter
///   FutexDoorbell <~~~ wake ~~~~~~~~~~~~ futex words ~~~~~~~~~~~~~~~~ wake ~~~> FutexDoorbell
///                                    +--------------------------+
/// ```
///
/// One message on its way: `RingPort.offer` in A asks `RingWriter` for room (the head of B, checked). The
/// payload is copied into the ring, the word behind it is set to 0, and the header, packed by
/// `RecordLayout`, is published with one release store. A full fence later A looks whether B's sleep word
/// says 1, and only then clears it and wakes B. In B `FutexDoorbell.await` returns, and `RingPort.poll`
/// lets `RingReader` load the header once, check it, copy the payload to a buffer of its own and hand
/// that to the `PortHandler`. At the end of the poll B moves its head, which is A's room.
///
/// | type | duty |
/// |---|---|
/// | `SharedRegion` | the memfd: sealed when made, checked when taken |
/// | `RingOffer`, `RingSide` | what both ends know before they map it; never read from the region |
/// | `RingLayout`, `RecordLayout` | the pictures of the region and of a record |
/// | `RingWriter`, `RingReader` | one direction each; own positions, capacity and secret are private |
/// | `RingMemory` | the mapping, safe to close while others use it |
/// | `RingPort` | both directions, limits, and the end of the port |
/// | `FutexDoorbell` | one thread's sleep on up to 127 ports |
///
/// What it does not do: pass regions to other processes (that is `launch`), notice that a peer died,
/// survive a restart of one end, give a region back to be used again, keep a secret from the peer, or stop
/// a peer from wasting time by waking us for nothing. Damage ends the one port that it was found on.
@NullMarked
package ringfence.sandbox.port.ring;

import org.jspecify.annotations.NullMarked;
