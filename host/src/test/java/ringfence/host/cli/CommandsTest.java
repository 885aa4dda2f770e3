package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;

/// What holds for every command, whichever it is.
class CommandsTest {
  private static final Pattern EXAMPLE = Pattern.compile("(?m)^Example: (ringfence [^\\n]*)$");
  private static final Pattern NUMBER = Pattern.compile("\\b\\d+\\b");

  private static Stream<CommandLine> commands() {
    return Ringfence.commandLine().getSubcommands().values().stream();
  }

  private static String help(CommandLine command) {
    return command.getUsageMessage(Ansi.OFF);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void showsOneExampleThatCanBeCopied(CommandLine command) {
    List<String> examples = EXAMPLE.matcher(help(command)).results().map(found -> found.group(1)).toList();
    assertThat(examples).hasSize(1);
    // Of a line with more than one command, the first.
    String line = examples.getFirst().replaceFirst("[;>|].*", "").strip();
    List<String> words = Arrays.stream(line.split(" ", -1)).map(word -> word.replaceAll("^'|'$", "")).toList();
    assertThat(words.get(1)).isEqualTo(command.getCommandName());
    Ringfence.commandLine().parseArgs(words.subList(1, words.size()).toArray(String[]::new));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void showsTheDefaultOfEachOptionThatHasOne(CommandLine command) {
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (option.arity().max() > 0 && !Objects.requireNonNullElse(option.defaultValue(), "").isEmpty()) {
        assertThat(String.join(" ", option.description())).as(option.longestName()).contains("(default: ");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void saysWhatItEndsWith(CommandLine command) {
    String said = String.join(" ", command.getCommandSpec().usageMessage().footer()).replaceFirst("Example: .*", "");
    int end = said.indexOf("nds with ");
    assertThat(end).as(said).isPositive();
    Matcher numbers = NUMBER.matcher(said.substring(end));
    Set<String> known = statuses();
    assertThat(numbers.results().map(found -> found.group()).filter(number -> !known.contains(number))).isEmpty();
  }

  @Test
  void theHelpOfTheWholeListsEveryStatusAndEveryCommand() {
    CommandLine whole = Ringfence.commandLine();
    assertThat(whole.getCommandSpec().usageMessage().exitCodeList().keySet()).containsExactlyInAnyOrderElementsOf(statuses());
    // With or without the commands themselves, as the process makes it.
    assertThat(help(Ringfence.commandLine("--help"))).isEqualTo(help(whole));
    assertThat(CommandGroup.allNames()).doesNotHaveDuplicates().containsExactlyElementsOf(whole.getSubcommands().keySet());
    for (String name : CommandGroup.allNames()) {
      assertThat(help(whole)).contains("\n  " + name + " ");
    }
  }

  @Test
  void makesNoOtherCommandThanTheOneThatIsAskedFor() {
    assertThat(Ringfence.commandLine("ps", "run").getSubcommands()).containsOnlyKeys("ps");
    assertThat(Ringfence.commandLine("--help").getSubcommands()).isEmpty();
    assertThat(Ringfence.commandLine().getSubcommands()).containsKeys("ps", "run");
  }

  @Test
  void whatIsUnknownNamesTheNearest() {
    for (CommandLine commandLine : List.of(Ringfence.commandLine(), Ringfence.commandLine("chekc"))) {
      assertThat(Ran.command(commandLine, "chekc").err()).startsWith("ringfence: unknown command \"chekc\"; did you mean \"check\"?");
    }
    assertThat(Ran.command("run", "--polcy=trusted", "x.js").err())
        .startsWith("ringfence: unknown option \"--polcy\"; did you mean \"--policy\"?");
    assertThat(Ran.command("doctor", "now").err()).startsWith("ringfence: unexpected argument \"now\"");
  }

  private static Set<String> statuses() {
    Set<String> all = new TreeSet<>();
    for (Field field : ExitStatus.class.getDeclaredFields()) {
      if (field.getType() == int.class && Modifier.isStatic(field.getModifiers())) {
        try {
          all.add(Integer.toString(field.getInt(null)));
        } catch (IllegalAccessException e) {
          throw new AssertionError(e);
        }
      }
    }
    return all;
  }
}
