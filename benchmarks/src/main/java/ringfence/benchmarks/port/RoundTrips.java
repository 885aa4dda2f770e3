package ringfence.benchmarks.port;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import ringfence.benchmarks.carrier.End;
import ringfence.benchmarks.carrier.Regime;
import ringfence.benchmarks.report.Measure;
import ringfence.sandbox.port.PortHandler;

/// Sends a message, waits for the same one to come back, and times it.
final class RoundTrips implements Job, PortHandler {
  private static final int BLOCK = 32;
  private static final int MOST_SAMPLES = 1 << 20;

  /// Longer than anybody spins before sleeping.
  private static final long REST_NANOS = 100_000;

  private static final int WHOLE_EVERY = 256;

  private final End end;
  private final boolean carriesAll;
  private final boolean asleep;
  private final byte[] message;
  private final byte[] expected;
  private final Patience patience = new Patience();
  private final long[] blocks = new long[MOST_SAMPLES / BLOCK];
  private final long[] singles = new long[MOST_SAMPLES];
  private long sent;
  private long received;

  RoundTrips(End end, int payloadBytes, Regime regime, boolean carriesAll) {
    this.end = end;
    this.carriesAll = carriesAll;
    asleep = regime == Regime.ASLEEP;
    message = Stamp.message(payloadBytes);
    expected = Stamp.message(payloadBytes);
  }

  @Override
  public Map<Measure, Double> run(Duration slice) {
    long until = System.nanoTime() + slice.toNanos();
    Map<Measure, Double> measured = asleep ? runAsleep(until) : runBusy(until);
    stop();
    return measured;
  }

  /// Ends a slice. Waits for the echo of that as well, since a word that holds one message must not be overwritten.
  void stop() {
    long before = sent;
    roundTrip(Stamp.STOP);
    sent = before;
  }

  /// One message there and back.
  void roundTrip() {
    roundTrip(sent + 1);
  }

  private void roundTrip(long number) {
    sent = number;
    Stamp.put(message, number);
    end.send(message, 0, message.length);
    while (received != number) {
      if (end.poll(this, 1) == 0) {
        end.idle();
        patience.turn();
      }
    }
    patience.reset();
  }

  @Override
  public void onMessage(byte[] buffer, int offset, int length) {
    Stamp.check(buffer, offset, length, sent);
    if (carriesAll && sent % WHOLE_EVERY == 0) {
      Stamp.checkAll(buffer, offset, length, expected);
    }
    received = sent;
  }

  private Map<Measure, Double> runBusy(long until) {
    int blocksTimed = 0;
    int singlesTimed = 0;
    while (System.nanoTime() < until && singlesTimed + BLOCK <= singles.length) {
      blocks[blocksTimed++] = block();
      singlesTimed = single(singlesTimed);
    }
    Arrays.sort(blocks, 0, blocksTimed);
    Arrays.sort(singles, 0, singlesTimed);
    return Map.of(
        Measure.MEAN_NANOS, (double) blocks[blocksTimed / 2] / BLOCK,
        Measure.P50_NANOS, (double) singles[singlesTimed / 2],
        Measure.P99_NANOS, (double) singles[(int) (singlesTimed * 0.99)]);
  }

  private long block() {
    long start = System.nanoTime();
    for (int i = 0; i < BLOCK; i++) {
      roundTrip();
    }
    return System.nanoTime() - start;
  }

  private int single(int timed) {
    long before = System.nanoTime();
    for (int i = 0; i < BLOCK; i++) {
      roundTrip();
      long now = System.nanoTime();
      singles[timed + i] = now - before;
      before = now;
    }
    return timed + BLOCK;
  }

  private Map<Measure, Double> runAsleep(long until) {
    int timed = 0;
    while (System.nanoTime() < until && timed < singles.length) {
      long rested = System.nanoTime() + REST_NANOS;
      while (System.nanoTime() < rested) {
        Thread.onSpinWait();
      }
      long before = System.nanoTime();
      roundTrip();
      singles[timed++] = System.nanoTime() - before;
    }
    Arrays.sort(singles, 0, timed);
    return Map.of(
        Measure.P50_NANOS, (double) singles[timed / 2], Measure.P99_NANOS, (double) singles[(int) (timed * 0.99)]);
  }

  @Override
  public void close() {
    end.close();
  }
}
