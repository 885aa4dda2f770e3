package ringfence.host.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// What one service does now, from two answers of `/api/watch`.
///
/// @param cpu 1 for one processor that is busy all the time
/// @param residentBytes 0 while it does not run
/// @param heap how much of the heap that it may use is in use, 1 for all; what nobody needs any more and was not collected yet counts
/// @param calls that it has served a second
/// @param p99Seconds of these calls, as near as the host's buckets tell; empty without calls
/// @param errors a second: calls of it that did not return, and errors that nobody caught
/// @param lost events of its imports that it was too slow for, a second
/// @param lines that it wrote, a second
/// @param denials all that it was denied
/// @param uptime of the run at hand; zero if there is none
record WatchedService(
    String name,
    String state,
    double cpu,
    long residentBytes,
    double heap,
    long restarts,
    double calls,
    OptionalDouble p99Seconds,
    double errors,
    double lost,
    double lines,
    long denials,
    Duration uptime) {
  private static final List<String> FAILURES =
      List.of("callsThrew", "callsTimedOut", "callsAborted", "callsLost", "callsRefused");

  /// The services of the later answer, in its order. Without an earlier one there are no rates.
  static List<WatchedService> between(Map<?, ?> before, Map<?, ?> after) {
    Instant now = Instant.parse(text(after, "at"));
    double seconds =
        before.isEmpty() ? 0 : Duration.between(Instant.parse(text(before, "at")), now).toNanos() / 1e9;
    List<WatchedService> all = new ArrayList<>();
    for (Map<?, ?> each : objects(after, "services")) {
      all.add(of(each, before, after, seconds, now));
    }
    return all;
  }

  private static WatchedService of(
      Map<?, ?> service, Map<?, ?> before, Map<?, ?> after, double seconds, Instant now) {
    Map<?, ?> status = object(service, "status");
    Map<?, ?> totals = object(service, "totals");
    String name = text(status, "name");
    Map<?, ?> earlier =
        objects(before, "services").stream()
            .filter(other -> text(object(other, "status"), "name").equals(name))
            .<Map<?, ?>>map(other -> object(other, "totals"))
            .findFirst()
            .orElse(totals);
    long calls = 0;
    long failures = 0;
    List<Long> answers = new ArrayList<>();
    long lost = 0;
    for (Map<?, ?> edge : objects(after, "edges")) {
      Map<?, ?> old =
          objects(before, "edges").stream()
              .filter(other -> text(other, "callee").equals(text(edge, "callee")) && text(other, "caller").equals(text(edge, "caller")))
              .findFirst()
              .orElse(Map.of());
      if (text(edge, "caller").equals(name)) {
        lost += number(edge, "eventsLost") - number(old, "eventsLost");
      }
      if (text(edge, "callee").equals(name)) {
        long failed = sum(edge, FAILURES) - sum(old, FAILURES);
        failures += failed;
        calls += number(edge, "callsReturned") - number(old, "callsReturned") + failed;
        add(answers, numbers(edge, "answers"), numbers(old, "answers"));
      }
    }
    long errors = number(totals, "uncaughtErrors") - number(earlier, "uncaughtErrors") + failures;
    String since = text(totals, "runningSince");
    return new WatchedService(
        name,
        text(status, "state"),
        rate(number(totals, "cpuMillis") - number(earlier, "cpuMillis"), seconds) / 1000,
        number(status, "residentBytes"),
        number(status, "heapBytes") / (double) Math.max(1, number(status, "heapLimitBytes")),
        number(totals, "restarts"),
        rate(calls, seconds),
        seconds == 0 ? OptionalDouble.empty() : p99(answers, decimals(after, "answerBoundsSeconds")),
        rate(errors, seconds),
        rate(lost, seconds),
        rate(number(totals, "outputLines") - number(earlier, "outputLines"), seconds),
        number(totals, "denials"),
        since.isEmpty() ? Duration.ZERO : Duration.between(Instant.parse(since), now));
  }

  private static double rate(long count, double seconds) {
    return seconds <= 0 ? 0 : Math.max(0, count) / seconds;
  }

  private static void add(List<Long> sum, List<Long> now, List<Long> before) {
    for (int i = 0; i < now.size(); i++) {
      long more = now.get(i) - (i < before.size() ? before.get(i) : 0);
      if (i < sum.size()) {
        sum.set(i, sum.get(i) + more);
      } else {
        sum.add(more);
      }
    }
  }

  /// As Prometheus does: as if those within a bound were spread evenly.
  private static OptionalDouble p99(List<Long> answers, List<Double> bounds) {
    double wanted = answers.stream().mapToLong(Long::longValue).sum() * 0.99;
    double seen = 0;
    for (int i = 0; i < answers.size() && wanted > 0; i++) {
      long here = answers.get(i);
      if (here > 0 && seen + here >= wanted) {
        double from = i == 0 ? 0 : bounds.get(i - 1);
        return OptionalDouble.of(
            i == bounds.size() ? from : from + (bounds.get(i) - from) * (wanted - seen) / here);
      }
      seen += here;
    }
    return OptionalDouble.empty();
  }

  /// Writes itself as an object.
  void write(JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeStringField("state", state);
    json.writeNumberField("cpu", cpu);
    json.writeNumberField("residentBytes", residentBytes);
    json.writeNumberField("heapShare", heap);
    json.writeNumberField("restarts", restarts);
    json.writeNumberField("callsPerSecond", calls);
    if (p99Seconds.isPresent()) {
      json.writeNumberField("p99Seconds", p99Seconds.getAsDouble());
    }
    json.writeNumberField("errorsPerSecond", errors);
    json.writeNumberField("eventsLostPerSecond", lost);
    json.writeNumberField("linesPerSecond", lines);
    json.writeNumberField("denials", denials);
    json.writeNumberField("uptimeSeconds", uptime.toSeconds());
    json.writeEndObject();
  }

  // ---- the answer's parts

  private static List<Map<?, ?>> objects(Map<?, ?> from, String field) {
    List<Map<?, ?>> all = new ArrayList<>();
    if (from.get(field) instanceof List<?> list) {
      for (Object each : list) {
        if (each instanceof Map<?, ?> object) {
          all.add(object);
        }
      }
    }
    return all;
  }

  private static Map<?, ?> object(Map<?, ?> from, String field) {
    return from.get(field) instanceof Map<?, ?> object ? object : Map.of();
  }

  private static String text(Map<?, ?> from, String field) {
    @Nullable Object value = from.get(field);
    return value == null ? "" : value.toString();
  }

  private static long number(Map<?, ?> from, String field) {
    return from.get(field) instanceof Number number ? number.longValue() : 0;
  }

  private static long sum(Map<?, ?> from, List<String> fields) {
    return fields.stream().mapToLong(field -> number(from, field)).sum();
  }

  private static List<Long> numbers(Map<?, ?> from, String field) {
    return from.get(field) instanceof List<?> list
        ? list.stream().map(each -> each instanceof Number number ? number.longValue() : 0L).toList()
        : List.of();
  }

  private static List<Double> decimals(Map<?, ?> from, String field) {
    return from.get(field) instanceof List<?> list
        ? list.stream().map(each -> each instanceof Number number ? number.doubleValue() : 0.0).toList()
        : List.of();
  }
}
