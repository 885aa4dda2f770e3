package ringfence.host.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import ringfence.host.HostOptions;
import ringfence.host.ServicesManager;
import ringfence.host.http.ApiOptions;
import ringfence.host.http.ApiServer;
import ringfence.host.state.KeptServices;
import ringfence.sandbox.permission.ListenGrant;

/// What the JVM is shown when it makes the command line's AOT cache: the help of each command, a service in the
/// foreground, and the life of one on a host that listens in the same process. For builds.
///
/// Where this machine lacks a wall, commands that start something fail, and the cache holds less.
final class Rehearsal {
  private static final ListenGrant FREE_PORT = ListenGrant.parse("127.0.0.1:0");

  private final List<String> failed = new ArrayList<>();

  private Rehearsal() {}

  /// Ends with 0, also where something could not be shown; it is named then.
  ///
  /// @param arguments the folder of the samples
  public static void main(String[] arguments) throws IOException {
    Rehearsal rehearsal = new Rehearsal();
    rehearsal.all(Path.of(arguments[0]));
    rehearsal.failed.forEach(command -> System.out.println("not rehearsed to its end: ringfence " + command));
    System.exit(0);
  }

  private void all(Path samples) throws IOException {
    command("--version");
    command("--help");
    for (String name : CommandGroup.allNames()) {
      command(name, "--help");
    }
    command("doctor");
    command("check", samples.resolve("counter").toString());
    command("run", samples.resolve("hello/hello.js").toString());
    try (ServicesManager services = ServicesManager.open(HostOptions.defaults())) {
      KeptServices kept = new KeptServices(services, Optional.empty());
      try (ApiServer api = ApiServer.open(ApiOptions.at(FREE_PORT, Optional.empty()), kept)) {
        String host = "--host=" + api.listening();
        command("submit", host, samples.resolve("counter/counter.js").toString());
        command("ps", host);
        command("ps", host, "--json");
        command("call", host, "counter", "increment", "2");
        command("logs", host, "counter");
        command("events", host);
        command("restart", host, "counter");
        command("close", host, "counter");
        command("start", host, "counter");
        command("destroy", host, "--cascade", "counter");
      }
    }
  }

  private void command(String... arguments) {
    PrintWriter nobody = new PrintWriter(Writer.nullWriter());
    CommandLine commandLine = Ringfence.commandLine(arguments).setOut(nobody).setErr(nobody);
    if (commandLine.execute(arguments) != ExitStatus.OK) {
      failed.add(String.join(" ", arguments));
    }
  }
}
