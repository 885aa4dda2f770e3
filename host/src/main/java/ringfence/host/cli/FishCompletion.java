package ringfence.host.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/// Completion for fish, a line for each command, option and file argument. Pure.
final class FishCompletion {
  private final String program;
  private final List<String> lines = new ArrayList<>();

  private FishCompletion(String program) {
    this.program = program;
  }

  /// The script for a command line of one level of subcommands.
  static String of(CommandSpec root) {
    FishCompletion fish = new FishCompletion(root.name());
    fish.lines.add("# fish completion of " + root.name() + "; made from its commands and options.");
    fish.add("-e", "");
    // No files, but where a command takes one.
    fish.add("-f", "");
    String none = " -n __fish_use_subcommand";
    root.options().forEach(option -> fish.option(none, option));
    for (CommandLine subcommand : root.subcommands().values()) {
      CommandSpec command = subcommand.getCommandSpec();
      String within = " -n '__fish_seen_subcommand_from " + command.name() + "'";
      fish.add(none.strip() + " -a " + command.name(), described(command.usageMessage().description()));
      command.options().forEach(option -> fish.option(within, option));
      command.positionalParameters().forEach(parameter -> fish.parameter(within, parameter));
    }
    return String.join("\n", fish.lines) + "\n";
  }

  private void option(String when, OptionSpec option) {
    if (option.hidden()) {
      return;
    }
    StringBuilder words = new StringBuilder(when.strip());
    for (String name : option.names()) {
      words.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    if (option.arity().max() > 0) {
      words.append(" -r");
      words.append(values(option));
    }
    add(words.toString(), described(option.description()));
  }

  private void parameter(String when, PositionalParamSpec parameter) {
    String values = values(parameter);
    if (!values.isEmpty()) {
      add(when.strip() + values, "");
    }
  }

  /// What may stand there: some words, or a file.
  private static String values(ArgSpec argument) {
    if (argument.completionCandidates() != null) {
      return " -a " + quoted(String.join(" ", argument.completionCandidates()));
    }
    return argument.type() == Path.class || List.of(argument.auxiliaryTypes()).contains(Path.class) ? " -F" : "";
  }

  private void add(String words, String description) {
    lines.add("complete -c " + program + " " + words + (description.isEmpty() ? "" : " -d " + quoted(description)));
  }

  /// Without the hint at a default, which is the help's to give.
  private static String described(String[] description) {
    return String.join(" ", description)
        .replaceAll("\\s*\\(default: [^)]*\\)", "")
        .replace("${COMPLETION-CANDIDATES}", "")
        .replace("%%", "%");
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
