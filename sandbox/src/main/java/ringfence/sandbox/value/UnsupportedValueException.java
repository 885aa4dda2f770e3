package ringfence.sandbox.value;

import java.io.Serial;

/// A value that is in order, but of a kind that Java can't hold or services can't exchange.
public final class UnsupportedValueException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public UnsupportedValueException(String message) {
    super(message);
  }
}
