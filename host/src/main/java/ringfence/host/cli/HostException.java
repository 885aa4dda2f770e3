package ringfence.host.cli;

import java.io.Serial;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A host refused what was asked, or there is none that answers.
final class HostException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final int exitStatus;
  private final String stack;
  private final String problem;

  private HostException(int exitStatus, String message, String stack, String problem) {
    super(message);
    this.exitStatus = exitStatus;
    this.stack = stack;
    this.problem = problem;
  }

  static HostException unavailable(String message) {
    return new HostException(ExitStatus.UNAVAILABLE, message, "", "");
  }

  /// What the host says is wrong.
  ///
  /// @param problem its fields, as of RFC 9457
  /// @param text the same as JSON
  static HostException refused(Map<?, ?> problem, String text) {
    String code = String.valueOf(problem.get("code"));
    int status = problem.get("status") instanceof Number number ? number.intValue() : 0;
    return new HostException(
        exitStatus(status, code),
        String.valueOf(problem.get("detail")),
        problem.get("stack") instanceof String stack ? frames(stack) : "",
        text);
  }

  /// The stack without its headline, which the message tells.
  private static String frames(String stack) {
    return stack.lines().dropWhile(line -> !line.startsWith("    ")).collect(Collectors.joining("\n"));
  }

  private static int exitStatus(int status, String code) {
    return switch (status) {
      case 401, 403 -> ExitStatus.NOT_PERMITTED;
      // What the service did, or did not do in time.
      case 502, 504 -> ExitStatus.FAILED;
      case 503 -> code.equals("CALL_FAILED") ? ExitStatus.FAILED : ExitStatus.UNAVAILABLE;
      case 500, 507 -> ExitStatus.UNAVAILABLE;
      default -> code.equals("WALL_MISSING") || code.equals("COMPILER_MISSING") ? ExitStatus.UNAVAILABLE : ExitStatus.USAGE;
    };
  }

  int exitStatus() {
    return exitStatus;
  }

  /// Of what a service threw; empty if it did not.
  String stack() {
    return stack;
  }

  /// The host's answer as JSON, if one answered.
  Optional<String> problem() {
    return problem.isEmpty() ? Optional.empty() : Optional.of(problem);
  }
}
