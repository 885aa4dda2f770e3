package ringfence.host.cli;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import ringfence.host.json.Json;

/// `ringfence top`: what the services of a running host do now.
@Command(
    name = "top",
    description = "Shows what the services of a running host use and serve, live and sorted.",
    footer = {
      "",
      "CPU is in percent of one processor, HEAP of what the service may use. CALLS/s are",
      "those that it has served, for other services and for clients of the host; P99 is of",
      "these. ERRORS/s are calls of it that did not return, and errors that nobody caught.",
      "LOST/s are events that it was too slow for, LINES/s those that it writes, and",
      "DENIED is all that it asked for and did not get.",
      "Where standard output is no terminal, with --once or with --json it prints one table",
      "of a moment and ends. Ends with 0, 69 when no host answers.",
      "",
      "Example: ringfence top --once --sort memory"
    })
final class TopCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-b", "--once"},
      description = "print one table and end")
  private boolean once;

  @Option(
      names = {"-s", "--sort"},
      paramLabel = "COLUMN",
      converter = Converters.Column.class,
      completionCandidates = Choices.Columns.class,
      defaultValue = "cpu",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private TopTable.Column sort = TopTable.Column.CPU;

  @Option(
      names = {"-d", "--delay"},
      paramLabel = "TIME",
      converter = Converters.Time.class,
      defaultValue = "2s",
      description = "between two looks, from 200ms (default: ${DEFAULT-VALUE})")
  private Duration delay = Duration.ofSeconds(2);

  @Mixin private HostOption host = new HostOption();

  @Override
  public Integer call() {
    if (delay.toMillis() < 200) {
      throw new IllegalArgumentException("--delay must be at least 200ms, not " + delay.toMillis() + "ms");
    }
    return host.with(
        client -> {
          if (once || host.json() || !isTerminal()) {
            printOnce(client);
          } else {
            show(client);
          }
          return ExitStatus.OK;
        });
  }

  private static boolean isTerminal() {
    return Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
  }

  private void show(HostClient client) {
    try {
      new TopScreen(() -> ask(client), delay, sort).run();
    } catch (IOException e) {
      throw HostException.unavailable("the terminal can't be used: " + e.getMessage() + "; --once needs none");
    }
  }

  private void printOnce(HostClient client) {
    Map<?, ?> before = ask(client);
    try {
      Thread.sleep(delay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw HostException.unavailable("interrupted between two looks");
    }
    List<WatchedService> services =
        TopTable.sorted(WatchedService.between(before, ask(client)), sort, false);
    PrintWriter out = spec.commandLine().getOut();
    if (host.json()) {
      host.print(
          Json.line(
              json -> {
                json.writeArrayFieldStart("services");
                for (WatchedService service : services) {
                  service.write(json);
                }
                json.writeEndArray();
              }));
    } else {
      TopTable.lines(services).forEach(out::println);
    }
    out.flush();
  }

  private static Map<?, ?> ask(HostClient client) {
    return HostOption.read(client.send("GET", "/api/watch", null), Json::readObject);
  }
}
