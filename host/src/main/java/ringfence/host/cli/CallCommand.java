package ringfence.host.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringfence.host.json.Json;

/// `ringfence call`: one call of an exported function.
@Command(
    name = "call",
    description = "Calls an exported function of a service and prints the result as JSON.",
    footer = {
      "",
      "A stream is printed item by item, one a line, as they come. Ends with 0, with 1",
      "when the function throws or does not return in time, 2 when there is no such",
      "service, 69 when no host answers.",
      "",
      "Example: ringfence call counter increment 2"
    })
final class CallCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "NAME", description = "the service")
  private String name = "";

  @Parameters(index = "1", paramLabel = "FUNCTION", description = "what it exports")
  private String function = "";

  @Parameters(index = "2..*", paramLabel = "JSON", description = "arguments, each a value of JSON, such as 2 or '\"Ada\"'")
  private List<String> arguments = new ArrayList<>();

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "60s",
      description = "how long to wait for the result (default: ${DEFAULT-VALUE})")
  private String timeout = "60s";

  @Mixin private HostOption host = new HostOption();

  @Override
  public Integer call() {
    arguments.forEach(this::check);
    String path =
        HostClient.service(name, "/call/" + HostClient.encoded(function) + "?timeout=" + HostClient.encoded(timeout));
    String body = "[" + String.join(",", arguments) + "]";
    return host.with(
        client -> {
          HttpResponse<InputStream> response =
              client.open("POST", path, body, "application/json, application/x-ndjson");
          boolean stream = HostClient.type(response).startsWith("application/x-ndjson");
          try (BufferedReader lines =
              new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
              if (stream && !line.isEmpty()) {
                item(line);
              } else if (!stream) {
                host.printLine(line);
              }
              if (spec.commandLine().getOut().checkError()) {
                return ExitStatus.BROKEN_PIPE;
              }
            }
          } catch (IOException e) {
            throw HostException.unavailable("the host went away in the middle of the answer: " + e.getMessage());
          }
          return ExitStatus.OK;
        });
  }

  private void item(String line) {
    Map<?, ?> item = HostOption.read(line, Json::readObject);
    if (item.get("error") instanceof Map<?, ?> problem) {
      throw HostException.refused(problem, line);
    }
    // As the host wrote it: numbers of any length stay as they are.
    host.printLine(line.substring(line.indexOf(':') + 1, line.length() - 1));
  }

  private void check(String argument) {
    try {
      Object _ = Json.read(argument);
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(),
          "argument \"" + argument + "\" is no JSON; a text needs quotes of its own: '\"" + argument.replace("\"", "") + "\"'",
          e);
    }
  }
}
