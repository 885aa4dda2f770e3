package ringfence.host.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import ringfence.sandbox.protocol.ErrorReport;

/// Which service called which, up to where an error was thrown: `page -> shop.order -> stock.take`.
///
/// Each service that an error passes on its way back adds a line to its stack. The lines are words of guests, of which
/// any may be made up; they are shown and decide nothing.
public final class CallPath {
  /// As the runtime writes it; see `prelude/imports.js`.
  private static final Pattern CALL = Pattern.compile("    at call (\\S{1,200}) by (\\S{1,100})");

  /// A longer path has its middle left out.
  private static final int MOST_CALLS = 16;

  private CallPath() {}

  /// The path of an error; empty if it was thrown where it was not caught.
  public static Optional<String> of(ErrorReport error) {
    List<String> path = new ArrayList<>();
    error
        .stack()
        .lines()
        .map(CALL::matcher)
        .filter(Matcher::matches)
        .forEach(
            call -> {
              if (path.isEmpty()) {
                path.add(call.group(1));
              } else {
                // What was called is the service that the call below was made by, and now its function is known too.
                path.set(path.size() - 1, call.group(1));
              }
              path.add(call.group(2));
            });
    if (path.isEmpty()) {
      return Optional.empty();
    }
    List<String> down = path.reversed();
    if (down.size() > MOST_CALLS) {
      List<String> shortened = new ArrayList<>(down.subList(0, MOST_CALLS / 2));
      shortened.add("...");
      shortened.addAll(down.subList(down.size() - MOST_CALLS / 2, down.size()));
      down = shortened;
    }
    return Optional.of(String.join(" -> ", down));
  }
}
