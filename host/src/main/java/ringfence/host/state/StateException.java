package ringfence.host.state;

import java.io.Serial;

/// A state folder can't be used, or can't be written.
public final class StateException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  StateException(String message) {
    super(message);
  }

  StateException(String message, Throwable cause) {
    super(message, cause);
  }
}
