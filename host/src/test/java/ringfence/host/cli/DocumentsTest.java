package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import ringfence.host.ErrorCode;
import ringfence.host.http.ProblemStatus;
import ringfence.host.manifest.Manifest;

/// Holds the pages under `docs` that are made from the commands, the schema and the codes to these.
class DocumentsTest {
  private static final Path SOURCES = Path.of("src/main/java/ringfence/host");

  /// Lines of documentation, and the line behind them.
  private static final Pattern DOCUMENTED = Pattern.compile("(?m)((?:^ +/// .*\\n)(?:^ +///.*\\n)*)^ +(.*)$");

  private static final Pattern TYPE_OF_ERROR =
      Pattern.compile("/\\*\\* ([^*]*) \\*/\\n  interface (\\w+Error) extends (\\w+) \\{([^}]*)}");

  private static final String MADE =
      "Made by `DocumentsTest` from what runs; don't edit it. `-Dringfence.docs=write` makes it anew.";

  @Test
  void theCommandsAreThoseOfTheHelp() throws IOException {
    StringBuilder page = new StringBuilder("# Commands\n\n" + MADE + "\n\n");
    page.append("`./ringfence` in a checkout finds a JDK 25, builds on first use and after changes, and runs what is below.\n");
    page.append("`ringfence completion` makes a shell complete all of it.\n\n");
    page.append("Colours are for terminals: `NO_COLOR` and `CLICOLOR=0` turn them off, `CLICOLOR_FORCE=1` on. What takes longer than\n");
    page.append("a second is told on standard error, if that is a terminal.\n\n");
    page.append("## Exit statuses\n\n| status | says |\n|---|---|\n");
    exitStatuses().forEach((status, sense) -> page.append("| %s | %s |\n".formatted(status, sense)));
    Map<String, CommandLine> commands = Ringfence.commandLine().getSubcommands();
    for (CommandGroup group : CommandGroup.ALL) {
      page.append("\n## ").append(group.title()).append('\n');
      for (String name : group.names()) {
        page.append("\n### ringfence ").append(name).append("\n\n```text\n");
        page.append(Objects.requireNonNull(commands.get(name)).getUsageMessage(Ansi.OFF).stripTrailing()).append("\n```\n");
      }
    }
    Document.check("cli.md", page.toString());
  }

  private static Map<String, String> exitStatuses() {
    return Ringfence.commandLine().getCommandSpec().usageMessage().exitCodeList();
  }

  @Test
  void theManifestIsThatOfTheSchema() throws IOException {
    JsonNode root = new ObjectMapper().readTree(Manifest.schema());
    StringBuilder page = new StringBuilder("# The manifest\n\n" + MADE + "\n\n");
    page.append(root.get("description").asText()).append(" It is called `ringfence.yaml` where nobody says otherwise.\n\n");
    page.append(
        """
        The JSON Schema, by which editors complete it and show what is below, is printed by `ringfence schema`, and written beside
        the manifest by `ringfence init`. Editors with the YAML language server find it by the manifest's first line:

        ```yaml
        # yaml-language-server: $schema=ringfence.schema.json
        version: 1
        services:
          counter:
            code: |
              let n = 0;
              export function increment(by = 1) { return n += by; }
          page:
            code: |
              import counter from "service:counter";
              console.log(await counter.increment(2));
            imports: [counter]
            limits: { heap: 64MiB, call: 5s }
            restart: { policy: on-failure, backoff: 100ms..30s, max: 5 in 60s }
        ```

        Keys that nobody knows, keys that stand twice and aliases are refused, with line, column and the nearest key. Quantities are whole
        numbers with a unit: sizes in `B`, `KiB`, `MiB` or `GiB`, times in `ms`, `s`, `m` or `h`. Relative paths are relative to the manifest.
        Nothing is expanded, neither in code nor in paths.

        | key | takes | what it says |
        |---|---|---|
        """);
    rows(page, root, root);
    for (String table : List.of("service", "permissions", "limits", "restart")) {
      JsonNode definition = root.at("/$defs/" + table);
      page.append("\n## ").append(definition.get("title").asText()).append("\n\n");
      page.append(definition.get("description").asText()).append("\n\n");
      page.append("| key | takes | what it says |\n|---|---|---|\n");
      rows(page, root, definition);
    }
    Document.check("manifest.md", page.toString());
  }

