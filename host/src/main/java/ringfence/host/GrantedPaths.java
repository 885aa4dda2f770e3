package ringfence.host;

import java.io.IOException;
import java.nio.file.Path;

/// Where granted paths lead.
final class GrantedPaths {
  private GrantedPaths() {}

  /// The path without links, as far as it exists; what does not exist yet stays as it is named.
  static Path real(Path path) {
    for (Path at = path; at != null; at = at.getParent()) {
      try {
        return at.toRealPath().resolve(at.relativize(path)).normalize();
      } catch (IOException _) {
        // Not there, or not to be seen: whoever opens it will say so.
      }
    }
    return path;
  }
}
