package ringfence.host.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `ringfence destroy`.
@Command(
    name = "destroy",
    description = "Removes closed services, which no other imports, from a running host.",
    footer = {
      "",
      "Ends with 0 when they are gone, 2 when one runs, is imported or is not there,",
      "69 when no host answers.",
      "",
      "Example: ringfence destroy --cascade counter"
    })
final class DestroyCommand extends ServicesCommand {
  @Option(names = "--cascade", description = "close them and all that import them, and remove these too")
  private boolean cascade;

  @Override
  String act(HostClient client, String name) {
    return client.send("DELETE", HostClient.service(name, "?cascade=" + cascade), null);
  }

  @Override
  void show(HostOption to, String name, String answer) {
    if (to.json()) {
      to.print(answer);
    } else {
      to.say(name + ": destroyed");
    }
  }
}
