package ringfence.benchmarks.torture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.ring.FutexDoorbell;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.RingSide;
import ringfence.sandbox.port.ring.SharedRegion;

/// The sleeper of [Litmus]. `litmus BYTES SECRET` and the region's descriptor come over its socket; it answers `wrong N`, how many
/// messages it saw in pieces or out of order, when the other end has closed the port.
public final class LitmusPeer {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final RingPort port;
  private final byte[] answer = new byte[Long.BYTES];
  private long expected;
  private long wrong;

  private LitmusPeer(RingPort port) {
    this.port = port;
  }

  /// Answers until the socket ends.
  public static void main(String[] arguments) throws InterruptedException {
    // Named for those who look whether it sleeps.
    Thread thread = Thread.ofPlatform().name(Litmus.THREAD).start(LitmusPeer::obey);
    thread.join();
  }

  private static void obey() {
    try {
      PeerSocket.obey((words, descriptor) -> serve(SharedRegion.adopt(descriptor, Long.parseLong(words[1])), Long.parseLong(words[2])));
    } catch (IOException _) {
      System.exit(1);
    }
  }

  private static String serve(SharedRegion region, long secret) throws IOException {
    RingOffer offer = new RingOffer(1, RingSide.SECOND, Litmus.CAPACITY, secret, Litmus.MOST_WORDS * Long.BYTES);
    try (region;
        RingPort port = RingPort.open(region, offer);
        FutexDoorbell bell = FutexDoorbell.open()) {
      bell.add(port);
      LitmusPeer peer = new LitmusPeer(port);
      try {
        while (true) {
          boolean _ = bell.await(PATIENCE);
          int _ = port.poll(peer::take, Integer.MAX_VALUE);
        }
      } catch (PortClosedException _) {
        return "wrong " + peer.wrong;
      }
    }
  }

  private void take(byte[] bytes, int offset, int length) {
    ByteBuffer words = ByteBuffer.wrap(bytes, offset, length).slice().order(ByteOrder.LITTLE_ENDIAN);
    boolean whole = length >= Long.BYTES;
    for (int at = 0; at + Long.BYTES <= length; at += Long.BYTES) {
      whole &= words.getLong(at) == expected;
    }
    wrong += whole ? 0 : 1;
    ByteBuffer.wrap(answer).order(ByteOrder.LITTLE_ENDIAN).putLong(0, expected);
    expected++;
    if (!port.offer(answer, 0, answer.length)) {
      throw new IllegalStateException("there is no room for an answer");
    }
  }
}
