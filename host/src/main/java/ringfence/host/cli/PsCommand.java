package ringfence.host.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import ringfence.host.json.Json;

/// `ringfence ps`: the services of a running host.
@Command(
    name = "ps",
    description = "Lists the services of a running host, each after what it imports.",
    footer = {
      "",
      "With --json also why each run ended, what enforces each wall on the host's",
      "machine, and where a service listens. Ends with 0, 69 when no host answers.",
      "",
      "Example: ringfence ps --json"
    })
final class PsCommand implements Callable<Integer> {
  @Mixin private HostOption host = new HostOption();

  @Override
  public Integer call() {
    return host.with(
        client -> {
          String answer = client.send("GET", "/api/services", null);
          if (host.json()) {
            host.print(answer);
          } else {
            List<ServiceRow> rows = new ArrayList<>();
            if (HostOption.read(answer, Json::readObject).get("services") instanceof List<?> services) {
              services.forEach(service -> rows.add(ServiceRow.of((Map<?, ?>) service)));
            }
            ServiceRow.table(rows).forEach(host::say);
          }
          return ExitStatus.OK;
        });
  }
}
