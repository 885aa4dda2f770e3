package ringfence.sandbox.policy;

import java.io.Serial;

/// A wall that the policy demands can't be built on this machine; the message says which and what mends it.
public final class WallMissingException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  public WallMissingException(String message) {
    super(message);
  }
}
