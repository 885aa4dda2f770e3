package ringfence.host.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringfence.host.json.Json;

/// `ringfence repl`: evaluates code in a running service.
@Command(
    name = "repl",
    description = "Evaluates code in a running service, whose definition has debug: true.",
    footer = {
      "",
      "In a terminal it has a history and lines that go on while a bracket is open; Ctrl-C",
      "gives up what is being waited for, Ctrl-D ends. Else it reads standard input, prints",
      "each value on standard output, and ends at the first error. The variables of the",
      "service's entry module are in sight, await is allowed, _ is the last value.",
      "Ends with 0, with 1 when code throws or gives nothing in time, 2 when there is no",
      "such service, it does not run or its definition has no debug, 69 when no host answers.",
      "",
      "Example: ringfence repl counter --eval 'n'"
    })
final class ReplCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "NAME", description = "the service")
  private String name = "";

  @Option(
      names = {"-e", "--eval"},
      paramLabel = "CODE",
      description = "evaluates this, and ends")
  private @Nullable String code;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "60s",
      description = "how long to wait for each value (default: ${DEFAULT-VALUE})")
  private String timeout = "60s";

  @Mixin private HostOption host = new HostOption();

  @Override
  public Integer call() {
    return host.with(
        client -> {
          if (code != null) {
            return evaluate(client, code) ? ExitStatus.OK : ExitStatus.FAILED;
          }
          try {
            return isTerminal() ? new ReplScreen(name, text -> evaluate(client, text)).run() : read(client);
          } catch (IOException e) {
            throw HostException.unavailable("standard input can't be read: " + e.getMessage());
          }
        });
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  private int read(HostClient client) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    StringBuilder open = new StringBuilder();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      open.append(line).append('\n');
      if (!OpenCode.isOpen(open.toString())) {
        if (!open.toString().isBlank() && !evaluate(client, open.toString())) {
          return ExitStatus.FAILED;
        }
        open.setLength(0);
      }
    }
    return open.toString().isBlank() || evaluate(client, open.toString()) ? ExitStatus.OK : ExitStatus.FAILED;
  }

  /// Evaluates code, and shows what comes of it.
  ///
  /// @return whether it gave a value
  private boolean evaluate(HostClient client, String text) {
    String path = HostClient.service(name, "/evaluate?timeout=" + HostClient.encoded(timeout));
    String answer = client.send("POST", path, Json.line(json -> json.writeStringField("code", text)));
    Map<?, ?> evaluated = HostOption.read(answer, Json::readObject);
    boolean threw = Boolean.TRUE.equals(evaluated.get("threw"));
    String shown = String.valueOf(evaluated.get("text"));
    if (host.json()) {
      host.printLine(answer);
    } else if (threw) {
      PrintWriter err = spec.commandLine().getErr();
      ("Uncaught " + shown).lines().forEach(line -> err.println(Terminal.printable(line)));
      err.flush();
    } else {
      shown.lines().forEach(host::say);
    }
    return !threw;
  }
}
