package ringfence.sandbox.port.ring;

import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/// One lies down as [FutexDoorbell] does while the other sends: either the sleeper sees the message, or the sender sees the
/// sleeper and wakes it. If neither does, the sleeper sleeps on although there is news.
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "The sleeper saw the message.")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "The sender woke the sleeper.")
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "Both.")
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "A wake-up is lost.")
@State
public class WakeIsNotLostStress {
  private final StressedRing ring = new StressedRing();

  /// Sends, and wakes whom it sees asleep.
  @Actor
  public void sender(ZZ_Result seen) {
    ring.send((byte) 1);
    seen.r2 = ring.memory.wakeCalls() > 0;
  }

  /// Says that it sleeps, and looks once more.
  @Actor
  public void sleeper(ZZ_Result seen) {
    RingLayout.INT.setOpaque(ring.region, RingLayout.sleeps(RingSide.SECOND), 1);
    VarHandle.fullFence();
    seen.r1 = ring.reader.ready();
  }
}
