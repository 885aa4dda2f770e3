package ringfence.host.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import ringfence.host.manifest.Manifest;

/// `ringfence schema`: what makes an editor complete a manifest.
@Command(
    name = "schema",
    description = "Prints the JSON Schema of a manifest, by which editors complete and check it.",
    footer = {
      "",
      "'ringfence init' writes it beside the manifest, and the line at the manifest's head",
      "by which editors find it: # yaml-language-server: $schema=ringfence.schema.json",
      "Ends with 0.",
      "",
      "Example: ringfence schema > ringfence.schema.json"
    })
final class SchemaCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.print(Manifest.schema());
    out.flush();
    return out.checkError() ? ExitStatus.BROKEN_PIPE : ExitStatus.OK;
  }
}
