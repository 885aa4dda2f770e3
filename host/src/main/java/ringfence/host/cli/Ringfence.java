package ringfence.host.cli;

import java.util.Collection;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
import ringfence.host.ErrorCode;
import ringfence.host.ServiceException;
import ringfence.host.manifest.ManifestException;
import ringfence.host.manifest.NearestName;
import ringfence.host.state.StateException;

/// The command line's entry: `./ringfence` starts it.
@Command(
    name = "ringfence",
    mixinStandardHelpOptions = true,
    versionProvider = Ringfence.Version.class,
    description = "Runs JavaScript services that nobody has to trust, each in a sealed process of its own.",
    subcommands = {
      InitCommand.class,
      RunCommand.class,
      UpCommand.class,
      CheckCommand.class,
      DoctorCommand.class,
      HostCommand.class,
      SubmitCommand.class,
      PsCommand.class,
      StartCommand.class,
      CloseCommand.class,
      RestartCommand.class,
      DestroyCommand.class,
      CallCommand.class,
      LogsCommand.class,
      EventsCommand.class,
      CompletionCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "In a checkout of the sources, 'ringfence bench' measures the ring against its rivals.",
      "Example: ringfence up samples/counter"
    })
public final class Ringfence {

  /// Created by the command line's parser only.
  Ringfence() {}

  /// Runs one command and ends the process with its status.
  public static void main(String[] arguments) {
    quietLog();
    System.exit(commandLine().execute(arguments));
  }

  /// What commands print is for people, and a denial is told by the error that the service gets and by `--audit`; so
  /// only warnings of the log are printed, a line each, unless the JVM was given a configuration of its own.
  private static void quietLog() {
    if (System.getProperty("java.util.logging.config.file") == null
        && System.getProperty("java.util.logging.config.class") == null) {
      System.setProperty("java.util.logging.SimpleFormatter.format", "ringfence: %5$s%6$s%n");
      Logger.getLogger("").setLevel(Level.WARNING);
    }
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Ringfence());
    for (CommandLine command : commandLine.getSubcommands().values()) {
      command.getCommandSpec().mixinStandardHelpOptions(true);
    }
    commandLine.setParameterExceptionHandler(
        (exception, _) -> {
          CommandLine command = exception.getCommandLine();
          command.getErr().println("ringfence: " + words(exception));
          command
              .getErr()
              .println("Try '" + command.getCommandSpec().qualifiedName() + " --help' for what there is.");
          return ExitStatus.USAGE;
        });
    commandLine.setExecutionExceptionHandler(
        (exception, command, _) -> {
          switch (exception) {
            case ManifestException e -> command.getErr().println("ringfence: " + e.getMessage());
            case ServiceException e -> {
              command.getErr().println("ringfence: " + e.getMessage());
              return e.code() == ErrorCode.WALL_MISSING ? ExitStatus.UNAVAILABLE : ExitStatus.USAGE;
            }
            case HostException e -> {
              command.getErr().println("ringfence: " + e.getMessage());
              return e.exitStatus();
            }
            case StateException e -> {
              command.getErr().println("ringfence: " + e.getMessage());
              return ExitStatus.UNAVAILABLE;
            }
            case IllegalArgumentException e -> command.getErr().println("ringfence: " + e.getMessage());
            default -> throw exception;
          }
          return ExitStatus.USAGE;
        });
    return commandLine;
  }

  private static String words(ParameterException exception) {
    CommandSpec command = exception.getCommandLine().getCommandSpec();
    if (!(exception instanceof UnmatchedArgumentException unmatched)) {
      return String.valueOf(exception.getMessage());
    }
    String word = unmatched.getUnmatched().getFirst();
    boolean option = word.startsWith("-");
    if (!option && command.subcommands().isEmpty()) {
      return "unexpected argument \"" + word + "\"";
    }
    Collection<String> known = option ? command.optionsMap().keySet() : command.subcommands().keySet();
    String bare = word.indexOf('=') > 0 ? word.substring(0, word.indexOf('=')) : word;
    return "unknown "
        + (option ? "option" : "command")
        + " \""
        + bare
        + "\""
        + NearestName.of(bare, known)
            .map(name -> "; did you mean \"" + name + "\"?")
            .orElse("; there are " + String.join(", ", known));
  }

  /// Tells the version of the jar that runs.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Ringfence.class.getPackage().getImplementationVersion();
      return new String[] {"ringfence " + (version == null ? "(not packaged)" : version)};
    }
  }
}
