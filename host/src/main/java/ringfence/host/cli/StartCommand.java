package ringfence.host.cli;

import picocli.CommandLine.Command;

/// `ringfence start`.
@Command(
    name = "start",
    description = "Starts services of a running host, each after what it imports; returns when they run.",
    footer = {
      "",
      "Ends with 0 when all run, 1 when one did not come up, 2 when there is none of that name,",
      "69 when no host answers.",
      "",
      "Example: ringfence start counter page"
    })
final class StartCommand extends ServicesCommand {
  @Override
  String act(HostClient client, String name) {
    return client.send("POST", HostClient.service(name, "/start"), null);
  }
}
