package ringfence.sandbox.port.ring;

import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/// A writer that was refused lies down for want of room while the reader makes some: either the writer sees the room, or the
/// reader sees its wish and wakes it.
@JCStressTest
@Outcome(id = "true, false", expect = Expect.ACCEPTABLE, desc = "The writer saw the room.")
@Outcome(id = "false, true", expect = Expect.ACCEPTABLE, desc = "The reader woke the writer.")
@Outcome(id = "true, true", expect = Expect.ACCEPTABLE, desc = "Both.")
@Outcome(id = "false, false", expect = Expect.FORBIDDEN, desc = "A wake-up is lost.")
@State
public class RoomIsNotLostStress {
  private final StressedRing ring = new StressedRing();

  /// Fills the ring until it is refused.
  public RoomIsNotLostStress() {
    try {
      byte[] message = new byte[32];
      while (ring.writer.offer(message, 0, message.length)) {
        // More.
      }
    } catch (RingDamage e) {
      throw new AssertionError(e);
    }
  }

  /// Reads one, and wakes whom it sees waiting for room.
  @Actor
  public void reader(ZZ_Result seen) {
    int _ = ring.read();
    ring.reader.moveHead();
    seen.r2 = ring.memory.wakeCalls() > 0;
  }

  /// Says that it waits for room, and looks once more.
  @Actor
  public void writer(ZZ_Result seen) {
    RingLayout.INT.setOpaque(ring.region, RingLayout.wantsRoom(RingSide.FIRST), 1);
    RingLayout.INT.setOpaque(ring.region, RingLayout.sleeps(RingSide.FIRST), 1);
    VarHandle.fullFence();
    seen.r1 = ring.writer.roomSinceRefusal();
  }
}
