package ringfence.host.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

/// Services as a table of text.
final class TopTable {
  private TopTable() {}

  /// What can be shown and sorted by. Numbers sort with the largest first.
  enum Column {
    NAME('n', Comparator.comparing(WatchedService::name), WatchedService::name),
    STATE('s', Comparator.comparing(WatchedService::state), WatchedService::state),
    CPU('c', largest(WatchedService::cpu), s -> "%.1f%%".formatted(s.cpu() * 100)),
    MEMORY('m', largest(s -> (double) s.residentBytes()), s -> memory(s.residentBytes())),
    HEAP('h', largest(WatchedService::heap), TopTable::share),
    RESTARTS('r', largest(s -> (double) s.restarts()), s -> String.valueOf(s.restarts())),
    CALLS('l', largest(WatchedService::calls), s -> perSecond(s.calls())),
    P99('p', largest(s -> s.p99Seconds().orElse(-1)), s -> time(s.p99Seconds())),
    ERRORS('e', largest(WatchedService::errors), s -> perSecond(s.errors())),
    LOST('g', largest(WatchedService::lost), s -> perSecond(s.lost())),
    LINES('o', largest(WatchedService::lines), s -> perSecond(s.lines())),
    DENIED('d', largest(s -> (double) s.denials()), s -> String.valueOf(s.denials())),
    UPTIME('u', largest(s -> (double) s.uptime().toMillis()), s -> uptime(s.uptime()));

    private final char key;

    @SuppressWarnings("ImmutableEnumChecker") // Both are lambdas without state.
    private final Comparator<WatchedService> order;

    @SuppressWarnings("ImmutableEnumChecker")
    private final Function<WatchedService, String> text;

    Column(char key, Comparator<WatchedService> order, Function<WatchedService, String> text) {
      this.key = key;
      this.order = order;
      this.text = text;
    }

    /// What is pressed to sort by it.
    char key() {
      return key;
    }

    private boolean isText() {
      return this == NAME || this == STATE;
    }

    private static Comparator<WatchedService> largest(Function<WatchedService, Double> of) {
      return Comparator.comparing(of).reversed();
    }
  }

  private static final Set<Column> RATES = EnumSet.of(Column.CALLS, Column.ERRORS, Column.LOST, Column.LINES);

  /// Sorts by a column, and those that are equal in it by name.
  static List<WatchedService> sorted(List<WatchedService> services, Column by, boolean reversed) {
    Comparator<WatchedService> order = reversed ? by.order.reversed() : by.order;
    return services.stream().sorted(order.thenComparing(WatchedService::name)).toList();
  }

  /// The heads, and a line for each service, in columns that are as wide as they need.
  static List<String> lines(List<WatchedService> services) {
    List<List<String>> cells = new ArrayList<>();
    List<String> heads = new ArrayList<>();
    for (Column column : Column.values()) {
      heads.add(RATES.contains(column) ? column + "/s" : column.toString());
    }
    cells.add(heads);
    for (WatchedService service : services) {
      List<String> line = new ArrayList<>();
      for (Column column : Column.values()) {
        line.add(Terminal.printable(column.text.apply(service)));
      }
      cells.add(line);
    }
    List<String> lines = new ArrayList<>();
    for (List<String> line : cells) {
      StringBuilder text = new StringBuilder();
      for (Column column : Column.values()) {
        int index = List.of(Column.values()).indexOf(column);
        int width = cells.stream().mapToInt(each -> each.get(index).length()).max().orElse(0);
        String padding = " ".repeat(width - line.get(index).length());
        text.append(index == 0 ? "" : "  ");
        text.append(column.isText() ? line.get(index) + padding : padding + line.get(index));
      }
      lines.add(text.toString().stripTrailing());
    }
    return lines;
  }

  private static String memory(long bytes) {
    return bytes == 0 ? "-" : "%dMiB".formatted(bytes >> 20);
  }

  private static String share(WatchedService service) {
    return service.residentBytes() == 0 ? "-" : "%.0f%%".formatted(service.heap() * 100);
  }

  private static String perSecond(double rate) {
    return rate == 0 ? "0" : rate < 10 ? "%.1f".formatted(rate) : "%.0f".formatted(rate);
  }

  private static String time(OptionalDouble seconds) {
    if (seconds.isEmpty()) {
      return "-";
    }
    double s = seconds.getAsDouble();
    if (s < 1e-3) {
      return String.format(Locale.ROOT, "%.0fus", s * 1e6);
    }
    return s < 1 ? String.format(Locale.ROOT, "%.1fms", s * 1e3) : String.format(Locale.ROOT, "%.1fs", s);
  }

  private static String uptime(Duration time) {
    if (time.isZero()) {
      return "-";
    }
    if (time.toHours() >= 24) {
      return "%dd%02dh".formatted(time.toDays(), time.toHoursPart());
    }
    return time.toHours() > 0
        ? "%dh%02dm".formatted(time.toHours(), time.toMinutesPart())
        : "%dm%02ds".formatted(time.toMinutes(), time.toSecondsPart());
  }
}
