package ringfence.host.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import okio.Buffer;
import okio.BufferedSink;

/// Sends frames to a server. The mask of each is the host's choice and comes after the guest's bytes are there: so a
/// guest can't choose what stands on the wire, such as words that a proxy takes for a request. Thread-safe.
///
/// @see "RFC 6455, 5.2, 5.3 and 10.3"
final class FrameWriter {
  private static final int FIN = 0x80;
  private static final int MASKED = 0x80;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final BufferedSink sink;
  private final ReentrantLock lock = new ReentrantLock();

  // Guarded by the lock.
  private boolean inMessage;
  private boolean closed;

  FrameWriter(BufferedSink sink) {
    this.sink = sink;
  }

  /// Sends the next piece of a message as a frame; nothing once a close frame has gone. Blocks until the kernel has it.
  ///
  /// @param last whether the message ends with it
  void message(boolean text, boolean last, byte[] bytes) throws IOException {
    lock.lock();
    try {
      if (closed) {
        return;
      }
      int opcode = inMessage ? FrameReader.CONTINUATION : text ? FrameReader.TEXT : FrameReader.BINARY;
      inMessage = !last;
      frame(opcode, last, bytes);
    } finally {
      lock.unlock();
    }
  }

  /// Answers a ping.
  void pong(byte[] bytes) throws IOException {
    lock.lock();
    try {
      if (!closed) {
        frame(FrameReader.PONG, true, bytes);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Sends a close frame, unless one has gone. A message that is not whole stays so.
  ///
  /// @param code from 1000, or [FrameReader#NO_CODE]
  /// @param reason at most 123 bytes in UTF-8; empty without a code
  void close(int code, String reason) throws IOException {
    lock.lock();
    try {
      if (!closed) {
        closed = true;
        Buffer payload = new Buffer();
        if (code != FrameReader.NO_CODE) {
          payload.writeShort(code).write(reason.getBytes(StandardCharsets.UTF_8));
        }
        frame(FrameReader.CLOSE, true, payload.readByteArray());
      }
    } finally {
      lock.unlock();
    }
  }

  /// As [#close], but not if that has to wait long for a server that takes nothing.
  void closeSoon(int code, long mostMillis) throws IOException, InterruptedException {
    if (lock.tryLock(mostMillis, TimeUnit.MILLISECONDS)) {
      try {
        close(code, "");
      } finally {
        lock.unlock();
      }
    }
  }

  private void frame(int opcode, boolean fin, byte[] bytes) throws IOException {
    sink.writeByte((fin ? FIN : 0) | opcode);
    if (bytes.length < 126) {
      sink.writeByte(MASKED | bytes.length);
    } else if (bytes.length < 1 << 16) {
      sink.writeByte(MASKED | 126).writeShort(bytes.length);
    } else {
      sink.writeByte(MASKED | 127).writeLong(bytes.length);
    }
    byte[] mask = new byte[4];
    RANDOM.nextBytes(mask);
    byte[] masked = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      masked[i] = (byte) (bytes[i] ^ mask[i & 3]);
    }
    sink.write(mask).write(masked).flush();
  }
}
