package ringfence.sandbox.port.socket;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import ringfence.sandbox.port.ConnectionPortContract;

class UnixSocketPortTest extends ConnectionPortContract {
  @TempDir Path folder;
  private int sockets;

  @Override
  protected Ends connect() throws IOException {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("s" + sockets++));
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      SocketChannel near = SocketChannel.open(address);
      return new Ends(
          SocketPort.open(near, MAX_MESSAGE_BYTES),
          SocketPort.open(server.accept(), MAX_MESSAGE_BYTES));
    }
  }
}
