package ringfence.jsruntime.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// Where the loop is: in a turn of guest code, or between two.
///
/// A turn is one entry into the context with all promise jobs that follow it. The loop's thread counts, with two
/// plain stores a turn; any thread may look, and sees the count at some moment of the last microseconds.
///
/// ```
///   count   0    1        2   3            4
///   loop    -----[ turn 1 ]---[   turn 2   ]----   odd: in a turn
/// ```
public final class Turns {
  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(Turns.class, "count", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private long count;

  /// A turn begins. On the loop's thread.
  public void begin() {
    COUNT.setOpaque(this, count + 1);
  }

  /// The turn ends. On the loop's thread.
  public void end() {
    COUNT.setOpaque(this, count + 1);
  }

  /// The number of the moment: odd within a turn. From any thread.
  public long now() {
    return (long) COUNT.getOpaque(this);
  }
}
