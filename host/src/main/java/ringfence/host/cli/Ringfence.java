package ringfence.host.cli;

import java.lang.module.ModuleDescriptor;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.UnmatchedArgumentException;
import ringfence.host.ErrorCode;
import ringfence.host.ServiceException;
import ringfence.host.manifest.ManifestException;
import ringfence.host.graph.NearestName;
import ringfence.host.state.StateException;

/// The command line's entry: `./ringfence` starts it.
@Command(
    name = "ringfence",
    mixinStandardHelpOptions = true,
    versionProvider = Ringfence.Version.class,
    description = "Runs JavaScript services that nobody has to trust, each in a sealed process of its own.",
    customSynopsis = "ringfence [-hV] COMMAND [OPTION]... [ARG]...",
    exitCodeListHeading = "%nEnds with:%n",
    exitCodeList = {
      ExitStatus.OK + ":it is done; of a service, it ended as it should",
      ExitStatus.FAILED + ":a service did: it did not come up, threw, or did not answer in time",
      ExitStatus.USAGE + ":the command line or the manifest can't be used, or the host refused; nothing was changed",
      ExitStatus.LIMIT + ":a limit ended the service",
      ExitStatus.UNAVAILABLE + ":this machine lacks something that is needed, or no host answers",
      ExitStatus.NOT_PERMITTED + ":the host wants a token, or does not let in who asks",
      ExitStatus.INTERRUPTED + ":Ctrl-C ended it",
      ExitStatus.BROKEN_PIPE + ":nobody reads the output any more"
    },
    footer = {
      "",
      "'ringfence COMMAND --help' tells more, with an example. In a checkout",
      "'ringfence bench' measures it beside its rivals, 'ringfence torture' injects faults.",
      "",
      "Example: ringfence up samples/counter"
    })
public final class Ringfence {

  /// Created by the command line's parser only.
  Ringfence() {}

  /// Runs one command and ends the process with its status.
  public static void main(String[] arguments) {
    CommandLine commandLine = commandLine(arguments);
    commandLine.setExecutionStrategy(Ringfence::helpOrRun);
    System.exit(commandLine.execute(arguments));
  }

  private static int helpOrRun(ParseResult parsed) {
    Integer helped = CommandLine.executeHelpRequest(parsed);
    if (helped != null) {
      return helped;
    }
    quietLog();
    return new RunLast().execute(parsed);
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

  /// With all commands.
  static CommandLine commandLine() {
    return commandLine(CommandGroup.allCommands());
  }

  /// With no other command than the one that these arguments begin with.
  static CommandLine commandLine(String... arguments) {
    return commandLine(
        Arrays.stream(arguments).limit(1).<Class<?>>flatMap(name -> CommandGroup.command(name).stream()).toList());
  }

  private static CommandLine commandLine(List<Class<?>> commands) {
    CommandLine commandLine = new CommandLine(new Ringfence());
    commands.forEach(commandLine::addSubcommand);
    for (CommandLine command : commandLine.getSubcommands().values()) {
      command.getCommandSpec().mixinStandardHelpOptions(true);
    }
    commandLine.setColorScheme(Help.defaultColorScheme(Screen.out().coloured() ? Ansi.ON : Ansi.OFF));
    UsageMessageSpec usage = commandLine.getCommandSpec().usageMessage();
    usage.sectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, _ -> "");
    usage.sectionMap().put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, CommandGroup::list);
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
              return e.code() == ErrorCode.WALL_MISSING || e.code() == ErrorCode.COMPILER_MISSING
                  ? ExitStatus.UNAVAILABLE : ExitStatus.USAGE;
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
    boolean whole = command.parent() == null;
    if (!option && !whole) {
      return "unexpected argument \"" + word + "\"";
    }
    Collection<String> known = option ? command.optionsMap().keySet() : CommandGroup.allNames();
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
    /// Of the module, where the host runs as one.
    private static Optional<String> version() {
      return Optional.ofNullable(Ringfence.class.getModule().getDescriptor()).flatMap(ModuleDescriptor::rawVersion);
    }

    @Override
    public String[] getVersion() {
      return new String[] {"ringfence " + version().orElse("(not packaged)")};
    }
  }
}
