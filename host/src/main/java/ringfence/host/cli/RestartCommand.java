package ringfence.host.cli;

import picocli.CommandLine.Command;

/// `ringfence restart`.
@Command(
    name = "restart",
    description = "Closes services and what imports them, and starts them again; returns when they run.",
    footer = {
      "",
      "Ends with 0 when all run, 1 when one did not come up, 2 when there is none of that name,",
      "69 when no host answers.",
      "",
      "Example: ringfence restart counter"
    })
final class RestartCommand extends ServicesCommand {
  @Override
  String act(HostClient client, String name) {
    return client.send("POST", HostClient.service(name, "/restart"), null);
  }
}
