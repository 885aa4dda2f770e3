package ringfence.sandbox.port;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One end of a two-way connection that carries whole messages in order, each at most once.
///
/// ```
///   this process                                   the peer (another process, or hostile)
///   offer(bytes) ---> [ queue in shared memory, a socket's buffer, a list ] ---> poll(handler)
///   poll(handler) <---                                                     <--- offer(bytes)
/// ```
///
/// **Threads.** One thread at a time offers and flushes, one thread at a time polls and awaits; the two
/// may be different threads. `state`, `cause` and `close` may be called from any thread at any time.
///
/// **Failure.** A port ends once: by [#close()] here, by the peer, or because the peer broke the rules.
/// What the peer sent before it closed can still be polled, and the state stays OPEN until that is done;
/// after damage, and after [#close()] here, nothing is handed over any more. Nothing here blocks
/// but [#await].
public interface ConnectionPort extends AutoCloseable {

  /// Sends one message if there is room for it now.
  ///
  /// A message larger than the room that the port has in one piece is taken over and sent in parts by
  /// [#flush]; until that is done, further offers are refused, the array must not be changed, and a close
  /// on this side loses the message.
  ///
  /// @param message the whole array, 0 to [#maxMessageBytes()] bytes
  /// @return false if there is no room now; nothing was sent then
  /// @throws MessageTooLargeException if it can never be sent
  /// @throws PortClosedException if the port has ended
  default boolean offer(byte[] message) {
    return offer(message, 0, message.length);
  }

  /// As [#offer(byte\[\])], for a part of an array.
  boolean offer(byte[] buffer, int offset, int length);

  /// Sends as many of the messages as there is room for, and makes them visible to the peer together.
  ///
  /// A message that must go in parts ends a batch, or is one of its own when it stands in front.
  ///
  /// @return how many were taken, from the front of the list
  /// @throws MessageTooLargeException if the first one can never be sent
  /// @throws PortClosedException if the port has ended
  int offerBatch(List<byte[]> messages);

  /// Goes on with a message that was taken over in parts.
  ///
  /// @return whether nothing of it is left to send
  /// @throws PortClosedException if the port has ended
  boolean flush();

  /// Hands over the messages that have arrived, at most `limit`, each copied out of the peer's reach.
  ///
  /// @return how many were handed over
  /// @throws PortClosedException if the port has ended and nothing is left to hand over
  int poll(PortHandler handler, int limit);

  /// Whether a call of [#poll] would do something now: hand over a message or take in a part of one, or
  /// tell that the port has ended. For the thread that polls.
  boolean ready();

  /// Waits until [#ready()].
  ///
  /// @param timeout longest wait; zero asks once
  /// @return whether it is ready
  boolean await(Duration timeout);

  /// OPEN until one of the calls above has met the end.
  PortState state();

  /// Why the port has ended; null while it is open.
  @Nullable PortClosedException cause();

  /// The longest message that this port sends and accepts, in bytes.
  int maxMessageBytes();

  /// How full the port is. For any thread.
  default RingFill fill() {
    return RingFill.UNKNOWN;
  }

  /// Ends the port and tells the peer. Does nothing the second time.
  @Override
  void close();
}
