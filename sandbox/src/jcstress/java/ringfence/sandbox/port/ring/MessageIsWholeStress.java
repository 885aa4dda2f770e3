package ringfence.sandbox.port.ring;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/// Whoever sees a record sees all of it, and the second only behind the first.
@JCStressTest
@Outcome(id = "-1, -1", expect = Expect.ACCEPTABLE, desc = "Nothing has come yet.")
@Outcome(id = "-1, 16909060", expect = Expect.ACCEPTABLE, desc = "The first came between the two looks.")
@Outcome(id = "16909060, -1", expect = Expect.ACCEPTABLE, desc = "The first has come.")
@Outcome(id = "16909060, 84281096", expect = Expect.ACCEPTABLE, desc = "Both have come, in order.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A torn message, or the second without the first.")
@State
public class MessageIsWholeStress {
  private final StressedRing ring = new StressedRing();

  /// Sends two.
  @Actor
  public void writer() {
    ring.send((byte) 1, (byte) 2, (byte) 3, (byte) 4);
    ring.send((byte) 5, (byte) 6, (byte) 7, (byte) 8);
  }

  /// Looks twice.
  @Actor
  public void reader(II_Result seen) {
    seen.r1 = ring.read();
    seen.r2 = ring.read();
  }
}
