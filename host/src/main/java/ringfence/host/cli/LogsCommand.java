package ringfence.host.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringfence.host.json.Json;
import ringfence.sandbox.protocol.OutputLevel;

/// `ringfence logs`: what a service of a running host wrote.
@Command(
    name = "logs",
    description = "Prints what a service wrote in its run at hand, or the last one, and errors that nobody caught; these and warnings on standard error.",
    footer = {
      "",
      "The host keeps the last lines, as many as limits.output says. Ends with 0, 2 when",
      "there is no such service, 69 when no host answers or it goes while it is followed.",
      "",
      "Example: ringfence logs -f -n 20 counter"
    })
final class LogsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "NAME", description = "the service")
  private String name = "";

  @Option(
      names = {"-f", "--follow"},
      description = "go on with what it writes from now on, until it is destroyed")
  private boolean follow;

  @Option(
      names = {"-n", "--tail"},
      paramLabel = "LINES",
      description = "only the last lines of what is kept (default: all)")
  private @Nullable Integer tail;

  @Mixin private HostOption host = new HostOption();

  @Override
  public Integer call() {
    String path =
        HostClient.service(name, "/logs?follow=" + follow + (tail == null ? "" : "&tail=" + tail));
    Consumer<String> print = host.json() ? host::printLine : this::print;
    Frames frames = new Frames(print);
    Predicate<String> take =
        follow
            ? frames::take
            : line -> {
              print.accept(line);
              return true;
            };
    String type = follow ? "text/event-stream" : "application/x-ndjson";
    return host.with(
        client -> {
          client.lines("GET", path, null, type, line -> take.test(line) && !isUnread());
          return isUnread() ? ExitStatus.BROKEN_PIPE : ExitStatus.OK;
        });
  }

  private boolean isUnread() {
    return spec.commandLine().getOut().checkError();
  }

  private void print(String json) {
    Map<?, ?> line = HostOption.read(json, Json::readObject);
    if (line.get("count") instanceof Number count) {
      spec.commandLine().getErr().println("ringfence: " + count + " lines are missing here: they came faster than they could be taken");
      return;
    }
    String level = String.valueOf(line.get("level")).toUpperCase(Locale.ROOT);
    PrintWriter to =
        OutputLevel.valueOf(level).isStandardError() ? spec.commandLine().getErr() : spec.commandLine().getOut();
    String text = String.valueOf(line.get("text"));
    if (text.isEmpty()) {
      to.println();
    }
    text.lines().forEach(part -> to.println(Terminal.printable(part)));
    to.flush();
  }
}
