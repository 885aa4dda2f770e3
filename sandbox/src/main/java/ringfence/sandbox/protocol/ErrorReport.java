package ringfence.sandbox.protocol;

import java.util.List;

/// An error of guest code as plain text. All of it comes from the guest: show it, never interpret it.
///
/// @param name the error's class, for example `TypeError`; empty when something else was thrown
/// @param message its message, or the thrown value as text
/// @param stack its stack with the author's files and lines, without the first line; may be empty
/// @param file the module in which it happened; empty if unknown
/// @param line from 1; 0 if unknown
/// @param column from 1; 0 if unknown
/// @param causes its `cause`, if it has one, and behind it the `errors` of an AggregateError
public record ErrorReport(
    String name, String message, String stack, String file, int line, int column, List<ErrorReport> causes) {
  /// How many causes a report has at most, those of causes included.
  public static final int MOST_CAUSES = 10;

  public ErrorReport {
    causes = List.copyOf(causes);
  }

  /// An error without a cause.
  public ErrorReport(String name, String message, String stack, String file, int line, int column) {
    this(name, message, stack, file, line, column, List.of());
  }

  /// `name: message`, or the one of them that there is.
  public String headline() {
    if (name.isEmpty()) {
      return message;
    }
    return message.isEmpty() ? name : name + ": " + message;
  }
}
