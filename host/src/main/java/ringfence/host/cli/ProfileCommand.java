package ringfence.host.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringfence.host.json.Json;

/// `ringfence profile`: where the time of a service goes.
@Command(
    name = "profile",
    description = "Takes a profile of a running service: which functions its time goes to.",
    footer = {
      "",
      "Writes BASE.cpuprofile, which Chrome's DevTools (Performance) and VS Code open, and a flame",
      "graph, BASE.svg, for any browser. The service needs no debug: true. Ends with 0,",
      "with 1 when the service ends or does not answer meanwhile, 2 when there is no such",
      "service, it does not run or a file can't be written, 69 when no host answers.",
      "",
      "Example: ringfence profile counter --seconds 5"
    })
final class ProfileCommand implements Callable<Integer> {
  private static final int MOST_SHOWN = 5;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "NAME", description = "the service")
  private String name = "";

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "how long to look, up to 120 (default: ${DEFAULT-VALUE})")
  private int seconds;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "BASE",
      description = "the files without .cpuprofile and .svg; what is there is overwritten (default: the name)")
  private @Nullable Path output;

  @Mixin private HostOption host = new HostOption();

  @Override
  public Integer call() {
    return host.with(
        client -> {
          String answer = client.send("POST", HostClient.service(name, "/profile?time=" + seconds + "s"), null);
          Map<?, ?> profile = HostOption.read(answer, Json::readObject);
          Path base = output == null ? Path.of(name) : output;
          Path cpuprofile = base.resolveSibling(base.getFileName() + ".cpuprofile");
          Path flameGraph = base.resolveSibling(base.getFileName() + ".svg");
          try {
            Files.writeString(cpuprofile, HostOption.read(answer, json -> Json.member(json, "cpuprofile")));
            Files.writeString(flameGraph, String.valueOf(profile.get("flameGraph")));
          } catch (IOException e) {
            PrintWriter err = spec.commandLine().getErr();
            err.println("ringfence: the profile can't be written: " + Terminal.printable(String.valueOf(e)));
            return ExitStatus.USAGE;
          }
          if (host.json()) {
            host.print(answer);
          } else {
            show(profile);
            host.say("wrote " + cpuprofile + " and " + flameGraph);
          }
          return ExitStatus.OK;
        });
  }

  private void show(Map<?, ?> profile) {
    host.say("%s: %s s, of which it waited %s s".formatted(name, profile.get("seconds"), profile.get("idleSeconds")));
    if (profile.get("hottest") instanceof List<?> hottest) {
      hottest.stream().limit(MOST_SHOWN).filter(Map.class::isInstance).map(Map.class::cast).forEach(this::row);
    }
  }

  private void row(Map<?, ?> hot) {
    String function = String.valueOf(hot.get("function"));
    String file = String.valueOf(hot.get("file"));
    double percent = hot.get("percent") instanceof Number number ? number.doubleValue() : 0;
    host.say(
        String.format(
            Locale.ROOT,
            "%6.1f %%  %s%s",
            percent,
            function.isEmpty() ? "(anonymous)" : function,
            file.isEmpty() ? "" : "  " + file + ":" + hot.get("line")));
  }
}
