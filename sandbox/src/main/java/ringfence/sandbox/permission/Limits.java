package ringfence.sandbox.permission;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// How much a service may use, and how long its phases may take. Immutable; each `with` method makes another one.
///
/// | limit | from | to | when it is reached |
/// |---|---|---|---|
/// | heap | 16 MiB | 16 GiB | the run ends, cause `it exceeded limits.heap` |
/// | start, close, turn | 1 ms, 1 ms, 10 ms | | the worker is killed, cause `it took longer than limits.KEY` |
/// | call | 1 ms | | the call rejects with TimeoutError |
/// | cpu | 1 % | 6400 % | the worker is stopped until time has caught up |
/// | output | 0 | 1 000 000 lines | the oldest lines go; they are read at 8 MiB a second, and who writes faster waits |
/// | calls | 1 | 100 000 | the next call rejects with BackpressureError |
/// | timers | 1 | 1 000 000 | the next timer throws a RangeError |
/// | files | 1 | 10 000 | the next open rejects with an error of the code EMFILE |
/// | written | 0 | 1 PiB | the next write rejects with an error of the code EDQUOT |
/// | response | 1 KiB | 16 GiB | the body errors with a MessageTooLargeError |
/// | message | 128 KiB | 16 MiB | the call rejects with a MessageTooLargeError; an event that some other importer takes is lost to it, and told as a gap; a WebSocket closes |
///
/// @param heapBytes the Java heap of its worker
/// @param start from the command until it runs
/// @param close from [ringfence.sandbox.protocol.ControlEvent.PrepareClose] until its worker is gone
/// @param turn CPU time of one turn of its event loop, its top level included
/// @param call the default timeout of a call
/// @param cpuPercent share of one CPU that its worker gets over time; what it did not use counts for two seconds
/// @param outputLines how many of a run's last lines the host keeps
/// @param calls calls to other services that have no outcome yet
/// @param timers timers that wait
/// @param openFiles files and bodies that the host holds open for it
/// @param writtenBytes that a run may write to files; each file or folder that it makes counts 4 KiB, and what it removes is
///     not given back
/// @param responseBytes of the body of one response that it fetches
/// @param messageBytes of one message on its links, both ways: the smaller limit of the two services holds; a stream's
///     items are not bound by it. And of one message that comes to one of its WebSockets
public record Limits(
    long heapBytes,
    Duration start,
    Duration close,
    Duration turn,
    Duration call,
    int cpuPercent,
    int outputLines,
    int calls,
    int timers,
    int openFiles,
    long writtenBytes,
    long responseBytes,
    long messageBytes) {
  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  public static final Limits DEFAULT =
      new Limits(
          128 * MIB,
          Duration.ofSeconds(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(60),
          100,
          10_000,
          10_000,
          50_000,
          64,
          GIB,
          64 * MIB,
          16 * MIB);

  /// The largest of each.
  public static final Limits MOST =
      new Limits(
          16 * GIB,
          Duration.ofDays(1),
          Duration.ofDays(1),
          Duration.ofDays(1),
          Duration.ofDays(24),
          6400,
          1_000_000,
          100_000,
          1_000_000,
          10_000,
          GIB << 20,
          16 * GIB,
          16 * MIB);

  public Limits {
    within("heap", heapBytes, 16 * MIB, 16 * GIB, "16MiB to 16GiB", " bytes");
    within("start", start, 1, 1);
    within("close", close, 1, 1);
    within("turn", turn, 10, 1);
    within("call", call, 1, 24);
    within("cpu", cpuPercent, 1, 6400, "1% to 6400%", "%");
    within("output", outputLines, 0, 1_000_000, "0 to 1000000 lines", "");
    within("calls", calls, 1, 100_000, "1 to 100000", "");
    within("timers", timers, 1, 1_000_000, "1 to 1000000", "");
    within("files", openFiles, 1, 10_000, "1 to 10000", "");
    within("written", writtenBytes, 0, GIB << 20, "0B to 1048576GiB", " bytes");
    within("response", responseBytes, KIB, 16 * GIB, "1KiB to 16GiB", " bytes");
    within("message", messageBytes, 128 * KIB, 16 * MIB, "128KiB to 16MiB", " bytes");
  }

  public Limits withHeapBytes(long bytes) {
    return new Limits(
        bytes, start, close, turn, call, cpuPercent, outputLines, calls, timers, openFiles, writtenBytes, responseBytes, messageBytes);
  }

  public Limits withStart(Duration limit) {
    return new Limits(
        heapBytes, limit, close, turn, call, cpuPercent, outputLines, calls, timers, openFiles, writtenBytes, responseBytes, messageBytes);
  }

  public Limits withClose(Duration limit) {
    return new Limits(
        heapBytes, start, limit, turn, call, cpuPercent, outputLines, calls, timers, openFiles, writtenBytes, responseBytes, messageBytes);
  }

  public Limits withTurn(Duration limit) {
    return new Limits(
        heapBytes, start, close, limit, call, cpuPercent, outputLines, calls, timers, openFiles, writtenBytes, responseBytes, messageBytes);
  }

  public Limits withCall(Duration timeout) {
    return new Limits(
        heapBytes, start, close, turn, timeout, cpuPercent, outputLines, calls, timers, openFiles, writtenBytes, responseBytes, messageBytes);
  }

  public Limits withCpuPercent(int percent) {
    return new Limits(
        heapBytes, start, close, turn, call, percent, outputLines, calls, timers, openFiles, writtenBytes, responseBytes, messageBytes);
  }

  public Limits withOutputLines(int lines) {
    return new Limits(
        heapBytes, start, close, turn, call, cpuPercent, lines, calls, timers, openFiles, writtenBytes, responseBytes, messageBytes);
  }

  public Limits withCalls(int most) {
    return new Limits(
        heapBytes, start, close, turn, call, cpuPercent, outputLines, most, timers, openFiles, writtenBytes, responseBytes, messageBytes);
  }

  public Limits withTimers(int most) {
    return new Limits(
        heapBytes, start, close, turn, call, cpuPercent, outputLines, calls, most, openFiles, writtenBytes, responseBytes, messageBytes);
  }

  public Limits withOpenFiles(int most) {
    return new Limits(
        heapBytes, start, close, turn, call, cpuPercent, outputLines, calls, timers, most, writtenBytes, responseBytes, messageBytes);
  }

  public Limits withWrittenBytes(long most) {
    return new Limits(
        heapBytes, start, close, turn, call, cpuPercent, outputLines, calls, timers, openFiles, most, responseBytes, messageBytes);
  }

  public Limits withResponseBytes(long most) {
    return new Limits(
        heapBytes, start, close, turn, call, cpuPercent, outputLines, calls, timers, openFiles, writtenBytes, most, messageBytes);
  }

  public Limits withMessageBytes(long most) {
    return new Limits(
        heapBytes, start, close, turn, call, cpuPercent, outputLines, calls, timers, openFiles, writtenBytes, responseBytes, most);
  }

  /// A limit that is larger than it may be.
  ///
  /// @param key under `limits`
  /// @param value with its unit
  /// @param bound with its unit
  public record Excess(String key, String value, String bound) {}

  /// Which of these limits are larger than those of `other`, in the order in which they stand here.
  public List<Excess> beyond(Limits other) {
    List<Excess> beyond = new ArrayList<>();
    more(beyond, "heap", heapBytes, other.heapBytes, " bytes");
    more(beyond, "start", start.toMillis(), other.start.toMillis(), "ms");
    more(beyond, "close", close.toMillis(), other.close.toMillis(), "ms");
    more(beyond, "turn", turn.toMillis(), other.turn.toMillis(), "ms");
    more(beyond, "call", call.toMillis(), other.call.toMillis(), "ms");
    more(beyond, "cpu", cpuPercent, other.cpuPercent, "%");
    more(beyond, "output", outputLines, other.outputLines, " lines");
    more(beyond, "calls", calls, other.calls, "");
    more(beyond, "timers", timers, other.timers, "");
    more(beyond, "files", openFiles, other.openFiles, "");
    more(beyond, "written", writtenBytes, other.writtenBytes, " bytes");
    more(beyond, "response", responseBytes, other.responseBytes, " bytes");
    more(beyond, "message", messageBytes, other.messageBytes, " bytes");
    return beyond;
  }

  private static void more(List<Excess> beyond, String key, long value, long bound, String unit) {
    if (value > bound) {
      beyond.add(new Excess(key, value + unit, bound + unit));
    }
  }

  private static void within(String name, long value, long least, long most, String range, String unit) {
    if (value < least || value > most) {
      throw new IllegalArgumentException("limits." + name + " must be from " + range + ", not " + value + unit);
    }
  }

  private static void within(String name, Duration value, long leastMillis, long mostDays) {
    if (value.compareTo(Duration.ofMillis(leastMillis)) < 0 || value.compareTo(Duration.ofDays(mostDays)) > 0) {
      throw new IllegalArgumentException(
          "limits.%s must be from %dms to %dh, not %s".formatted(name, leastMillis, mostDays * 24, value));
    }
  }
}
