package ringfence.host.link;

import java.io.IOException;
import java.io.Serial;
import ringfence.sandbox.launch.WorkerGoneException;

/// A worker did not take its end of a link.
public final class LinkRefusedException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final transient LinkEnd refuser;

  LinkRefusedException(LinkEnd refuser, IOException cause) {
    super("it took no link: " + cause.getMessage(), cause);
    this.refuser = refuser;
  }

  /// Whether the worker has most likely ended, and its end will tell why.
  public boolean gone() {
    return getCause() instanceof WorkerGoneException;
  }

  /// Whose worker it is.
  public LinkEnd refuser() {
    return refuser;
  }
}
