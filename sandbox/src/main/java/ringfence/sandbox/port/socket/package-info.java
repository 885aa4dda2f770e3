/// Ports over a connected stream socket, Unix-domain or TCP: for kernels without the ring, and something to
/// measure the ring against.
///
/// ```
///   offer ---> socket, what it does not take --> [FrameOutbox] --> pump ---> socket
///   poll <---- [inbox, bounded] <---- FrameAssembler <---- pump <----------- socket
/// ```
///
/// Each port has one virtual thread, its pump, which sleeps in a selector. It stops reading while the inbox
/// is full, so that the peer's writes stall instead of our memory growing. The way of one message:
/// `SocketPort.offer` writes its frame directly; the peer's pump reads it, and `poll` takes it from there.
/// The hand-over from the pump makes a round trip some times as long as one over a bare blocking socket.
///
/// What it does not do: encrypt, name or authenticate the peer, connect, or connect again.
@NullMarked
package ringfence.sandbox.port.socket;

import org.jspecify.annotations.NullMarked;
