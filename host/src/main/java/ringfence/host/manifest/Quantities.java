package ringfence.host.manifest;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sizes and times as users write them: `128MiB`, `500ms`, `30s`.
public final class Quantities {
  private static final Pattern QUANTITY = Pattern.compile("(\\d{1,12})\\s*([A-Za-z]*)");

  private static final Pattern PERCENT = Pattern.compile("(\\d{1,6}) ?%");

  private Quantities() {}

  /// Reads a size: a whole number and `B`, `KiB`, `MiB` or `GiB`.
  ///
  /// @return bytes
  /// @throws IllegalArgumentException naming the text and the form that is expected
  public static long bytes(String text) {
    Matcher matcher = QUANTITY.matcher(text.strip());
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      int shift =
          switch (matcher.group(2)) {
            case "B" -> 0;
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> -1;
          };
      if (shift >= 0 && number <= Long.MAX_VALUE >> shift) {
        return number << shift;
      }
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is not a size; write a whole number and B, KiB, MiB or GiB, such as 128MiB");
  }

  /// Reads a time: a whole number and `ms`, `s`, `m` or `h`.
  ///
  /// @throws IllegalArgumentException naming the text and the form that is expected
  public static Duration duration(String text) {
    Matcher matcher = QUANTITY.matcher(text.strip());
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      switch (matcher.group(2)) {
        case "ms" -> {
          return Duration.ofMillis(number);
        }
        case "s" -> {
          return Duration.ofSeconds(number);
        }
        case "m" -> {
          return Duration.ofMinutes(number);
        }
        case "h" -> {
          return Duration.ofHours(number);
        }
        default -> {}
      }
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is not a time; write a whole number and ms, s, m or h, such as 500ms or 30s");
  }

  /// Reads a share: a whole number and `%`.
  ///
  /// @throws IllegalArgumentException naming the text and the form that is expected
  public static int percent(String text) {
    Matcher matcher = PERCENT.matcher(text.strip());
    if (matcher.matches()) {
      return Integer.parseInt(matcher.group(1));
    }
    throw new IllegalArgumentException(
        "\"" + text + "\" is not a share; write a whole number and %, such as 50%");
  }

  /// Reads a whole number, with or without the name of what is counted.
  ///
  /// @param unit such as `lines`; empty if a number stands alone
  /// @throws IllegalArgumentException naming the text and the form that is expected
  public static int count(String text, String unit) {
    String stripped = text.strip();
    String number =
        !unit.isEmpty() && stripped.endsWith(unit)
            ? stripped.substring(0, stripped.length() - unit.length()).strip()
            : stripped;
    try {
      return Integer.parseInt(number);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not a whole number, such as " + (unit.isEmpty() ? "4" : "100 " + unit));
    }
  }
}
