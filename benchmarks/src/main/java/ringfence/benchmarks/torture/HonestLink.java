package ringfence.benchmarks.torture;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.ring.FutexDoorbell;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.RingSide;
import ringfence.sandbox.port.ring.SharedRegion;

/// Two ends of a link that nobody attacks, and numbers that go over it while others are attacked.
final class HonestLink implements AutoCloseable {
  private static final int CAPACITY = 64 << 10;
  private static final int MESSAGE_BYTES = 64;
  private static final Duration LOOK = Duration.ofMillis(50);

  private final RingPort near;
  private final RingPort far;
  private final Thread sender;
  private final Thread receiver;
  private volatile boolean closing;

  /// Nothing is sent any more, and what was sent is counted.
  private volatile boolean allSent;

  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong received = new AtomicLong();
  private final AtomicLong wrong = new AtomicLong();

  HonestLink() throws IOException {
    RingOffer offer = new RingOffer(1, RingSide.FIRST, CAPACITY, 42, MESSAGE_BYTES);
    try (SharedRegion region = SharedRegion.create("ringfence honest", RingPort.regionBytes(CAPACITY))) {
      near = RingPort.open(region, offer);
      far = RingPort.open(region, offer.forPeer(1));
    }
    sender = Thread.ofPlatform().daemon().start(this::send);
    receiver = Thread.ofPlatform().daemon().start(this::receive);
  }

  private void send() {
    byte[] message = new byte[MESSAGE_BYTES];
    while (!closing) {
      for (int i = 0; i < 16 && near.offer(ByteBuffer.wrap(message).putLong(0, sent.get()).array()); i++) {
        sent.incrementAndGet();
      }
      // Slower than it could be: it is to be there, not to use a processor.
      LockSupport.parkNanos(100_000);
    }
  }

  private void receive() {
    try (Doorbell bell = FutexDoorbell.open()) {
      bell.add(far);
      while (!allSent || received.get() < sent.get()) {
        int _ =
            far.poll(
                (bytes, offset, length) -> {
                  if (length != MESSAGE_BYTES || ByteBuffer.wrap(bytes, offset, length).getLong() != received.get()) {
                    wrong.incrementAndGet();
                  }
                  received.incrementAndGet();
                },
                64);
        boolean _ = bell.await(LOOK);
      }
    }
  }

  /// Ends it, and counts.
  void finish(Tally tally) throws InterruptedException {
    closing = true;
    sender.join();
    allSent = true;
    if (!receiver.join(Stage.PATIENCE)) {
      tally.fail("a link that nobody attacked stands still");
    }
    tally.lost(Math.max(0, sent.get() - received.get()));
    tally.duplicated(Math.max(0, received.get() - sent.get()));
    if (wrong.get() > 0) {
      tally.fail(wrong + " messages came wrong over a link that nobody attacked");
    }
    tally.note(received + " messages over a link beside it came in order");
  }

  @Override
  public void close() {
    near.close();
    far.close();
  }
}