  private static void rows(StringBuilder page, JsonNode root, JsonNode table) {
    for (Map.Entry<String, JsonNode> property : table.get("properties").properties()) {
      JsonNode key = property.getValue();
      JsonNode referred = root.at(key.path("$ref").asText("#").substring(1));
      String takes = takes(root, key);
      JsonNode fallback = key.has("default") ? key.get("default") : referred.path("default");
      String description =
          key.has("description") ? key.get("description").asText() : referred.path("description").asText();
      page.append("| `%s` | %s | %s |\n".formatted(property.getKey(), takes + shown(fallback), description.replace("|", "\\|")));
    }
  }

  private static String shown(JsonNode fallback) {
    return fallback.isMissingNode() || fallback.isContainerNode() ? "" : "; `" + fallback.asText() + "` if not given";
  }

  private static String takes(JsonNode root, JsonNode key) {
    if (key.has("enum")) {
      List<String> words = new ArrayList<>();
      key.get("enum").forEach(word -> words.add("`" + word.asText() + "`"));
      return words.stream().distinct().collect(Collectors.joining(", "));
    }
    if (key.has("oneOf")) {
      List<String> all = new ArrayList<>();
      key.get("oneOf").forEach(one -> all.add(takes(root, one)));
      return String.join(", or ", all);
    }
    if (key.has("$ref")) {
      String name = key.get("$ref").asText().replace("#/$defs/", "");
      return switch (name) {
        case "permissions", "limits", "restart" -> "a table, [below](#" + name + ")";
        case "size" -> "a size";
        case "time" -> "a time";
        case "text" -> "text";
        default -> takes(root, root.at("/$defs/" + name));
      };
    }
    JsonNode type = key.path("type");
    String first = type.isArray() ? type.get(0).asText() : type.asText();
    return switch (first) {
      case "integer" -> "a number" + (key.has("maximum") ? ", %s to %s".formatted(key.get("minimum"), key.get("maximum")) : "");
      case "array" -> "a list";
      case "object" -> "a table";
      default -> key.path("pattern").asText().contains("%") ? "a share, such as `50%`" : "text";
    };
  }

