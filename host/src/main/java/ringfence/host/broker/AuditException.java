package ringfence.host.broker;

import java.io.IOException;
import java.io.Serial;

/// A decision could not be taken down, so it is not acted on. The message names a file of the host's: not for guests.
final class AuditException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  AuditException(String message, Throwable cause) {
    super(message, cause);
  }
}
