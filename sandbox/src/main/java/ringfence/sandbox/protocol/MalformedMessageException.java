package ringfence.sandbox.protocol;

import java.io.Serial;

/// Bytes from a peer that are not a message; says what was expected where.
public final class MalformedMessageException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public MalformedMessageException(String message) {
    super(message);
  }
}
