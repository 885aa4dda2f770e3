package ringfence.host.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.UsageMessageSpec;

/// The commands, in the groups and the order in which `ringfence --help` lists them.
///
/// What a command is called is read from its class alone: making all of them, each with its options, takes longer than
/// most of them run.
///
/// @param title such as "For your tools"
/// @param commands their classes
record CommandGroup(String title, List<Class<?>> commands) {
  static final List<CommandGroup> ALL =
      List.of(
          new CommandGroup(
              "Services of this terminal",
              List.of(InitCommand.class, RunCommand.class, UpCommand.class, CheckCommand.class, DoctorCommand.class)),
          new CommandGroup(
              "Services of a host that stays",
              List.of(
                  HostCommand.class,
                  SubmitCommand.class,
                  PsCommand.class,
                  CallCommand.class,
                  LogsCommand.class,
                  EventsCommand.class,
                  TopCommand.class,
                  ReplCommand.class,
                  InspectCommand.class,
                  ProfileCommand.class,
                  HeapCommand.class,
                  StartCommand.class,
                  CloseCommand.class,
                  RestartCommand.class,
                  DestroyCommand.class)),
          new CommandGroup("For your tools", List.of(SchemaCommand.class, CompletionCommand.class)));

  private static final int WIDTH = UsageMessageSpec.DEFAULT_USAGE_WIDTH;
  private static final int NAME_WIDTH = 14;

  /// The names of its commands.
  List<String> names() {
    return commands.stream().map(CommandGroup::name).toList();
  }

  /// The classes of all commands.
  static List<Class<?>> allCommands() {
    return ALL.stream().<Class<?>>flatMap(group -> group.commands.stream()).toList();
  }

  /// The names of all commands.
  static List<String> allNames() {
    return ALL.stream().flatMap(group -> group.names().stream()).toList();
  }

  /// The class of a command.
  static Optional<Class<?>> command(String name) {
    return allCommands().stream().filter(command -> name(command).equals(name)).findFirst();
  }

  /// The list of all commands, for the help of the whole.
  static String list(Help help) {
    List<String> parts = new ArrayList<>();
    for (CommandGroup group : ALL) {
      TextTable table =
          TextTable.forColumns(
              help.colorScheme(),
              new Column(NAME_WIDTH, 2, Overflow.SPAN),
              new Column(WIDTH - NAME_WIDTH, 2, Overflow.WRAP));
      for (Class<?> command : group.commands) {
        table.addRowValues(
            help.colorScheme().commandText(name(command)),
            help.colorScheme().text(String.join(" ", described(command).description())));
      }
      parts.add("%n%s:%n%s".formatted(group.title, table));
    }
    return String.join("", parts);
  }

  private static String name(Class<?> command) {
    return described(command).name();
  }

  private static Command described(Class<?> command) {
    return command.getAnnotation(Command.class);
  }
}
