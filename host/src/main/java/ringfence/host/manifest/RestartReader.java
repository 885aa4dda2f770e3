package ringfence.host.manifest;

import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ringfence.host.lifecycle.RestartPolicy;

/// Reads `restart: on-failure`, or `restart: { policy: on-failure, backoff: 100ms..30s, max: 5 in 60s }`.
final class RestartReader {
  static final Set<String> KEYS = Set.of("policy", "backoff", "max");
  private static final Pattern RANGE = Pattern.compile("(.+?)\\s*\\.\\.\\s*(.+)");
  private static final Pattern RATE = Pattern.compile("(\\d{1,9})\\s+in\\s+(.+)");

  private RestartReader() {}

  /// Reads the key `restart`, which need not be there.
  ///
  /// @param path of the key, such as `services.page.restart`
  /// @return what is written; what is not written is as in [RestartPolicy#of]
  static RestartPolicy read(String source, String path, TableReader in) {
    if (!(in.get("restart") instanceof Node.Table node)) {
      return in.scalar("restart", RestartReader::mode)
          .map(RestartPolicy::of)
          .orElse(RestartPolicy.NEVER);
    }
    TableReader table = new TableReader(source, path, node, KEYS);
    RestartPolicy defaults =
        RestartPolicy.of(
            table.scalar("policy", RestartReader::mode).orElse(RestartPolicy.Mode.ON_FAILURE));
    if (defaults.mode() == RestartPolicy.Mode.NEVER) {
      for (String key : table.keys()) {
        if (!key.equals("policy")) {
          throw table.refuse(key, "means nothing under policy never; remove it or choose another policy");
        }
      }
    }
    Range delays =
        table
            .scalar("backoff", Range::of)
            .orElse(new Range(defaults.firstDelay(), defaults.longestDelay()));
    Rate most = table.scalar("max", Rate::of).orElse(new Rate(defaults.most(), defaults.window()));
    try {
      return new RestartPolicy(defaults.mode(), delays.from, delays.to, most.count, most.window);
    } catch (IllegalArgumentException e) {
      throw in.refuse("restart", String.valueOf(e.getMessage()));
    }
  }

  /// Reads the name of a mode.
  static RestartPolicy.Mode mode(String text) {
    return switch (text) {
      case "never" -> RestartPolicy.Mode.NEVER;
      case "on-failure" -> RestartPolicy.Mode.ON_FAILURE;
      case "always" -> RestartPolicy.Mode.ALWAYS;
      default ->
          throw new IllegalArgumentException(
              "\"" + text + "\" is no restart policy; choose never, on-failure, always");
    };
  }

  private record Range(Duration from, Duration to) {
    static Range of(String text) {
      Matcher matcher = RANGE.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "\"" + text + "\" is no range of delays; write the first and the longest, such as 100ms..30s");
      }
      return new Range(Quantities.duration(matcher.group(1)), Quantities.duration(matcher.group(2)));
    }
  }

  private record Rate(int count, Duration window) {
    static Rate of(String text) {
      Matcher matcher = RATE.matcher(text);
      if (!matcher.matches()) {
        throw new IllegalArgumentException(
            "\"" + text + "\" is no number of restarts in a time; write one such as 5 in 60s");
      }
      return new Rate(Integer.parseInt(matcher.group(1)), Quantities.duration(matcher.group(2)));
    }
  }
}
