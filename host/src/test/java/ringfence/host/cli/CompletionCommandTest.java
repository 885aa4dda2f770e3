package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class CompletionCommandTest {
  @TempDir private Path folder;

  @Test
  void bashCompletesCommandsOptionsAndTheirWords() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "there is no bash");
    assertThat(bash("")).contains("run", "up", "check", "completion");
    assertThat(bash("che")).containsExactly("check");
    assertThat(bash("up", "--wa")).containsExactly("--watch");
    assertThat(bash("run", "--allow-l")).containsExactly("--allow-listen");
    assertThat(bash("run", "--policy", "tru")).containsExactly("trusted");
    assertThat(bash("run", "--restart", "on")).containsExactly("on-failure");
    assertThat(bash("completion", "")).contains("bash", "zsh", "fish");
    Files.writeString(folder.resolve("mine.yaml"), "");
    for (String command : List.of("check", "up", "run", "submit")) {
      assertThat(bash(command, "mi")).as(command).containsExactly("mine.yaml");
    }
  }

  @Test
  void zshGetsTheSameThroughItsEmulation() {
    String script = Ran.command("completion", "zsh").out();
    assertThat(script).isEqualTo(Ran.command("completion", "bash").out()).contains("bashcompinit");
  }

  @Test
  void fishHasALineForEachCommandAndOption() throws Exception {
    List<String> lines = Ran.command("completion", "fish").out().lines().toList();
    for (CommandLine command : Ringfence.commandLine().getSubcommands().values()) {
      String name = command.getCommandName();
      assertThat(lines).anyMatch(line -> line.startsWith("complete -c ringfence -n __fish_use_subcommand -a " + name + " -d '"));
      for (OptionSpec option : command.getCommandSpec().options()) {
        String longest = option.longestName();
        assertThat(lines)
            .anyMatch(line -> line.contains("_from " + name + "'") && line.contains(" -l " + longest.substring(2) + " "));
      }
    }
    assertThat(lines)
        .contains(
            "complete -c ringfence -n '__fish_seen_subcommand_from run' -l policy -r -a 'trusted constrained isolated untrusted' -d 'untrusted, isolated, constrained or trusted'",
            "complete -c ringfence -n '__fish_seen_subcommand_from run' -F",
            "complete -c ringfence -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'")
        .anyMatch(line -> line.contains("-l audit -r -F -d 'append each"))
        .allMatch(line -> line.startsWith("#") || line.startsWith("complete -c ringfence "))
        .noneMatch(line -> line.contains("${"));
    if (Files.isExecutable(Path.of("/usr/bin/fish"))) {
      assertThat(ran(List.of("/usr/bin/fish", "--no-execute"), String.join("\n", lines))).isEmpty();
    }
  }

  @Test
  void offersOnlyWordsThatAreTaken() {
    for (String word : new Choices.Policies()) {
      assertThat(new Converters.Level().convert(word)).asString().isEqualToIgnoringCase(word);
    }
    for (String word : new Choices.Restarts()) {
      assertThat(new Converters.Restart().convert(word)).asString().isEqualToIgnoringCase(word.replace('-', '_'));
    }
  }

  @Test
  void anUnknownShellNamesTheNearest() {
    Ran ran = Ran.command("completion", "fihs");
    assertThat(ran.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(ran.err()).startsWith("ringfence: unknown shell \"fihs\"; did you mean \"fish\"?");
    assertThat(ran.out()).isEmpty();
    assertThat(Ran.command("completion", "--help").out()).contains("Example: ringfence completion bash > ~/.ringfence.bash; . ~/.ringfence.bash");
  }

  /// What a real bash offers for the last of these words.
  private List<String> bash(String... words) throws IOException, InterruptedException {
    String script = Ran.command("completion", "bash").out();
    StringBuilder call = new StringBuilder(script).append("\nCOMP_WORDS=(ringfence");
    for (String word : words) {
      call.append(" '").append(word).append('\'');
    }
    call.append(")\nCOMP_CWORD=").append(words.length).append("\nCOMP_LINE=\"${COMP_WORDS[*]}\"\nCOMP_POINT=${#COMP_LINE}\n");
    // Which is refused outside of a completion that a key began, and decides nothing here.
    call.append("compopt() { :; }\n");
    call.append("\"$(complete -p ringfence | sed 's/.*-F \\([^ ]*\\).*/\\1/')\" ringfence\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n");
    return ran(List.of("/bin/bash", "--norc"), call.toString());
  }

  /// What a program prints that reads a text, and ends with 0.
  private List<String> ran(List<String> program, String input) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(program).directory(folder.toFile()).redirectErrorStream(true).start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertThat(process.waitFor()).as(lines.toString()).isZero();
    return lines;
  }
}
