package ringfence.sandbox.protocol;

import java.util.Set;
import java.util.regex.Pattern;

/// The name of a service: unique in its manager, safe in file names, logs and JavaScript.
public record ServiceName(String value) implements Comparable<ServiceName> {
  private static final Pattern VALID = Pattern.compile("[a-z][a-z0-9_-]{0,62}");

  /// Names that JavaScript or the `service` object give a meaning of their own.
  private static final Set<String> RESERVED =
      Set.of(
          "then", "catch", "finally", "constructor", "prototype", "arguments", "caller", "eval",
          "controller", "service", "manager", "default", "import", "export", "null",
          "undefined", "this", "self");

  /// Java code of the host that calls services. No service has this name.
  public static final ServiceName HOST = new ServiceName("host");

  public ServiceName {
    if (!VALID.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "service name \""
              + printable(value)
              + "\" must match ^[a-z][a-z0-9_-]{0,62}$: a small letter, then up to 62 small letters,"
              + " digits, _ or -");
    }
    if (RESERVED.contains(value)) {
      throw new IllegalArgumentException(
          "service name \"" + value + "\" has a meaning in JavaScript; choose another");
    }
  }

  @Override
  public int compareTo(ServiceName other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }

  private static String printable(String text) {
    String shown = text.length() > 80 ? text.substring(0, 80) + "..." : text;
    return shown.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
