package ringfence.sandbox.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringfence.sandbox.port.local.LocalPort;
import ringfence.sandbox.protocol.LinkRole;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceName;

/// What a small message waits for behind large streams on its link, counted in the bytes of them that arrive before it.
///
/// The port has room for all of the streams, so nothing but the windows holds them back.
class LinkFairnessTest {
  private static final long STREAMED_BYTES = 64L << 20;
  private static final int PORT_MESSAGES = 100_000;
  private static final long SEED = Long.getLong("ringfence.seed", System.nanoTime());

  /// @param out how many streams the call brings, and `in` how many its answer
  @ParameterizedTest
  @CsvSource({"1, 0, 65536", "0, 1, 65536", "8, 0, 1000", "0, 8, 1000000", "16, 16, 65000"})
  void aSmallMessageWaitsForNoMoreThanAWindow(int out, int in, int itemBytes) {
    LocalPort.Pair ports = LocalPort.pair(16 << 20, PORT_MESSAGES);
    StreamingPeer importer = new StreamingPeer(itemBytes, STREAMED_BYTES);
    StreamingPeer exporter = new StreamingPeer(itemBytes, STREAMED_BYTES);
    importer.other = exporter;
    exporter.other = importer;
    importer.endpoint.add(1, new ServiceName("exporter"), LinkRole.IMPORT, ports.first());
    exporter.endpoint.add(1, new ServiceName("importer"), LinkRole.DEPENDANT, ports.second());
    exporter.answersWith = "o".repeat(in);

    StreamBlock block = out == 0 ? StreamBlock.NONE : importer.endpoint.openStreams("exporter", "o".repeat(out));
    if (block == null) {
      throw new AssertionError("too many streams");
    }
    assertThat(importer.endpoint.call("exporter", "stream", new byte[] {1}, 1000, block).sent()).isEqualTo(Sent.SENT);
    Random random = new Random(SEED);
    long goal = (out == 0 ? 0 : STREAMED_BYTES) + (in == 0 ? 0 : STREAMED_BYTES);
    while (importer.receivedBytes + exporter.receivedBytes < goal) {
      StreamingPeer turn = random.nextBoolean() ? importer : exporter;
      boolean _ = turn.endpoint.run(1 + random.nextInt(64), 0);
      turn.pump();
      if (random.nextInt(8) == 0 && importer.sends()) {
        assertThat(importer.endpoint.call("exporter", "small", new byte[] {1}, 1000, StreamBlock.NONE).sent())
            .isEqualTo(Sent.SENT);
      }
    }

    System.out.printf(
        "%d streams there and %d back, items of %d bytes, seed %d: %d calls and %d answers, behind %d and %d bytes at most%n",
        out, in, itemBytes, SEED, exporter.small, importer.small, exporter.mostBetween, importer.mostBetween);
    assertThat(exporter.small).isGreaterThan(20);
    assertThat(importer.small).isGreaterThan(20);
    // Of an item that is longer than a part, what came before the call counts when its last part comes.
    int window = ServiceMessage.LINK_WINDOW_BYTES + ServiceMessage.MOST_PART_BYTES + (itemBytes > ServiceMessage.MOST_PART_BYTES ? itemBytes : 0);
    assertThat(exporter.mostBetween).isLessThanOrEqualTo(window);
    assertThat(importer.mostBetween).isLessThanOrEqualTo(window);
  }
}
