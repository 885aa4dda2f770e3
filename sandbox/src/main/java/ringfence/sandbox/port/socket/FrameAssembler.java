package ringfence.sandbox.port.socket;

import java.io.IOException;
import java.io.Serial;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.function.Consumer;

/// Cuts a stream of bytes into frames.
///
/// ```
///   0               4               4 + length
///   +---------------+---------------+
///   | length u32 LE | payload       |   no padding; the next frame follows at once
///   +---------------+---------------+
/// ```
///
/// The peer is hostile: a length is checked before anything is allocated for it, and memory grows only with
/// bytes that have arrived.
final class FrameAssembler {
  static final int PREFIX_BYTES = 4;

  private static final int FIRST_ALLOCATION = 64 * 1024;

  private final int maxMessageBytes;
  private final ByteBuffer prefix = ByteBuffer.allocate(PREFIX_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer arrived = ByteBuffer.allocateDirect(64 * 1024);

  /// The frame whose payload is arriving; `expected` is -1 while its length is.
  private byte[] frame = new byte[0];

  private int expected = -1;
  private int filled;

  FrameAssembler(int maxMessageBytes) {
    this.maxMessageBytes = maxMessageBytes;
  }

  /// The peer announced a frame that is longer than any message may be.
  static final class FrameTooLongException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    FrameTooLongException(long length, int maxMessageBytes) {
      super("socket frame is damaged: length=" + length + " maxMessageBytes=" + maxMessageBytes);
    }
  }

  /// Reads once and hands over each frame that is complete now.
  ///
  /// @return bytes read; 0 if none are there, -1 at the end of the stream
  int readFrom(ReadableByteChannel channel, Consumer<byte[]> frames) throws IOException {
    arrived.clear();
    int count = channel.read(arrived);
    arrived.flip();
    while (arrived.hasRemaining()) {
      if (expected < 0) {
        takePrefix();
      } else {
        takePayload();
      }
      if (expected >= 0 && filled == expected) {
        frames.accept(frame);
        frame = new byte[0];
        expected = -1;
      }
    }
    return count;
  }

  private void takePrefix() throws FrameTooLongException {
    while (prefix.hasRemaining() && arrived.hasRemaining()) {
      prefix.put(arrived.get());
    }
    if (prefix.hasRemaining()) {
      return;
    }
    int length = prefix.getInt(0);
    prefix.clear();
    if (length < 0 || length > maxMessageBytes) {
      throw new FrameTooLongException(Integer.toUnsignedLong(length), maxMessageBytes);
    }
    expected = length;
    filled = 0;
    frame = new byte[Math.min(length, FIRST_ALLOCATION)];
  }

  private void takePayload() {
    int part = Math.min(arrived.remaining(), expected - filled);
    if (filled + part > frame.length) {
      long doubled = Math.max(2L * frame.length, (long) filled + part);
      frame = Arrays.copyOf(frame, (int) Math.min(doubled, expected));
    }
    arrived.get(frame, filled, part);
    filled += part;
  }
}
