package ringfence.benchmarks;

import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.RingSide;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.port.socket.SocketPort;

/// How long does a message take to another thread and back, over the ring and over a Unix-domain socket?
///
/// Both threads wait with `await`, so the ring spins a little and then sleeps in the kernel. A `SocketPort`
/// has the hand-over from its pump to the waiting thread in its time; the bare socket has not: blocking
/// reads and writes of a whole message, no limits, no doorbell, nothing that could be left out.
/// Every carrier copies each payload out. Flags: none beyond `--enable-native-access`, which the jar's
/// manifest gives.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
@NullUnmarked // JMH fills the fields in its own order.
public class RingRoundTrip {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final int CAPACITY_BYTES = 1 << 16;

  /// What carries the messages.
  public enum Carrier {
    RING,
    UNIX_SOCKET_PORT,
    BARE_UNIX_SOCKET
  }

  /// One end of a carrier.
  private interface End {
    void send(byte[] bytes) throws IOException;

    /// Waits for a message and copies it.
    void receive(byte[] into) throws IOException;

    void close() throws IOException;
  }

  @Param({"RING", "UNIX_SOCKET_PORT", "BARE_UNIX_SOCKET"})
  public Carrier carrier;

  @Param({"64", "1024"})
  public int messageBytes;

  private End near;
  private End far;
  private Thread echo;
  private byte[] message;
  private byte[] answer;

  @Setup
  public void connect() throws IOException {
    switch (carrier) {
      case RING -> connectRing();
      case UNIX_SOCKET_PORT, BARE_UNIX_SOCKET -> connectSocket();
    }
    message = new byte[messageBytes];
    answer = new byte[messageBytes];
    echo = Thread.ofPlatform().daemon().start(this::echo);
  }

  /// One message there and back.
  ///
  /// @return the copied answer, so that the copy is not optimised away
  @Benchmark
  public byte[] roundTrip() throws IOException {
    near.send(message);
    near.receive(answer);
    return answer;
  }

  @TearDown
  public void close() throws IOException, InterruptedException {
    near.close();
    echo.join();
    far.close();
  }

  private void connectRing() throws IOException {
    RingOffer offer = new RingOffer(1, RingSide.FIRST, CAPACITY_BYTES, 4711, MAX_MESSAGE_BYTES);
    try (SharedRegion region =
        SharedRegion.create("benchmark", RingPort.regionBytes(CAPACITY_BYTES))) {
      near = new PortEnd(RingPort.open(region, offer));
      far = new PortEnd(RingPort.open(region, offer.forPeer(1)));
    }
  }

  private void connectSocket() throws IOException {
    Path path = Files.createTempDirectory("ringfence").resolve("socket");
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(path);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      near = end(SocketChannel.open(address));
      far = end(server.accept());
    } finally {
      Files.delete(path);
      Files.delete(path.getParent());
    }
  }

  private End end(SocketChannel channel) throws IOException {
    return carrier == Carrier.BARE_UNIX_SOCKET
        ? new SocketEnd(channel, ByteBuffer.allocateDirect(messageBytes))
        : new PortEnd(SocketPort.open(channel, MAX_MESSAGE_BYTES));
  }

  private void echo() {
    byte[] received = new byte[messageBytes];
    try {
      while (!Thread.currentThread().isInterrupted()) {
        far.receive(received);
        far.send(received);
      }
    } catch (IOException | PortClosedException _) {
      // The near end was closed: the benchmark is over.
    }
  }

  private record PortEnd(ConnectionPort port) implements End {
    @Override
    public void send(byte[] bytes) {
      while (!port.offer(bytes)) {
        Thread.onSpinWait();
      }
    }

    @Override
    public void receive(byte[] into) {
      int count = 0;
      while (count == 0) {
        if (!port.await(PATIENCE)) {
          throw new AssertionError("no answer in " + PATIENCE);
        }
        count = port.poll((b, from, length) -> System.arraycopy(b, from, into, 0, length), 1);
      }
    }

    @Override
    public void close() {
      port.close();
    }
  }

  private record SocketEnd(SocketChannel channel, ByteBuffer buffer) implements End {
    @Override
    public void send(byte[] bytes) throws IOException {
      buffer.clear().put(bytes).flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    }

    @Override
    public void receive(byte[] into) throws IOException {
      buffer.clear();
      while (buffer.hasRemaining()) {
        if (channel.read(buffer) < 0) {
          throw new EOFException("the other end closed the socket");
        }
      }
      buffer.flip().get(into);
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
