package ringfence.benchmarks.carrier;

import io.aeron.Aeron;
import io.aeron.ExclusivePublication;
import io.aeron.FragmentAssembler;
import io.aeron.Subscription;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.logbuffer.FragmentHandler;
import io.aeron.logbuffer.Header;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.port.PortHandler;

/// Aeron IPC. The near end's process embeds the media driver, in one thread that backs off when it has nothing to do.
///
/// Exclusive publications, which are the faster ones for one thread; the largest packet, so that 64 KiB take two.
final class AeronEnd implements End, FragmentHandler {
  private static final int THERE = 1;
  private static final int BACK = 2;
  private static final int LARGEST_PACKET = 65504;

  private final @Nullable MediaDriver driver;
  private final Aeron aeron;
  private final ExclusivePublication out;
  private final Subscription in;
  private final FragmentHandler fragments;
  private final IdleStrategy idle;
  private final UnsafeBuffer outgoing = new UnsafeBuffer();
  private final byte[] message;
  private @Nullable PortHandler handler;

  private AeronEnd(Place place) {
    driver = place.near() ? startDriver(place.text()) : null;
    aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(place.text()));
    String channel = "aeron:ipc?term-length=" + Math.max(1 << 20, 2 * place.capacityBytes());
    out = aeron.addExclusivePublication(channel, place.near() ? THERE : BACK);
    in = aeron.addSubscription(channel, place.near() ? BACK : THERE);
    fragments = new FragmentAssembler(this);
    idle = place.regime() == Regime.SPINNING ? BusySpinIdleStrategy.INSTANCE : new BackoffIdleStrategy();
    message = new byte[Math.max(place.payloadBytes(), 64)];
  }

  static AeronEnd open(Place place) {
    return new AeronEnd(place);
  }

  static Laid lay() throws IOException {
    Path shared = Path.of("/dev/shm");
    Path parent = Files.isWritable(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir"));
    return new Laid(List.of(), List.of(), Files.createTempDirectory(parent, "ringfence-aeron-").toString());
  }

  private static MediaDriver startDriver(String folder) {
    return MediaDriver.launch(
        new MediaDriver.Context()
            .aeronDirectoryName(folder)
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .ipcMtuLength(LARGEST_PACKET)
            .threadingMode(ThreadingMode.SHARED));
  }

  @Override
  public void send(byte[] buffer, int offset, int length) {
    outgoing.wrap(buffer, offset, length);
    while (true) {
      long position = out.offer(outgoing, 0, length);
      if (position >= 0) {
        return;
      }
      if (position == ExclusivePublication.CLOSED || position == ExclusivePublication.MAX_POSITION_EXCEEDED) {
        throw new IllegalStateException("Aeron's publication has ended: " + ExclusivePublication.errorString(position));
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void sendAll(List<byte[]> messages) {
    for (byte[] each : messages) {
      send(each, 0, each.length);
    }
  }

  @Override
  public int poll(PortHandler to, int limit) {
    handler = to;
    int count = in.poll(fragments, limit);
    if (count > 0) {
      idle.reset();
    }
    return count;
  }

  @Override
  public void onFragment(DirectBuffer buffer, int offset, int length, Header header) {
    buffer.getBytes(offset, message, 0, length);
    if (handler != null) {
      handler.onMessage(message, 0, length);
    }
  }

  @Override
  public void idle() {
    idle.idle();
  }

  @Override
  public void close() {
    aeron.close();
    if (driver != null) {
      driver.close();
    }
  }
}
