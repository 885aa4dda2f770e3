package ringfence.benchmarks.port;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import ringfence.benchmarks.carrier.End;
import ringfence.benchmarks.report.Measure;
import ringfence.sandbox.port.PortHandler;

/// Sends batches without a pause, and at the end of a slice waits until the other process has counted all of them.
final class Sending implements Job, PortHandler {
  private final End end;
  private final boolean alone;
  private final List<byte[]> batch;
  private final byte[] last;
  private final Patience patience = new Patience();
  private long sent;
  private boolean answered;

  /// @param together how many messages are sent in one batch
  /// @param alone whether nobody receives
  Sending(End end, int payloadBytes, int together, boolean alone) {
    this.end = end;
    this.alone = alone;
    batch = Stream.generate(() -> Stamp.message(payloadBytes)).limit(together).toList();
    last = Stamp.message(payloadBytes);
    Stamp.put(last, Stamp.STOP);
  }

  @Override
  public Map<Measure, Double> run(Duration slice) {
    long before = sent;
    long start = System.nanoTime();
    long until = start + slice.toNanos();
    while (System.nanoTime() < until) {
      sendBatch();
    }
    if (!alone) {
      awaitAnswer();
    }
    long nanos = System.nanoTime() - start;
    return Map.of(Measure.PER_SECOND, (sent - before) * 1e9 / nanos);
  }

  void sendBatch() {
    long number = sent;
    for (byte[] each : batch) {
      Stamp.put(each, number++);
    }
    end.sendAll(batch);
    sent = number;
  }

  /// Ends a slice, and waits until all of it has arrived.
  void awaitAnswer() {
    answered = false;
    end.send(last, 0, last.length);
    while (!answered) {
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
    answered = true;
  }

  @Override
  public void close() {
    end.close();
  }
}
