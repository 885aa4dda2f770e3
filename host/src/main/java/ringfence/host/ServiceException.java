package ringfence.host;

import java.io.Serial;

/// A command was refused or failed. A refused command changes nothing.
public class ServiceException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /// @param message with what, which and the cure; may hold names that users chose
  public ServiceException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  /// @param message as in the other
  /// @param cause what it is due to, often with a stack of the manager's thread
  public ServiceException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /// What went wrong, and who must act.
  public final ErrorCode code() {
    return code;
  }
}
