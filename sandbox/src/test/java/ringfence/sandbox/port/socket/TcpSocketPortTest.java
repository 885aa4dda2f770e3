package ringfence.sandbox.port.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.port.ConnectionPortContract;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.PortState;

class TcpSocketPortTest extends ConnectionPortContract {
  private record Channels(SocketChannel near, SocketChannel far) {}

  private static Channels channels() throws IOException {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel near = SocketChannel.open(server.getLocalAddress());
      return new Channels(near, server.accept());
    }
  }

  @Override
  protected Ends connect() throws IOException {
    Channels channels = channels();
    return new Ends(
        SocketPort.open(channels.near(), MAX_MESSAGE_BYTES),
        SocketPort.open(channels.far(), MAX_MESSAGE_BYTES));
  }

  /// Attack: a peer announces a frame of 4 GiB after an honest one.
  @Test
  void isDamagedByAFrameThatIsTooLongAfterHandingOverWhatCameBefore() throws IOException {
    Channels channels = channels();
    try (SocketPort port = SocketPort.open(channels.near(), 1000);
        SocketChannel peer = channels.far()) {
      ByteBuffer bytes = ByteBuffer.allocate(9).order(ByteOrder.LITTLE_ENDIAN);
      peer.write(bytes.putInt(1).put((byte) 'a').putInt(-1).flip());
      List<Integer> lengths = new ArrayList<>();
      while (port.state() == PortState.OPEN) {
        assertThat(port.await(Duration.ofSeconds(20))).isTrue();
        try {
          port.poll((_, _, length) -> lengths.add(length), 10);
        } catch (PortClosedException e) {
          assertThat(e.state()).isEqualTo(PortState.DAMAGED);
        }
      }
      assertThat(lengths).containsExactly(1);
      assertThatThrownBy(() -> port.offer(new byte[1]))
          .isInstanceOf(PortClosedException.class)
          .hasMessage("socket frame is damaged: length=4294967295 maxMessageBytes=1000");
      assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  /// Attack: a peer announces the longest message and sends one byte; no memory may be taken for the rest.
  @Test
  void takesMemoryForAFrameOnlyAsItArrives() throws IOException {
    Channels channels = channels();
    try (SocketPort port = SocketPort.open(channels.near(), 1 << 28);
        SocketChannel peer = channels.far()) {
      Runtime runtime = Runtime.getRuntime();
      System.gc();
      long before = runtime.totalMemory() - runtime.freeMemory();
      ByteBuffer bytes = ByteBuffer.allocate(5).order(ByteOrder.LITTLE_ENDIAN);
      peer.write(bytes.putInt(1 << 28).put((byte) 'a').flip());
      assertThat(port.await(Duration.ofMillis(200))).isFalse();
      assertThat(runtime.totalMemory() - runtime.freeMemory() - before).isLessThan(100L << 20);
      assertThat(port.state()).isEqualTo(PortState.OPEN);
    }
  }
}
