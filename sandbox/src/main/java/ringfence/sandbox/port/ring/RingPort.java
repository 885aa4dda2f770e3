package ringfence.sandbox.port.ring;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.MessageTooLargeException;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.PortHandler;
import ringfence.sandbox.port.PortState;
import ringfence.sandbox.port.RingFill;

/// One end of a region: a [RingWriter] on one of its rings, a [RingReader] on the other.
///
/// Every end of a port takes the same way: the cause is stored, the peer is told and woken, our own
/// sleeper is woken, and the region is unmapped as soon as nobody sleeps on it any more.
/// A peer that was killed tells nothing; who knows of its death closes this port.
public final class RingPort implements ConnectionPort {
  private static final VarHandle INT = RingLayout.INT;
  private static final VarHandle LONG = RingLayout.LONG;

  /// After so many messages in one poll it pays to ask how many more there are.
  private static final int MANY = 4;

  private final RingMemory memory;
  private final MemorySegment region;
  private final RingSide side;
  private final RingWriter writer;
  private final RingReader reader;
  private final int maxMessageBytes;
  private final int capacityBytes;
  private final AtomicReference<@Nullable PortClosedException> cause = new AtomicReference<>();

  /// For [#await], made when it is first needed. Belongs to the polling thread.
  private @Nullable FutexDoorbell ownDoorbell;

  private RingPort(RingMemory memory, RingOffer offer) {
    this.memory = memory;
    region = memory.region();
    side = offer.side();
    maxMessageBytes = offer.maxMessageBytes();
    capacityBytes = offer.capacityBytes();
    writer = new RingWriter(memory, offer);
    reader = new RingReader(memory, offer);
  }

  /// Bytes that a region must have for two rings of this capacity.
  public static long regionBytes(int capacityBytes) {
    return RingLayout.regionBytes(capacityBytes);
  }

  /// Maps the region and takes the offered end of it. The region may be closed afterwards.
  ///
  /// An end is taken once: positions start at 0, so a region is never used for a second run.
  public static RingPort open(SharedRegion region, RingOffer offer) throws IOException {
    long expected = regionBytes(offer.capacityBytes());
    if (region.bytes() != expected) {
      throw new IOException(
          "shared region does not fit the offer: bytes="
              + region.bytes()
              + " expected="
              + expected
              + " capacityBytes="
              + offer.capacityBytes());
    }
    return new RingPort(RingMemory.of(region), offer);
  }

  @Override
  public boolean offer(byte[] buffer, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    if (length > maxMessageBytes) {
      throw new MessageTooLargeException(length, maxMessageBytes);
    }
    try {
      requireBothOpen();
      return writer.offer(buffer, offset, length);
    } catch (RingDamage e) {
      throw end(PortState.DAMAGED, e.getMessage());
    } catch (IllegalStateException e) {
      throw tooLate(e);
    }
  }

  @Override
  public int offerBatch(List<byte[]> messages) {
    if (!messages.isEmpty() && messages.getFirst().length > maxMessageBytes) {
      throw new MessageTooLargeException(messages.getFirst().length, maxMessageBytes);
    }
    try {
      requireBothOpen();
      return writer.offerBatch(messages, maxMessageBytes);
    } catch (RingDamage e) {
      throw end(PortState.DAMAGED, e.getMessage());
    } catch (IllegalStateException e) {
      throw tooLate(e);
    }
  }

  @Override
  public boolean flush() {
    try {
      requireBothOpen();
      return writer.flush();
    } catch (RingDamage e) {
      throw end(PortState.DAMAGED, e.getMessage());
    } catch (IllegalStateException e) {
      throw tooLate(e);
    }
  }

  @Override
  public int poll(PortHandler handler, int limit) {
    int handedOver = 0;
    try {
      while (handedOver < limit && cause.get() == null) {
        int length = next(handedOver >= MANY);
        if (length == RingReader.NOTHING) {
          break;
        }
        handedOver++;
        handler.onMessage(reader.message(), reader.messageOffset(), length);
      }
    } finally {
      moveHead();
    }
    PortClosedException ended = cause.get();
    if (ended != null && handedOver == 0) {
      throw again(ended);
    }
    return handedOver;
  }

  @Override
  public boolean ready() {
    if (cause.get() != null) {
      return true;
    }
    try {
      return reader.ready() || peerHasClosed();
    } catch (IllegalStateException e) {
      if (cause.get() == null) {
        throw e;
      }
      return true;
    }
  }

  @Override
  public boolean await(Duration timeout) {
    FutexDoorbell doorbell = ownDoorbell;
    if (doorbell == null) {
      doorbell = FutexDoorbell.open();
      doorbell.add(this);
      ownDoorbell = doorbell;
    }
    return doorbell.await(timeout);
  }

  @Override
  public PortState state() {
    PortClosedException ended = cause.get();
    return ended == null ? PortState.OPEN : ended.state();
  }

