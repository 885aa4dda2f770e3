package ringfence.host.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import ringfence.host.graph.NearestName;

/// `ringfence completion`: what makes a shell complete commands, options and files.
@Command(
    name = "completion",
    description = "Prints a script by which a shell completes commands, options and files.",
    footer = {
      "",
      "To keep it, put the line of your shell into its start-up file, with ringfence on",
      "the PATH:",
      "  bash   source <(ringfence completion bash)        ~/.bashrc",
      "  zsh    source <(ringfence completion zsh)         ~/.zshrc",
      "  fish   ringfence completion fish | source         ~/.config/fish/config.fish",
      "Ends with 0, with 2 for a shell that it does not know.",
      "",
      "Example: ringfence completion bash > ~/.ringfence.bash; . ~/.ringfence.bash"
    })
final class CompletionCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      index = "0",
      paramLabel = "SHELL",
      completionCandidates = Choices.Shells.class,
      description = "${COMPLETION-CANDIDATES}")
  private String shell = "";

  @Override
  public Integer call() {
    CommandLine all = Ringfence.commandLine();
    String script =
        switch (shell) {
          // One script for both: in zsh it turns on the emulation of bash's completion.
          case "bash", "zsh" -> AutoComplete.bash(all.getCommandName(), all);
          case "fish" -> FishCompletion.of(all.getCommandSpec());
          default ->
              throw new ParameterException(
                  spec.commandLine(),
                  "unknown shell \"%s\"%s"
                      .formatted(
                          shell,
                          NearestName.of(shell, Choices.Shells.ALL)
                              .map(name -> "; did you mean \"" + name + "\"?")
                              .orElse("; there are " + String.join(", ", Choices.Shells.ALL))));
        };
    PrintWriter out = spec.commandLine().getOut();
    out.print(script);
    out.flush();
    return out.checkError() ? ExitStatus.BROKEN_PIPE : ExitStatus.OK;
  }
}
