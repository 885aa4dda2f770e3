package ringfence.host.manifest;

import java.io.Serial;

/// A manifest that can't be used; the message starts with `file:line:column`.
public final class ManifestException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  ManifestException(String source, Position position, String message) {
    super(source + ":" + position.line() + ":" + position.column() + ": " + message);
  }

  ManifestException(String message) {
    super(message);
  }
}
