package ringfence.host.graph;

import java.io.Serial;
import ringfence.sandbox.protocol.ServiceName;

/// A service imports one that the graph does not hold; the message names both.
public final class UnknownImportException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  UnknownImportException(ServiceName importer, ServiceName missing) {
    super(
        "service \"%s\" imports \"%s\", which does not exist; create \"%s\" first"
            .formatted(importer, missing, missing));
  }
}
