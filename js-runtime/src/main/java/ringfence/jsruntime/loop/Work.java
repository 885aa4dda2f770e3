package ringfence.jsruntime.loop;

/// One of the things that an [EventLoop] attends to in turn.
public interface Work {
  /// [#dueNanos()] of work that waits for a port or a post only.
  long NEVER = Long.MAX_VALUE;

  /// Does what is to be done now, at most `limit` pieces of it.
  ///
  /// @param nowNanos the loop's clock
  /// @return whether more is left to be done at once
  boolean run(int limit, long nowNanos);

  /// When this work wants its next turn by the loop's clock, even if no port rings.
  default long dueNanos() {
    return NEVER;
  }
}
