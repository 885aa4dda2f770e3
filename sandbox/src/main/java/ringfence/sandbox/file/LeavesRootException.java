package ringfence.sandbox.file;

import java.io.Serial;

/// A name led to a place that is not beneath the granted root.
public final class LeavesRootException extends FileException {
  @Serial private static final long serialVersionUID = 1L;

  private final String why;

  /// @param why behind `may not read PATH: `
  LeavesRootException(String why) {
    super("EACCES", "permission denied");
    this.why = why;
  }

  /// Why, such as `a link on the way leads out of what is granted`.
  public String why() {
    return why;
  }
}
