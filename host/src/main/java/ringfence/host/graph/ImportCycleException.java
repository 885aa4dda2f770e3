package ringfence.host.graph;

import java.io.Serial;
import java.util.List;
import java.util.stream.Collectors;
import ringfence.sandbox.protocol.ServiceName;

/// Services import each other in a circle; the message draws it: `import cycle: a -> b -> c -> a`.
public final class ImportCycleException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  ImportCycleException(List<ServiceName> path) {
    super(
        path.stream()
            .map(ServiceName::value)
            .collect(Collectors.joining(" -> ", "import cycle: ", "")));
  }
}
