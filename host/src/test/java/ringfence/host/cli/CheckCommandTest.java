package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.HostOptions;
import ringfence.host.manifest.Manifest;
import ringfence.sandbox.policy.MachineCapabilities;

class CheckCommandTest {
  private static final HostOptions WALLED =
      HostOptions.defaults().withMachine(new MachineCapabilities(Path.of("/usr/bin/bwrap"), ""));

  private static final String TWO =
      """
      version: 1
      services:
        page:
          code: "export const a = 1;"
          imports: [counter]
          policy: isolated
          permissions: { env: [LOG_LEVEL], create: 2 }
          limits: { heap: 64MiB, turn: 1500ms }
        counter:
          code: "export const a = 1;"
      """;

  @TempDir private Path folder;

  @Test
  void printsStartOrderPolicyGrantsLimitsAndWalls() {
    assertThat(plan(TWO).lines())
        .startsWith(
            "start order: counter, page",
            "",
            "counter: policy untrusted, runs counter.js",
            "  grants nothing",
            "  limits as usual, heap 128MiB",
            "  yes  context        SandboxPolicy.CONSTRAINED; this runtime has no isolates to raise it")
        .contains(
            "page: policy isolated, runs page.js",
            "  imports counter",
            "  grants env LOG_LEVEL, create 2",
            "  limits heap 64MiB, turn 1500ms, else as usual",
            "  yes  namespaces     bubblewrap at /usr/bin/bwrap");
  }

  @Test
  void jsonHasTheSameFacts() throws Exception {
    JsonNode services = new ObjectMapper().readTree(plan(TWO).json()).get("services");
    assertThat(services).hasSize(2);
    assertThat(services.get(0).get("name").textValue()).isEqualTo("counter");
    JsonNode page = services.get(1);
    assertThat(page.get("policy").textValue()).isEqualTo("isolated");
    assertThat(page.get("imports").get(0).textValue()).isEqualTo("counter");
    assertThat(page.get("permissions").get("create").intValue()).isEqualTo(2);
    assertThat(page.get("limits").get("turn").textValue()).isEqualTo("1500ms");
    assertThat(page.get("walls")).hasSize(15);
    assertThat(page.get("walls").get(0).get("required").booleanValue()).isTrue();
  }

  @Test
  void whatCanNotBeUsedEndsWithTwoInTheWordsOfUp() throws IOException {
    Path manifest = Files.writeString(folder.resolve("m.yaml"), "version: 1\nservces: {}\n");
    Ran run = Ran.command("check", manifest.toString());
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err())
        .isEqualTo("ringfence: " + manifest + ":2:1: unknown key \"servces\"; did you mean \"services\"?\n");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void unknownOptionsAndCommandsNameTheNearest() {
    assertThat(Ran.command("check", "--sugest").err()).startsWith("ringfence: unknown option \"--sugest\"; did you mean \"--suggest\"?");
    assertThat(Ran.command("docter").err()).startsWith("ringfence: unknown command \"docter\"; did you mean \"doctor\"?");
  }

  @Test
  void suggestNeedsALogAndPrintsNoJson() throws IOException {
    assertThat(Ran.command("check", "--suggest", folder.resolve("none").toString()).err()).contains("no audit log");
    Path log = Files.writeString(folder.resolve("a.jsonl"), "");
    assertThat(Ran.command("check", "--json", "--suggest", log.toString()).err()).contains("leave --json out");
    Ran run = Ran.command("check", "--suggest", log.toString());
    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("0 requests, 0 of them refused").contains("# Nothing was asked for.");
  }

  @Test
  void helpHasAnExampleThatCanBeCopied() {
    assertThat(Ran.command("check", "--help").out()).contains("Example: ringfence check samples/counter");
    assertThat(Ran.command("doctor", "--help").out()).contains("Example: ringfence doctor --json").contains("69");
  }

  private CheckReport plan(String text) {
    return CheckCommand.plan(Manifest.parse("m.yaml", text, folder), WALLED);
  }
}
