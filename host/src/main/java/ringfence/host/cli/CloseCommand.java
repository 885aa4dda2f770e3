package ringfence.host.cli;

import picocli.CommandLine.Command;

/// `ringfence close`.
@Command(
    name = "close",
    description = "Closes services of a running host, each after what imports it; they stay, and can be started.",
    footer = {
      "",
      "Ends with 0 when all are closed, 2 when there is none of that name,",
      "69 when no host answers.",
      "",
      "Example: ringfence close counter"
    })
final class CloseCommand extends ServicesCommand {
  @Override
  String act(HostClient client, String name) {
    return client.send("POST", HostClient.service(name, "/close"), null);
  }
}
