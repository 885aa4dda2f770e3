package ringfence.host.manifest;

import java.io.Serial;

/// A manifest that can't be used; the message starts with `file:line:column`.
public final class ManifestException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  private static final int LONGEST = 2000;

  ManifestException(String source, Position position, String message) {
    super(source + ":" + position.line() + ":" + position.column() + ": " + shortened(message));
  }

  ManifestException(String message) {
    super(message);
  }

  /// Much of a message may be the manifest's own words, and these may be megabytes.
  private static String shortened(String message) {
    return message.length() <= LONGEST
        ? message
        : message.substring(0, LONGEST / 2) + " ... " + message.substring(message.length() - LONGEST / 2);
  }
}
