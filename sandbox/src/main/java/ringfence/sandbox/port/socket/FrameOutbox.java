package ringfence.sandbox.port.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.GatheringByteChannel;
import java.util.ArrayDeque;
import java.util.List;

/// Frames that the socket has not taken yet. Holds a fixed number of bytes, or one long message.
final class FrameOutbox {
  static final int LIMIT_BYTES = 256 * 1024;

  /// Longer messages are sent from the caller's array.
  private static final int COPIED_BYTES = 64 * 1024;

  private static final int BUFFERS_A_WRITE = 16;

  private final ArrayDeque<ByteBuffer> buffers = new ArrayDeque<>();
  private long bytes;

  boolean isEmpty() {
    return buffers.isEmpty();
  }

  boolean hasRoomFor(long messageBytes) {
    return buffers.isEmpty() || bytes + FrameAssembler.PREFIX_BYTES + messageBytes <= LIMIT_BYTES;
  }

  void add(byte[] source, int offset, int length) {
    boolean copied = length <= COPIED_BYTES;
    ByteBuffer frame = buffer(FrameAssembler.PREFIX_BYTES + (copied ? length : 0)).putInt(length);
    if (copied) {
      push(frame.put(source, offset, length).flip());
    } else {
      push(frame.flip());
      push(ByteBuffer.wrap(source, offset, length));
    }
  }

  /// Adds as many messages from the front of the list as there is room for, in one piece.
  ///
  /// @return how many
  int addAll(List<byte[]> messages, int maxMessageBytes) {
    int count = 0;
    int total = 0;
    for (byte[] message : messages) {
      int frame = FrameAssembler.PREFIX_BYTES + message.length;
      if (message.length > Math.min(COPIED_BYTES, maxMessageBytes)
          || bytes + total + frame > LIMIT_BYTES) {
        break;
      }
      total += frame;
      count++;
    }
    if (count > 0) {
      ByteBuffer all = buffer(total);
      for (byte[] message : messages.subList(0, count)) {
        all.putInt(message.length).put(message);
      }
      push(all.flip());
    }
    return count;
  }

  /// Writes what the socket takes now.
  void writeTo(GatheringByteChannel channel) throws IOException {
    long wrote = 1;
    while (wrote > 0 && !buffers.isEmpty()) {
      wrote = channel.write(buffers.stream().limit(BUFFERS_A_WRITE).toArray(ByteBuffer[]::new));
      bytes -= wrote;
      while (!buffers.isEmpty() && !buffers.getFirst().hasRemaining()) {
        buffers.removeFirst();
      }
    }
  }

  void clear() {
    buffers.clear();
    bytes = 0;
  }

  private void push(ByteBuffer buffer) {
    buffers.add(buffer);
    bytes += buffer.remaining();
  }

  private static ByteBuffer buffer(int capacity) {
    return ByteBuffer.allocate(capacity).order(ByteOrder.LITTLE_ENDIAN);
  }
}
