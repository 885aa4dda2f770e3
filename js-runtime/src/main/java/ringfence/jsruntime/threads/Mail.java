package ringfence.jsruntime.threads;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.ErrorReport;

/// What one thread of a service has for another.
sealed interface Mail {
  /// About what it takes up while it waits.
  long bytes();

  /// What `postMessage` sends.
  ///
  /// @param parts the structured clone, and then the buffers that were transferred with it
  record Message(List<byte[]> parts) implements Mail {
    /// Reads a message out of a call of the prelude's.
    ///
    /// @param a pairs of a buffer and how much of it belongs to the message
    /// @param first where the pairs begin
    /// @return null if it is larger than a queue
    static @Nullable Message of(Value[] a, int first) {
      long total = 0;
      for (int i = first; i < a.length; i += 2) {
        total += a[i + 1].asLong();
      }
      if (total > MailQueue.MOST_BYTES) {
        return null;
      }
      List<byte[]> parts = new ArrayList<>();
      for (int i = first; i < a.length; i += 2) {
        byte[] part = new byte[a[i + 1].asInt()];
        a[i].readBuffer(0, part, 0, part.length);
        parts.add(part);
      }
      return new Message(parts);
    }

    /// The same pairs, as arguments for the other context; with a number before them if it is not 0.
    Object[] arguments(int id) {
      List<Object> arguments = new ArrayList<>();
      if (id != 0) {
        arguments.add(id);
      }
      for (byte[] part : parts) {
        arguments.add(ByteBuffer.wrap(part));
        arguments.add(part.length);
      }
      return arguments.toArray();
    }

    @Override
    public long bytes() {
      long bytes = 0;
      for (byte[] part : parts) {
        bytes += part.length;
      }
      return bytes;
    }
  }

  /// What nobody in the Worker has handled.
  record Failure(ErrorReport error) implements Mail {
    @Override
    public long bytes() {
      return 2L * (error.message().length() + error.stack().length());
    }
  }
}
