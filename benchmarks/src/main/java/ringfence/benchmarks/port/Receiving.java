package ringfence.benchmarks.port;

import java.time.Duration;
import java.util.Map;
import ringfence.benchmarks.carrier.End;
import ringfence.benchmarks.report.Measure;

/// Takes and checks all messages of a slice, and then tells how many have arrived, ever.
///
/// A receiver that empties the ring faster than it fills takes each cache line from the sender while it is written.
/// So after a poll that found less than a batch (or than it may take), it lets the sender get ahead for a moment. All carriers get that.
final class Receiving implements Job {
  private static final int LIMIT_BYTES = 64 * 1024;
  private static final long LAG_NANOS = 1000;
  private static final int ANSWER_BYTES = 56;

  private final End end;
  private final Arrivals arrivals;
  private final int limit;
  private final int enough;
  private final byte[] answer = Stamp.message(ANSWER_BYTES);
  private final Patience patience = new Patience();

  Receiving(End end, int payloadBytes, int together, boolean carriesAll) {
    this.end = end;
    arrivals = new Arrivals(payloadBytes, carriesAll);
    limit = Math.clamp(LIMIT_BYTES / payloadBytes, 1, 256);
    enough = Math.min(together, limit);
  }

  @Override
  public Map<Measure, Double> run(Duration slice) {
    while (!arrivals.takeStop()) {
      int count = end.poll(arrivals, limit);
      if (count == 0) {
        end.idle();
        patience.turn();
      } else {
        patience.reset();
      }
      if (count < enough) {
        long until = System.nanoTime() + LAG_NANOS;
        while (System.nanoTime() < until) {
          Thread.onSpinWait();
        }
      }
    }
    Stamp.put(answer, arrivals.count());
    end.send(answer, 0, answer.length);
    return Map.of();
  }

  @Override
  public void close() {
    end.close();
  }
}
