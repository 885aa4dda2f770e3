package ringfence.sandbox.launch;

import java.io.IOException;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/// A worker can't be reached any more, most often since it has ended: its exit, which may come a moment later, tells how.
public final class WorkerGoneException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  public WorkerGoneException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
