package ringfence.sandbox.port.ring;

import static java.util.Objects.requireNonNull;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.port.PortHandler;
import ringfence.sandbox.port.ring.RemoteCalls.Call;
import ringfence.sandbox.port.ring.RemoteCalls.Reply;

/// Calls a [RingPortServer]. Each thread that calls has a thread of its own there, so what runs at the
/// same time here does so there.
final class RemoteCaller implements AutoCloseable {
  private static final PortHandler NO_HANDLER =
      (_, _, _) -> {
        throw new AssertionError("a message came for a call that takes none");
      };

  private final UnixDomainSocketAddress server;
  private final Map<Thread, Line> lines = new ConcurrentHashMap<>();

  RemoteCaller(Path socket) {
    server = UnixDomainSocketAddress.of(socket);
  }

  @FunctionalInterface
  interface Arguments {
    void writeTo(DataOutputStream out) throws IOException;
  }

  @FunctionalInterface
  interface Result<T> {
    T readFrom(DataInputStream in) throws IOException;
  }

  void tell(Call call, long id) {
    tell(call, id, _ -> {});
  }

  void tell(Call call, long id, Arguments arguments) {
    boolean _ = ask(call, id, arguments, _ -> true);
  }

  <T> T ask(
      Call call, long id, Arguments arguments, Result<T> result) {
    return ask(call, id, arguments, result, NO_HANDLER);
  }

  /// @throws RuntimeException what the call threw there, or the handler here
  <T> T ask(
      Call call, long id, Arguments arguments, Result<T> result, PortHandler handler) {
    try {
      return lines
          .computeIfAbsent(Thread.currentThread(), _ -> new Line(server))
          .ask(call, id, arguments, result, handler);
    } catch (IOException e) {
      throw new UncheckedIOException("the other process does not answer", e);
    }
  }

  @Override
  public void close() throws IOException {
    for (Line line : lines.values()) {
      line.channel.close();
    }
  }

  private static final class Line {
    private final SocketChannel channel;
    private final DataInputStream in;
    private final DataOutputStream out;

    Line(UnixDomainSocketAddress server) {
      try {
        channel = SocketChannel.open(server);
      } catch (IOException e) {
        throw new UncheckedIOException("the other process does not listen", e);
      }
      in = RemoteCalls.in(channel);
      out = RemoteCalls.out(channel);
    }

    <T> T ask(
        Call call, long id, Arguments arguments, Result<T> result, PortHandler handler)
        throws IOException {
      write(call, id);
      arguments.writeTo(out);
      out.flush();
      RuntimeException ofHandler = null;
      while (true) {
        switch (Reply.valueOf(in.readUTF())) {
          case MESSAGE -> {
            ofHandler = handle(RemoteCalls.readBytes(in), handler);
            write(ofHandler == null ? Call.HANDLED : Call.THREW, id);
            out.flush();
          }
          case DONE -> {
            return result.readFrom(in);
          }
          case THREW -> {
            RuntimeException thrown = RemoteCalls.readException(in);
            throw thrown instanceof RemoteCalls.HandlerThrew ? requireNonNull(ofHandler) : thrown;
          }
        }
      }
    }

    private void write(Call call, long id) throws IOException {
      out.writeUTF(call.name());
      out.writeLong(id);
    }

    private @Nullable RuntimeException handle(byte[] message, PortHandler handler)
        throws IOException {
      try {
        handler.onMessage(message, 0, message.length);
        return null;
      } catch (RuntimeException e) {
        return e;
      } catch (Error e) {
        // A failed assertion ends the test; the poll that waits for an answer must not outlive it.
        channel.close();
        throw e;
      }
    }
  }
}
