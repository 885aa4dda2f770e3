package ringfence.sandbox.port.socket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.port.MessageTooLargeException;
import ringfence.sandbox.port.NotifyingPort;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.PortHandler;
import ringfence.sandbox.port.PortState;

/// A port over a connected stream socket. It owns the socket.
///
/// After a close on this side the pump goes on for at most a second: it sends what was accepted and reads
/// until the peer has closed too, since a TCP stack drops what is under way when a socket is closed unread.
public final class SocketPort implements NotifyingPort {
  private static final int INBOX_BYTES = 256 * 1024;

  /// What a queued message counts for beside its bytes, so that empty ones are bounded as well.
  private static final int MESSAGE_OVERHEAD_BYTES = 64;

  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey key;
  private final int maxMessageBytes;
  private final FrameAssembler assembler;

  private final Object lock = new Object();
  // All below are guarded by the lock, but cause may be read without it.
  private final ArrayDeque<byte[]> inbox = new ArrayDeque<>();
  private final FrameOutbox outbox = new FrameOutbox();
  private long inboxBytes;
  private boolean readingPaused;
  private @Nullable Runnable onArrival;
  private @Nullable Runnable onRoom;

  /// Why nothing more will arrive; becomes the cause when the inbox has been emptied.
  private @Nullable PortClosedException inputEnd;

  private volatile @Nullable PortClosedException cause;