  @Test
  void theErrorsAreThoseOfTheCode() throws IOException {
    StringBuilder page = new StringBuilder("# Errors\n\n" + MADE + "\n\n");
    page.append("## What a command ends with\n\n| status | says |\n|---|---|\n");
    exitStatuses().forEach((status, sense) -> page.append("| %s | %s |\n".formatted(status, sense)));

    page.append(
        """

        ## What a service meets

        Told apart by `name`. What a callee throws comes to the caller as it is: name, message, stack, cause and own fields.

        | name | is a | says | fields |
        |---|---|---|---|
        """);
    String types = Files.readString(Path.of("src/main/resources/ringfence/host/cli/ringfence.d.ts"));
    List<MatchResult> errors = TYPE_OF_ERROR.matcher(types).results().toList();
    assertThat(errors).hasSize((int) types.lines().filter(line -> line.matches("  interface \\w+Error extends .*")).count());
    for (MatchResult error : errors) {
      String fields =
          error.group(4).lines().map(String::strip).filter(line -> line.matches("(?:readonly )?\\w+: .*") && !line.contains("name:"))
              .map(line -> "`" + line.replace(";", "").replace("|", "\\|") + "`").collect(Collectors.joining(", "));
      page.append("| `%s` | `%s` | %s | %s |\n".formatted(error.group(2), error.group(3), error.group(1), fields));
    }

    page.append(
        """

        ## What the manager refuses with

        `ServiceException.code()` in Java, and the `code` of an answer of the HTTP API with the status beside it. Each message names what,
        which service and, where there is one, the cure. [host.md](host.md) has the codes of the API alone.

        | code | HTTP | who must act | says |
        |---|---|---|---|
        """);
    SequencedMap<String, String> codes = documented("ErrorCode.java", "([A-Z_]+),?");
    assertThat(codes.keySet()).containsExactlyElementsOf(Arrays.stream(ErrorCode.values()).map(Enum::name).toList());
    codes.forEach(
        (code, text) -> {
          String[] parts = text.split(": ", 2);
          page.append("| `%s` | %d | %s | %s |\n".formatted(code, ProblemStatus.of(ErrorCode.valueOf(code)), parts[0].toLowerCase(Locale.ROOT), parts[1]));
        });

    page.append(
        """

        ## Why a run ended

        `ServiceStatus.cause()` in Java, `cause` in `ringfence ps --json`, and a sentence in what commands print.

        | cause | says |
        |---|---|
        """);
    documented("lifecycle/ExitCause.java", "record (\\w+)\\(.*")
        .forEach((cause, text) -> page.append("| `%s` | %s |\n".formatted(cause, text)));
    Document.check("errors.md", page.toString());
  }

  /// What a source says of each thing that it declares so, without its parameters.
  private static SequencedMap<String, String> documented(String source, String declaration) throws IOException {
    SequencedMap<String, String> all = new LinkedHashMap<>();
    Pattern declared = Pattern.compile(declaration);
    DOCUMENTED
        .matcher(Files.readString(SOURCES.resolve(source)))
        .results()
        .forEach(
            found -> {
              var name = declared.matcher(found.group(2));
              if (name.matches()) {
                String text =
                    found.group(1).lines().map(line -> line.strip().substring(3).strip()).takeWhile(line -> !line.startsWith("@"))
                        .collect(Collectors.joining(" ")).strip();
                all.put(name.group(1), text.replace("|", "\\|"));
              }
            });
    assertThat(all).isNotEmpty();
    return all;
  }

  @Test
  void thePageOfTheHostNamesEveryCodeOfItsApi() throws IOException {
    Set<String> codes = new TreeSet<>();
    try (Stream<Path> sources = Files.list(SOURCES.resolve("http"))) {
      for (Path source : sources.toList()) {
        Pattern.compile("\"([A-Z]+_[A-Z_]+)\"").matcher(Files.readString(source)).results().forEach(found -> codes.add(found.group(1)));
      }
    }
    assertThat(codes).contains("TOKEN_NEEDED", "HOST_FAILED");
    assertThat(Files.readString(Path.of("../docs/host.md"))).contains(codes);
  }

  @Test
  void thePageOfAServiceNamesEveryMemberOfItsTypes() throws IOException {
    String types = Files.readString(Path.of("src/main/resources/ringfence/host/cli/ringfence.d.ts"));
    String page = Files.readString(Path.of("../docs/js-api.md"));
    for (String type : List.of("Service", "Caller", "ImportHandle", "CallOptions", "EventOptions", "Server", "Child", "PermissionDeniedError")) {
      String start = "  interface " + type + (type.endsWith("Error") ? " extends Error {\n" : " {\n");
      int from = types.indexOf(start);
      assertThat(from).as(start).isNotNegative();
      String body = types.substring(from + start.length(), types.indexOf("\n  }", from));
      List<String> members =
          Pattern.compile("(?m)^    (?:readonly )?(\\w+)[?(<:]").matcher(body).results().map(found -> found.group(1)).toList();
      assertThat(members).as(type).isNotEmpty();
      for (String member : members) {
        assertThat(page).as(type + "." + member).containsPattern("\\b" + member + "\\b");
      }
    }
  }
}
