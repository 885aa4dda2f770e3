package ringfence.host.manifest;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import ringfence.sandbox.permission.Limits;

/// Limits as the manifest writes them, so that what is printed can be pasted.
public final class LimitValues {
  private LimitValues() {}

  /// Key under `limits` -> value, in the order of [Limits].
  public static SequencedMap<String, String> of(Limits limits) {
    SequencedMap<String, String> values = new LinkedHashMap<>();
    values.put("heap", size(limits.heapBytes()));
    values.put("start", time(limits.start()));
    values.put("close", time(limits.close()));
    values.put("turn", time(limits.turn()));
    values.put("call", time(limits.call()));
    values.put("cpu", limits.cpuPercent() + "%");
    values.put("output", limits.outputLines() + " lines");
    values.put("calls", Integer.toString(limits.calls()));
    values.put("timers", Integer.toString(limits.timers()));
    values.put("files", Integer.toString(limits.openFiles()));
    values.put("written", size(limits.writtenBytes()));
    values.put("response", size(limits.responseBytes()));
    values.put("message", size(limits.messageBytes()));
    return values;
  }

  private static String size(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB"};
    int unit = 0;
    long value = bytes;
    while (unit < units.length - 1 && value != 0 && value % 1024 == 0) {
      value /= 1024;
      unit++;
    }
    return value + units[unit];
  }

  static String time(Duration time) {
    long millis = time.toMillis();
    if (millis % 3_600_000 == 0 && millis != 0) {
      return millis / 3_600_000 + "h";
    }
    return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
  }
}
