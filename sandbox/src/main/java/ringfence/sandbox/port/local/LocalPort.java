package ringfence.sandbox.port.local;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.port.MessageTooLargeException;
import ringfence.sandbox.port.NotifyingPort;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.PortHandler;
import ringfence.sandbox.port.PortState;

/// One end of a pair of ports in this JVM. Messages are copied when they are offered.
///
/// Never DAMAGED: there is no peer that could break a rule.
public final class LocalPort implements NotifyingPort {
  private final int maxMessageBytes;
  private final Mailbox in;
  private final Mailbox out;
  private final AtomicReference<@Nullable PortClosedException> cause = new AtomicReference<>();

  private LocalPort(int maxMessageBytes, Mailbox in, Mailbox out) {
    this.maxMessageBytes = maxMessageBytes;
    this.in = in;
    this.out = out;
  }

  /// Two ports that are connected with each other.
  public record Pair(LocalPort first, LocalPort second) {}

  /// Makes a connected pair.
  ///
  /// @param capacityMessages how many messages each direction holds before it refuses
  public static Pair pair(int maxMessageBytes, int capacityMessages) {
    Mailbox there = new Mailbox(capacityMessages);
    Mailbox back = new Mailbox(capacityMessages);
    return new Pair(
        new LocalPort(maxMessageBytes, back, there), new LocalPort(maxMessageBytes, there, back));
  }

  @Override
  public boolean offer(byte[] buffer, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    requireSendable(length);
    return put(List.of(Arrays.copyOfRange(buffer, offset, offset + length))) == 1;
  }

  @Override
  public int offerBatch(List<byte[]> messages) {
    List<byte[]> copies = new ArrayList<>(messages.size());
    for (byte[] message : messages) {
      if (message.length > maxMessageBytes && !copies.isEmpty()) {
        break;
      }
      requireSendable(message.length);
      copies.add(message.clone());
    }
    return put(copies);
  }

  @Override
  public boolean flush() {
    requireOpen();
    return true;
  }

  @Override
  public int poll(PortHandler handler, int limit) {
    int handedOver = 0;
    while (handedOver < limit && cause.get() == null) {
      // Asked first: what was put in before the mailbox closed is then seen by take.
      boolean closed = in.isClosed();
      byte[] message = in.take();
      if (message == null) {
        if (closed) {
          end("the peer closed the port");
        }
        break;
      }
      handedOver++;
      handler.onMessage(message, 0, message.length);
    }
    if (handedOver == 0) {
      requireOpen();
    }
    return handedOver;
  }

  @Override
  public boolean ready() {
    return in.hasNews();
  }

  @Override
  public boolean await(Duration timeout) {
    try {
      return in.awaitNews(TimeUnit.NANOSECONDS.convert(timeout));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ready();
    }
  }

  @Override
  public PortState state() {
    return cause.get() == null ? PortState.OPEN : PortState.CLOSED;
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
  public void onArrival(@Nullable Runnable listener) {
    in.onArrival(listener);
  }

  @Override
  public void onRoom(Runnable listener) {
    out.onRoom(listener);
  }

  @Override
  public void close() {
    end("the port was closed on this side");
  }

  private int put(List<byte[]> copies) {
    requireOpen();
    int taken = out.put(copies);
    if (taken < 0) {
      // Not the end of the port yet: what the peer sent before can still be polled.
      throw new PortClosedException(PortState.CLOSED, "the peer closed the port");
    }
    return taken;
  }

  private void end(String message) {
    if (cause.compareAndSet(null, new PortClosedException(PortState.CLOSED, message))) {
      in.close(true);
      out.close(false);
    }
  }

  private void requireSendable(int length) {
    if (length > maxMessageBytes) {
      throw new MessageTooLargeException(length, maxMessageBytes);
    }
  }

  private void requireOpen() {
    PortClosedException ended = cause.get();
    if (ended != null) {
      throw new PortClosedException(ended.state(), String.valueOf(ended.getMessage()));
    }
  }
}