  private SocketPort(SocketChannel channel, Selector selector, int maxMessageBytes)
      throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.maxMessageBytes = maxMessageBytes;
    assembler = new FrameAssembler(maxMessageBytes);
    channel.configureBlocking(false);
    key = channel.register(selector, SelectionKey.OP_READ);
  }

  /// Takes over a connected socket and starts the port's pump.
  ///
  /// @param maxMessageBytes the longest message in both directions; both ends must agree
  public static SocketPort open(SocketChannel connected, int maxMessageBytes) throws IOException {
    if (connected.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
      connected.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    Selector selector = Selector.open();
    SocketPort port;
    try {
      port = new SocketPort(connected, selector, maxMessageBytes);
    } catch (IOException | RuntimeException e) {
      selector.close();
      throw e;
    }
    Thread.ofVirtual().name("socket-port-pump").start(port::pump);
    return port;
  }

  @Override
  public boolean offer(byte[] buffer, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    requireSendable(length);
    return send(
            () -> {
              if (!outbox.hasRoomFor(length)) {
                return 0;
              }
              outbox.add(buffer, offset, length);
              return 1;
            })
        == 1;
  }

  @Override
  public int offerBatch(List<byte[]> messages) {
    if (messages.isEmpty()) {
      return 0;
    }
    byte[] front = messages.getFirst();
    requireSendable(front.length);
    int taken = send(() -> outbox.addAll(messages, maxMessageBytes));
    return taken == 0 && offer(front) ? 1 : taken;
  }

  @Override
  public boolean flush() {
    return send(() -> 0) == 0 && isOutboxEmpty();
  }

  @Override
  public int poll(PortHandler handler, int limit) {
    int handedOver = 0;
    while (handedOver < limit) {
      byte[] message = take();
      if (message == null) {
        break;
      }
      handedOver++;
      handler.onMessage(message, 0, message.length);
    }
    PortClosedException ended = cause;
    if (ended != null && handedOver == 0) {
      throw again(ended);
    }
    return handedOver;
  }

  @Override
  public boolean ready() {
    synchronized (lock) {
      return hasNews();
    }
  }

  @Override
  public boolean await(Duration timeout) {
    long nanos = TimeUnit.NANOSECONDS.convert(timeout);
    long start = System.nanoTime();
    synchronized (lock) {
      try {
        long left = nanos;
        while (!hasNews() && left > 0) {
          TimeUnit.NANOSECONDS.timedWait(lock, left);
          left = nanos - (System.nanoTime() - start);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return hasNews();
    }
  }

  @Override
  public PortState state() {
    PortClosedException ended = cause;
    return ended == null ? PortState.OPEN : ended.state();
  }

  @Override
  public @Nullable PortClosedException cause() {
    return cause;
  }

  @Override
  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  @Override
  public void onArrival(@Nullable Runnable listener) {
    synchronized (lock) {
      onArrival = listener;
    }
  }

  @Override
  public void onRoom(Runnable listener) {
    synchronized (lock) {
      onRoom = listener;
      tellRoom();
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      end(new PortClosedException(PortState.CLOSED, "the port was closed on this side"));
    }
  }

  private int send(IntSupplier add) {
    synchronized (lock) {
      PortClosedException ended = cause != null ? cause : inputEnd;
      if (ended != null) {
        throw again(ended);
      }
      boolean pumpKnows = !outbox.isEmpty();
      try {
        outbox.writeTo(channel);
        int taken = add.getAsInt();
        outbox.writeTo(channel);
        if (!pumpKnows && !outbox.isEmpty()) {
          selector.wakeup();
        }
        return taken;
      } catch (IOException e) {
        outbox.clear();
        endInput(lost(e));
        throw lost(e);
      }
    }
  }

  private boolean isOutboxEmpty() {
    synchronized (lock) {
      return outbox.isEmpty();
    }
  }

  private byte @Nullable [] take() {
    synchronized (lock) {
      if (cause != null) {
        return null;
      }
      byte[] message = inbox.poll();
      if (message != null) {
        inboxBytes -= message.length + MESSAGE_OVERHEAD_BYTES;
        if (readingPaused && inboxBytes < INBOX_BYTES / 2) {
          readingPaused = false;
          selector.wakeup();
        }
      } else if (inputEnd != null) {
        end(inputEnd);
      }
      return message;
    }
  }

  /// The virtual thread of this port.
  private void pump() {
    try (selector;
        channel) {
      while (isPumping()) {
        key.interestOps(interest());
        int ready = selector.select();
        if (ready > 0 && selector.selectedKeys().remove(key)) {
          transfer();
        }
      }
      linger();
    } catch (IOException e) {
      synchronized (lock) {
        endInput(lost(e));
      }
    }
  }

  private boolean isPumping() {
    synchronized (lock) {
      return cause == null && inputEnd == null;
    }
  }

  private int interest() {
    synchronized (lock) {
      return (readingPaused ? 0 : SelectionKey.OP_READ)
          | (outbox.isEmpty() ? 0 : SelectionKey.OP_WRITE);
    }
  }

  private void transfer() throws IOException {
    if (key.isReadable()) {
      receive();
    }
    synchronized (lock) {
      outbox.writeTo(channel);
      tellRoom();
    }
  }

  private void receive() throws IOException {
    int count;
    do {
      try {
        count = assembler.readFrom(channel, this::arrived);
      } catch (FrameAssembler.FrameTooLongException e) {
        synchronized (lock) {
          endInput(new PortClosedException(PortState.DAMAGED, String.valueOf(e.getMessage())));
        }
        return;
      }
    } while (count > 0 && (interest() & SelectionKey.OP_READ) != 0);
    if (count < 0) {
      synchronized (lock) {
        endInput(new PortClosedException(PortState.CLOSED, "the peer closed the port"));
      }
    }
  }

  private void arrived(byte[] message) {
    synchronized (lock) {
      if (cause != null) {
        return;
      }
      inbox.add(message);
      inboxBytes += message.length + MESSAGE_OVERHEAD_BYTES;
      readingPaused = inboxBytes >= INBOX_BYTES;
      tellArrival();
    }
  }

  private void linger() throws IOException {
    if (!channel.isOpen() || state() != PortState.CLOSED || !isInputOpen()) {
      return;
    }
    long start = System.nanoTime();
    ByteBuffer discarded = ByteBuffer.allocate(16 * 1024);
    boolean shut = false;
    long left = LINGER_NANOS;
    while (left > 0 && channel.read(discarded.clear()) >= 0) {
      if (!shut) {
        synchronized (lock) {
          outbox.writeTo(channel);
          shut = outbox.isEmpty();
        }
        if (shut) {
          channel.shutdownOutput();
        }
      }
      key.interestOps(SelectionKey.OP_READ | (shut ? 0 : SelectionKey.OP_WRITE));
      selector.select(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
      selector.selectedKeys().clear();
      left = LINGER_NANOS - (System.nanoTime() - start);
    }
  }

  private boolean isInputOpen() {
    synchronized (lock) {
      return inputEnd == null;
    }
  }

  private boolean hasNews() {
    return !inbox.isEmpty() || inputEnd != null || cause != null;
  }

  private void endInput(PortClosedException reason) {
    if (inputEnd == null) {
      inputEnd = reason;
      outbox.clear();
      selector.wakeup();
      tellArrival();
      tellRoom();
    }
  }

  private void end(PortClosedException reason) {
    if (cause == null) {
      cause = reason;
      inbox.clear();
      selector.wakeup();
      tellArrival();
      tellRoom();
    }
  }

  private void tellArrival() {
    lock.notifyAll();
    if (onArrival != null) {
      onArrival.run();
    }
  }

  private void tellRoom() {
    Runnable listener = onRoom;
    if (listener != null && (outbox.isEmpty() || inputEnd != null || cause != null)) {
      onRoom = null;
      listener.run();
    }
  }

  private void requireSendable(int length) {
    if (length > maxMessageBytes) {
      throw new MessageTooLargeException(length, maxMessageBytes);
    }
  }

  private static PortClosedException lost(IOException e) {
    return new PortClosedException(PortState.CLOSED, "the connection is lost: " + e.getMessage());
  }

  private static PortClosedException again(PortClosedException cause) {
    return new PortClosedException(cause.state(), String.valueOf(cause.getMessage()));
  }
}
