package ringfence.sandbox.policy;

import java.io.Serial;

/// A service's code shall be compiled, and this machine's workers have no compiler. The message says what helps.
public final class CompilerMissingException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  CompilerMissingException(String message) {
    super(message);
  }
}
