package ringfence.host.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import ringfence.host.HostOptions;
import ringfence.sandbox.launch.ImageBuilder;
import ringfence.sandbox.launch.MachineProbe;
import ringfence.sandbox.launch.WorkerImage;
import ringfence.sandbox.policy.MachineCapabilities;

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

  @Option(
      names = "--build-image",
      description = "first make what workers start from where it is missing: the JDK with the compiler, and AOT caches")
  private boolean build;

  @Override
  public Integer call() throws IOException {
    MachineCapabilities machine = build ? built() : MachineProbe.detect();
    DoctorReport report = new DoctorReport(machine, HostOptions.defaults().most());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(report.json());
    } else {
      report.lines().forEach(out::println);
    }
    out.flush();
    return report.untrustedCanRun() ? ExitStatus.OK : ExitStatus.UNAVAILABLE;
  }

  private static MachineCapabilities built() throws IOException {
    Terminal terminal = Terminal.standard();
    terminal.say("making the workers' image; some seconds, once for each version ...");
    WorkerImage image = WorkerImage.locate();
    var _ = ImageBuilder.build(image, terminal::say);
    return MachineProbe.detect(image);
  }
}
