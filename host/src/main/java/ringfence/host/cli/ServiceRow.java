package ringfence.host.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ringfence.host.json.Json;

/// A service as a host tells of it, for people.
///
/// @param why of a run that ended, or of a wall that is missing; may be empty
record ServiceRow(
    String name, String state, String restarts, String pid, String memory, String cpu, String imports, String why) {

  private static final List<String> HEADS =
      List.of("NAME", "STATE", "RESTARTS", "PID", "MEMORY", "CPU", "IMPORTS", "");

  static ServiceRow of(Map<?, ?> service) {
    String why = service.get("cause") instanceof Map<?, ?> cause ? String.valueOf(cause.get("sentence")) : "";
    long resident = number(service.get("residentBytes"));
    long cpuMillis = number(service.get("cpuMillis"));
    return new ServiceRow(
        text(service.get("name")),
        text(service.get("state")),
        text(service.get("restarts")),
        service.get("pid") == null ? "-" : text(service.get("pid")),
        resident == 0 ? "-" : (resident >> 20) + "MiB",
        cpuMillis == 0 ? "-" : "%d.%ds".formatted(cpuMillis / 1000, cpuMillis / 100 % 10),
        service.get("imports") instanceof List<?> list && !list.isEmpty()
            ? list.stream().map(String::valueOf).collect(Collectors.joining(","))
            : "-",
        why);
  }

  /// Prints one service's state, or the answer as it is.
  static void show(HostOption host, String answer) {
    if (host.json()) {
      host.print(answer);
    } else {
      ServiceRow row = of(HostOption.read(answer, Json::readObject));
      host.say(row.name + ": " + row.state + (row.why.isEmpty() ? "" : ": " + row.why));
    }
  }

  /// All of them below each other.
  static List<String> table(List<ServiceRow> rows) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(HEADS);
    rows.forEach(row -> cells.add(row.cells()));
    int[] widths = new int[HEADS.size()];
    for (List<String> line : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    return cells.stream().map(line -> joined(line, widths)).toList();
  }

  private List<String> cells() {
    return List.of(name, state, restarts, pid, memory, cpu, imports, why.lines().findFirst().orElse(""));
  }

  private static String joined(List<String> line, int[] widths) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      text.append(line.get(i)).append(" ".repeat(widths[i] - line.get(i).length() + 2));
    }
    return text.toString().stripTrailing();
  }

  private static String text(@Nullable Object value) {
    return String.valueOf(value);
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }
}
