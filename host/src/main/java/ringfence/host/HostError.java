package ringfence.host;

import java.io.Serial;

/// An error for the caller of a [HostFunction], told as it is.
public final class HostError extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private final String name;

  /// @param name of the error in JavaScript, for example `RangeError` or one of your own
  /// @param message what the caller may know
  public HostError(String name, String message) {
    super(message);
    this.name = name;
  }

  /// The error's name in JavaScript.
  public String name() {
    return name;
  }
}
