package ringfence.sandbox.permission;

import java.time.Duration;

/// How much a service may use, and how long its phases may take.
///
/// @param heapBytes the Java heap of its worker, from 16 MiB to 16 GiB
/// @param start from the command until it runs, from 1 ms
/// @param close from [ringfence.sandbox.protocol.ControlEvent.PrepareClose] until its worker is gone, from 1 ms
/// @param turn CPU time of one turn of its event loop, its top level included, from 10 ms
/// @param call the default timeout of a call, from 1 ms
/// @param outputLines how many of a run's last lines the host keeps, from 0 to 1 000 000
public record Limits(
    long heapBytes,
    Duration start,
    Duration close,
    Duration turn,
    Duration call,
    int outputLines) {
  private static final long MIB = 1L << 20;

  public static final Limits DEFAULT =
      new Limits(
          128 * MIB,
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          10_000);

  public Limits {
    if (heapBytes < 16 * MIB || heapBytes > 16 * 1024 * MIB) {
      throw new IllegalArgumentException(
          "limits.heap must be from 16MiB to 16GiB, not " + heapBytes + " bytes");
    }
    atLeastOneMilli("start", start);
    atLeastOneMilli("close", close);
    atLeastOneMilli("call", call);
    if (turn.toMillis() < 10) {
      throw new IllegalArgumentException("limits.turn must be at least 10ms, not " + turn);
    }
    if (outputLines < 0 || outputLines > 1_000_000) {
      throw new IllegalArgumentException(
          "limits.output must be from 0 to 1000000 lines, not " + outputLines);
    }
  }

  private static void atLeastOneMilli(String name, Duration value) {
    if (value.toMillis() < 1) {
      throw new IllegalArgumentException("limits." + name + " must be at least 1ms, not " + value);
    }
  }
}