  @Override
  public @Nullable PortClosedException cause() {
    return cause.get();
  }

  @Override
  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  @Override
  public RingFill fill() {
    try {
      return new RingFill(unread(side), unread(side.other()), capacityBytes);
    } catch (IllegalStateException _) {
      // Closed, perhaps meanwhile.
      return RingFill.UNKNOWN;
    }
  }

  /// Bytes that lie in a ring; only shown, so that a peer's word is not checked but clamped.
  private long unread(RingSide sender) {
    long tail = (long) LONG.getAcquire(region, RingLayout.tail(sender));
    long head = (long) LONG.getAcquire(region, RingLayout.head(sender.other()));
    return Math.clamp(tail - head, 0, capacityBytes);
  }

  @Override
  public void close() {
    end(PortState.CLOSED, "the port was closed on this side");
  }

  // What FutexDoorbell needs, in this order, from the thread that polls.

  /// Says that this end sleeps, and keeps the region mapped until [#getUp()].
  ///
  /// @param wantsRoom whether the peer's reading is to end the sleep as well
  /// @return false if the port has ended; there is nothing to sleep on then
  boolean lieDown(boolean wantsRoom) {
    if (!memory.hold()) {
      return false;
    }
    if (wantsRoom) {
      INT.setOpaque(region, RingLayout.wantsRoom(side), 1);
    }
    INT.setOpaque(region, RingLayout.sleeps(side), 1);
    return true;
  }

  /// The word to sleep on while it is 1.
  MemorySegment sleepWord() {
    return region.asSlice(RingLayout.sleeps(side), Integer.BYTES);
  }

  void getUp() {
    INT.setOpaque(region, RingLayout.sleeps(side), 0);
    memory.release();
  }

  /// Whether an offer that was refused may succeed now, or will tell that the port has ended.
  boolean roomSinceRefusal() {
    if (cause.get() != null) {
      return true;
    }
    try {
      return writer.roomSinceRefusal() || peerHasClosed();
    } catch (IllegalStateException e) {
      if (cause.get() == null) {
        throw e;
      }
      return true;
    }
  }

  /// Whether a thread sleeps on this end now, or is about to. For tests, which must not guess by time.
  boolean isAsleep() {
    return (int) INT.getVolatile(region, RingLayout.sleeps(side)) != 0;
  }

  /// How many system calls this end has made to wake a sleeper.
  long wakeCalls() {
    return memory.wakeCalls();
  }

  private int next(boolean many) {
    try {
      int length = reader.next(many);
      if (length == RingReader.NOTHING && peerHasClosed()) {
        // It may have sent between the two looks; what it sent before it closed is there by now.
        length = reader.next(many);
        if (length == RingReader.NOTHING) {
          end(PortState.CLOSED, "the peer closed the port");
        }
      }
      return length;
    } catch (RingDamage e) {
      end(PortState.DAMAGED, e.getMessage());
      return RingReader.NOTHING;
    } catch (IllegalStateException e) {
      if (cause.get() == null) {
        throw e;
      }
      return RingReader.NOTHING;
    }
  }

  private void moveHead() {
    if (cause.get() != null) {
      return;
    }
    try {
      reader.moveHead();
    } catch (IllegalStateException e) {
      // Closed by another thread since the line above: nobody reads our head any more.
      if (cause.get() == null) {
        throw e;
      }
    }
  }

  private void requireBothOpen() {
    PortClosedException ended = cause.get();
    if (ended != null) {
      throw again(ended);
    }
    if (peerHasClosed()) {
      // Not the end of the port yet: what the peer sent before can still be polled.
      throw new PortClosedException(PortState.CLOSED, "the peer closed the port");
    }
  }

  private boolean peerHasClosed() {
    return (int) INT.getAcquire(region, RingLayout.closed(side.other())) != 0;
  }

  /// Ends the port, unless it has ended already.
  ///
  /// @return why it has ended
  private PortClosedException end(PortState state, @Nullable String message) {
    PortClosedException mine = new PortClosedException(state, String.valueOf(message));
    PortClosedException earlier = cause.compareAndExchange(null, mine);
    if (earlier != null) {
      return again(earlier);
    }
    INT.setRelease(region, RingLayout.closed(side), 1);
    VarHandle.fullFence();
    memory.wakeIfAsleep(side.other());
    memory.wakeIfAsleep(side);
    memory.close();
    return mine;
  }

  /// What an access to the region threw that another thread's close overtook.
  private RuntimeException tooLate(IllegalStateException thrown) {
    PortClosedException ended = cause.get();
    return ended == null ? thrown : again(ended);
  }

  /// A new exception, since a stored one would show the stack of another call.
  private static PortClosedException again(PortClosedException cause) {
    return new PortClosedException(cause.state(), String.valueOf(cause.getMessage()));
  }
}
