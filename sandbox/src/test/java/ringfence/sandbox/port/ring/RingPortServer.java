package ringfence.sandbox.port.ring;

import static java.util.Objects.requireNonNull;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.ring.RemoteCalls.Call;
import ringfence.sandbox.port.ring.RemoteCalls.Reply;

/// The other process of [TwoProcessRingContractIT]: opens the ring ports of the regions that it gets, and
/// does with them what it is asked to by a [RemoteCaller].
final class RingPortServer {
  private final Map<Long, CompletableFuture<RingPort>> ports = new ConcurrentHashMap<>();
  private final Map<Long, Doorbell> doorbells = new ConcurrentHashMap<>();
  private final AtomicLong doorbellIds = new AtomicLong();

  private RingPortServer() {}

  /// Serves until the sender of the regions is gone.
  ///
  /// @param args path of the socket to listen at
  public static void main(String[] args) throws IOException {
    RingPortServer ports = new RingPortServer();
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(Path.of(args[0])));
    start(() -> ports.acceptForEver(server));
    Descriptors.send(RegionHandover.SOCKET, new byte[1], -1);
    RegionHandover.Arrival arrival = RegionHandover.receive(RegionHandover.SOCKET);
    while (arrival != null) {
      ports.arrival(arrival.regionId()).complete(arrival.port());
      arrival = RegionHandover.receive(RegionHandover.SOCKET);
    }
    System.exit(0);
  }

  private static void start(Runnable task) {
    Thread.ofPlatform().daemon().start(task);
  }

  private void acceptForEver(ServerSocketChannel server) {
    try {
      while (true) {
        SocketChannel channel = server.accept();
        start(() -> new Line(channel).serve());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A region and the first call for it come over different sockets, so either may be the first.
  private CompletableFuture<RingPort> arrival(long regionId) {
    return ports.computeIfAbsent(regionId, _ -> new CompletableFuture<>());
  }

  private RingPort port(long regionId) {
    return arrival(regionId).orTimeout(20, TimeUnit.SECONDS).join();
  }

  private Doorbell doorbell(long id) {
    return requireNonNull(doorbells.get(id));
  }

  /// A connection, and the thread that does what is asked over it.
  private final class Line {
    private final SocketChannel channel;
    private final DataInputStream in;
    private final DataOutputStream out;

    Line(SocketChannel channel) {
      this.channel = channel;
      in = RemoteCalls.in(channel);
      out = RemoteCalls.out(channel);
    }

    /// Whatever ends this thread ends the connection, so the caller never waits in vain.
    void serve() {
      try (channel) {
        while (true) {
          serve(Call.valueOf(in.readUTF()), in.readLong());
        }
      } catch (EOFException e) {
        // The caller needs this line no more.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void serve(Call call, long id) throws IOException {
      try {
        call(call, id);
      } catch (UncheckedIOException e) {
        throw e.getCause();
      } catch (RuntimeException e) {
        out.writeUTF(Reply.THREW.name());
        RemoteCalls.writeException(out, e);
      }
      out.flush();
    }

    /// Reads the arguments, calls, and then begins the reply, since the call may throw instead.
    private void call(Call call, long id) throws IOException {
      switch (call) {
        case OFFER -> {
          byte[] buffer = RemoteCalls.readBytes(in);
          done(port(id).offer(buffer, in.readInt(), in.readInt()));
        }
        case OFFER_BATCH -> {
          List<byte[]> messages = new ArrayList<>();
          int count = in.readInt();
          for (int i = 0; i < count; i++) {
            messages.add(RemoteCalls.readBytes(in));
          }
          done(port(id).offerBatch(messages));
        }
        case FLUSH -> done(port(id).flush());
        case POLL -> done(port(id).poll(this::handOver, in.readInt()));
        case READY -> done(port(id).ready());
        case AWAIT -> done(port(id).await(Duration.ofNanos(in.readLong())));
        case STATE -> {
          String state = port(id).state().name();
          done().writeUTF(state);
        }
        case CAUSE -> {
          PortClosedException cause = port(id).cause();
          done(cause != null);
          if (cause != null) {
            RemoteCalls.writeException(out, cause);
          }
        }
        case MAX_MESSAGE_BYTES -> done(port(id).maxMessageBytes());
        case CLOSE -> {
          port(id).close();
          done();
        }
        case DOORBELL_OPEN -> {
          long opened = doorbellIds.incrementAndGet();
          doorbells.put(opened, FutexDoorbell.open());
          done().writeLong(opened);
        }
        case DOORBELL_ADD -> {
          doorbell(id).add(port(in.readLong()));
          done();
        }
        case DOORBELL_REMOVE -> {
          doorbell(id).remove(port(in.readLong()));
          done();
        }
        case DOORBELL_WAKE_ON_ROOM -> {
          doorbell(id).wakeOnRoom(port(in.readLong()));
          done();
        }
        case DOORBELL_AWAIT -> done(doorbell(id).await(Duration.ofNanos(in.readLong())));
        case DOORBELL_RING -> {
          doorbell(id).ring();
          done();
        }
        case DOORBELL_CLOSE -> {
          doorbell(id).close();
          done();
        }
        case HANDLED, THREW -> throw new IllegalStateException(call + " outside of a poll");
      }
    }

    /// Gives the caller a message, and does on this thread what its handler asks for meanwhile.
    private void handOver(byte[] buffer, int offset, int length) {
      try {
        out.writeUTF(Reply.MESSAGE.name());
        RemoteCalls.writeBytes(out, buffer, offset, length);
        out.flush();
        Call call = Call.valueOf(in.readUTF());
        long id = in.readLong();
        while (call != Call.HANDLED && call != Call.THREW) {
          serve(call, id);
          call = Call.valueOf(in.readUTF());
          id = in.readLong();
        }
        if (call == Call.THREW) {
          throw new RemoteCalls.HandlerThrew();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void done(boolean result) throws IOException {
      done().writeBoolean(result);
    }

    private void done(int result) throws IOException {
      done().writeInt(result);
    }

    private DataOutputStream done() throws IOException {
      out.writeUTF(Reply.DONE.name());
      return out;
    }
  }
}
