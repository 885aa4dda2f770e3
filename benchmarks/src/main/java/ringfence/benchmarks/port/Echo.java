package ringfence.benchmarks.port;

import java.time.Duration;
import java.util.Map;
import ringfence.benchmarks.carrier.End;
import ringfence.benchmarks.report.Measure;
import ringfence.sandbox.port.PortHandler;

/// Sends each message back, up to the one that ends the slice.
final class Echo implements Job, PortHandler {
  private final End end;
  private final Patience patience = new Patience();
  private boolean stopped;

  Echo(End end) {
    this.end = end;
  }

  @Override
  public Map<Measure, Double> run(Duration slice) {
    stopped = false;
    while (!stopped) {
      if (end.poll(this, 1) == 0) {
        end.idle();
        patience.turn();
      } else {
        patience.reset();
      }
    }
    return Map.of();
  }

  @Override
  public void onMessage(byte[] buffer, int offset, int length) {
    stopped = Stamp.number(buffer, offset) == Stamp.STOP;
    end.send(buffer, offset, length);
  }

  @Override
  public void close() {
    end.close();
  }
}
