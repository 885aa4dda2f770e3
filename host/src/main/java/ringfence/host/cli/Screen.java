package ringfence.host.cli;

import java.util.List;
import java.util.Map;

/// What is known of a stream that a command writes to.
///
/// @param terminal whether somebody looks at it
/// @param coloured whether it may have colours
record Screen(boolean terminal, boolean coloured) {
  static final Screen PLAIN = new Screen(false, false);

  /// The streams that are terminals, such as `out,err`, as `./ringfence` saw them: the JVM itself can't tell.
  private static final String TERMINALS = "ringfence.terminals";

  /// Standard output.
  static Screen out() {
    return of("out");
  }

  /// Standard error.
  static Screen err() {
    return of("err");
  }

  private static Screen of(String stream) {
    boolean terminal = List.of(System.getProperty(TERMINALS, "").split(",", -1)).contains(stream);
    return new Screen(terminal, coloured(terminal, System.getenv()));
  }

  /// Whether colours are wanted there.
  ///
  /// @see "https://no-color.org and https://bixense.com/clicolors"
  static boolean coloured(boolean terminal, Map<String, String> environment) {
    if (!environment.getOrDefault("NO_COLOR", "").isEmpty()) {
      return false;
    }
    if (!environment.getOrDefault("CLICOLOR_FORCE", "0").equals("0")) {
      return true;
    }
    return terminal
        && !environment.getOrDefault("CLICOLOR", "1").equals("0")
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }
}
