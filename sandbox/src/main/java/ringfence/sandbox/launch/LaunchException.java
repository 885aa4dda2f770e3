package ringfence.sandbox.launch;

import java.io.IOException;
import java.io.Serial;

/// A worker process could not be started; the message says why and what mends it.
public final class LaunchException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public LaunchException(String message) {
    super(message);
  }

  public LaunchException(String message, Throwable cause) {
    super(message, cause);
  }
}
