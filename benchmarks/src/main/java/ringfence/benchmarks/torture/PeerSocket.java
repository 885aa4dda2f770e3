package ringfence.benchmarks.torture;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import ringfence.benchmarks.port.ChildMain;
import ringfence.sandbox.os.Descriptors;

/// The socket of a [ringfence.benchmarks.port.Child], as the child's own main class uses it.
final class PeerSocket {
  private static final int LONGEST_COMMAND_BYTES = 256;

  private PeerSocket() {}

  /// What is done for a command.
  interface Deed {
    /// Does it.
    ///
    /// @param words of the command
    /// @param descriptor that came with it; the deed closes it
    /// @return the answer
    String act(String[] words, int descriptor) throws IOException;
  }

  /// Obeys commands, each of which a descriptor follows, until the socket ends. A failure is answered, and ends the process.
  static void obey(Deed deed) throws IOException {
    try {
      String command = receive();
      while (!command.isEmpty()) {
        int descriptor = Descriptors.receive(ChildMain.SOCKET, new byte[1]).descriptor();
        say(deed.act(command.split(" "), descriptor));
        command = receive();
      }
    } catch (IOException | RuntimeException e) {
      e.printStackTrace();
      say(ChildMain.FAILED + e);
      System.exit(1);
    }
  }

  private static String receive() throws IOException {
    byte[] bytes = new byte[LONGEST_COMMAND_BYTES];
    return new String(bytes, 0, Descriptors.receive(ChildMain.SOCKET, bytes).length(), StandardCharsets.UTF_8);
  }

  private static void say(String answer) throws IOException {
    Descriptors.send(ChildMain.SOCKET, answer.getBytes(StandardCharsets.UTF_8), -1);
  }
}
