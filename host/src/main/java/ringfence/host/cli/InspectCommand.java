package ringfence.host.cli;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import ringfence.host.json.Json;

/// `ringfence inspect`: a debugger for a service of a running host.
@Command(
    name = "inspect",
    description = "Lets a debugger into a service of a running host, whose definition has debug: true.",
    footer = {
      "",
      "Prints what Chrome or an editor connects to, on loopback of the host's machine.",
      "It stays until --close, or until the service is destroyed or replaced. Ends with",
      "0, with 2 when there is no such service, it does not run, lets no debugger in or",
      "the port is in use, 69 when no host answers.",
      "",
      "Example: ringfence inspect counter --port=0"
    })
final class InspectCommand implements Callable<Integer> {
  @Parameters(index = "0", paramLabel = "NAME", description = "the service")
  private String name = "";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      converter = Converters.DebuggerPort.class,
      defaultValue = "9229",
      description = "on loopback; 0: a free one (default: ${DEFAULT-VALUE})")
  private int port;

  @Option(names = "--brk", description = "its next run waits for the debugger before the first statement")
  private boolean fromStart;

  @Option(names = "--close", description = "lets no debugger in any more, and the one that is there go")
  private boolean closes;

  @Mixin private HostOption host = new HostOption();

  @Override
  public Integer call() {
    return host.with(
        client -> {
          if (closes) {
            show(client.send("DELETE", HostClient.service(name, "/inspector"), null), "no debugger is let into " + name);
            return ExitStatus.OK;
          }
          String path = HostClient.service(name, "/inspector?port=" + port + "&fromStart=" + fromStart);
          String answer = client.send("POST", path, null);
          Map<?, ?> opened = HostOption.read(answer, Json::readObject);
          URI address = URI.create(String.valueOf(opened.get("url")));
          show(answer, String.join("\n", InspectorWords.of(name, address, fromStart)));
          return ExitStatus.OK;
        });
  }

  private void show(String answer, String words) {
    if (host.json()) {
      host.print(answer);
    } else {
      words.lines().forEach(host::say);
    }
  }
}
