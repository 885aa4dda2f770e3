package ringfence.host.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import ringfence.host.HostOptions;
import ringfence.sandbox.launch.MachineProbe;

/// `ringfence doctor`: what this machine can enforce.
@Command(
    name = "doctor",
    description = "Tells what this machine can enforce, what follows where something is missing, and what helps.",
    footer = {
      "",
      "Tries the walls out around a program that does nothing; starts no service.",
      "Ends with 0 when untrusted services can run here, else with 69.",
      "",
      "Example: ringfence doctor --json"
    })
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--json", description = "one JSON object: untrustedCanRun, obstacle, cgroups, facilities, most")
  private boolean json;

  @Override
  public Integer call() {
    DoctorReport report = new DoctorReport(MachineProbe.detect(), HostOptions.defaults().most());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(report.json());
    } else {
      report.lines().forEach(out::println);
    }
    out.flush();
    return report.untrustedCanRun() ? ExitStatus.OK : ExitStatus.UNAVAILABLE;
  }
}
