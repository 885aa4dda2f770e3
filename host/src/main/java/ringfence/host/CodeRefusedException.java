package ringfence.host;

import java.io.Serial;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.ServiceName;

/// A module of a service can't be made JavaScript of: it is no TypeScript, or has syntax in it that is more than types.
public final class CodeRefusedException extends ServiceException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient ServiceName service;
  private final transient ErrorReport error;

  CodeRefusedException(ServiceName service, ErrorReport error) {
    super(ErrorCode.INVALID_CODE, "service \"" + service + "\": " + place(error) + error.headline());
    this.service = service;
    this.error = error;
  }

  private static String place(ErrorReport error) {
    return error.line() == 0 ? error.file() + ": " : error.file() + ":" + error.line() + ":" + error.column() + ": ";
  }

  /// The service whose code it is.
  public ServiceName service() {
    return service;
  }

  /// What is wrong, with the module and, where it is known, its line and column.
  public ErrorReport error() {
    return error;
  }
}
