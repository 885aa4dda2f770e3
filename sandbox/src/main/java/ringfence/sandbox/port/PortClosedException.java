package ringfence.sandbox.port;

import java.io.Serial;

/// The port has ended; its message says who ended it and, for damage, which value was wrong.
public final class PortClosedException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final PortState state;

  public PortClosedException(PortState state, String message) {
    super(message);
    this.state = state;
  }

  /// CLOSED or DAMAGED.
  public PortState state() {
    return state;
  }
}
