package ringfence.host;

import java.io.Serial;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.protocol.ServiceName;

/// A service did not reach RUNNING.
public final class StartFailedException extends ServiceException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient ServiceName service;
  private final transient ExitCause exitCause;

  StartFailedException(ServiceName service, ExitCause exitCause) {
    super(
        ErrorCode.START_FAILED,
        "service \"" + service + "\" did not start: " + exitCause.sentence());
    this.service = service;
    this.exitCause = exitCause;
  }

  /// The one that did not come up, which may be an import of the one that was to start.
  public ServiceName service() {
    return service;
  }

  /// Why the run ended, or why there was none.
  public ExitCause exitCause() {
    return exitCause;
  }
}
