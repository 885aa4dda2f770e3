package ringfence.host.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import ringfence.host.json.Json;

/// `ringfence events`: what happened to the services of a running host.
@Command(
    name = "events",
    description = "Prints what happened to services, in order: created, started, closed and why, restarted, destroyed.",
    footer = {
      "",
      "With --json one object a line. Ends with 0, 69 when no host answers or it goes",
      "while it is followed.",
      "",
      "Example: ringfence events -f --json"
    })
final class EventsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-f", "--follow"},
      description = "print what happens from now on, instead of what happened so far")
  private boolean follow;

  @Mixin private HostOption host = new HostOption();

  @Override
  public Integer call() {
    Consumer<String> print = host.json() ? host::printLine : event -> host.say(sentence(event));
    Frames frames = new Frames(print);
    Predicate<String> line =
        follow
            ? frames::take
            : event -> {
              print.accept(event);
              return true;
            };
    return host.with(
        client -> {
          String type = follow ? "text/event-stream" : "application/x-ndjson";
          client.lines(
              "GET", "/api/events", null, type, text -> line.test(text) && !spec.commandLine().getOut().checkError());
          return spec.commandLine().getOut().checkError() ? ExitStatus.BROKEN_PIPE : ExitStatus.OK;
        });
  }

  /// `12:30:01.250 counter#2 closed: it was asked to close`.
  private static String sentence(String json) {
    Map<?, ?> event = HostOption.read(json, Json::readObject);
    String at = String.valueOf(event.get("at"));
    String detail =
        event.get("cause") instanceof Map<?, ?> cause
            ? ": " + cause.get("sentence")
            : event.get("error") instanceof Map<?, ?> error
                ? ": " + error.get("name") + ": " + error.get("message")
                : event.get("dependency") == null ? "" : ": " + event.get("dependency");
    String delay = event.get("delayMillis") == null ? "" : " in " + event.get("delayMillis") + "ms";
    return "%s %s#%s %s%s%s"
        .formatted(at, event.get("service"), event.get("incarnation"), event.get("kind"), delay, detail);
  }
}
