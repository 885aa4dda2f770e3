package ringfence.jsruntime.context;

import java.util.ArrayList;
import java.util.List;
import ringfence.sandbox.protocol.ErrorReport;

/// Gathers what an error is due to, which the prelude tells one by one, each before its own causes.
final class ErrorCauses {
  private final List<ErrorReport> reports = new ArrayList<>();
  private final List<Integer> depths = new ArrayList<>();
  private int next;

  /// @param depth 1 for a cause of the error itself, 2 for one of such a cause, and so on
  void add(ErrorReport cause, int depth) {
    reports.add(cause);
    depths.add(depth);
  }

  /// The error with all that was added since the last one.
  ErrorReport of(ErrorReport error) {
    next = 0;
    ErrorReport whole = with(error, 1);
    reports.clear();
    depths.clear();
    return whole;
  }

  private ErrorReport with(ErrorReport error, int depth) {
    List<ErrorReport> causes = new ArrayList<>();
    while (next < reports.size() && depths.get(next) >= depth) {
      causes.add(with(reports.get(next++), depth + 1));
    }
    return new ErrorReport(
        error.name(), error.message(), error.stack(), error.file(), error.line(), error.column(), causes);
  }
}
