package ringfence.host.log;

import ringfence.sandbox.protocol.ErrorReport;

/// An error of a guest as a text of several lines: what was thrown, its stack, which service called which, and its causes.
/// All of it is the guest's: show it, never interpret it.
public final class ErrorText {
  private ErrorText() {}

  /// The text, without a line end at its end.
  ///
  /// @param what stands before the headline, such as `Uncaught `
  public static String of(String what, ErrorReport error) {
    StringBuilder text = new StringBuilder();
    add(what, error, text);
    return text.toString();
  }

  private static void add(String what, ErrorReport error, StringBuilder text) {
    text.append(what).append(error.headline());
    if (!error.stack().isBlank()) {
      text.append('\n').append(error.stack().stripTrailing());
    } else if (!error.file().isEmpty()) {
      text.append("\n    at ").append(error.file()).append(':').append(error.line());
    }
    CallPath.of(error).ifPresent(path -> text.append("\npath: ").append(path));
    for (ErrorReport cause : error.causes()) {
      text.append('\n');
      add("Caused by ", cause, text);
    }
  }
}
