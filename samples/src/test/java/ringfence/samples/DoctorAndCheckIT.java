package ringfence.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorAndCheckIT {
  @TempDir Path folder;

  @Test
  void doctorTellsThatUntrustedServicesCanRunWhereTheyDo() {
    try (CommandRun run = CommandRun.ringfence("doctor")) {
      assertThat(run.status()).as(run.out().toString()).isZero();
      assertThat(run.out())
          .anyMatch(line -> line.startsWith("yes  bubblewrap "))
          .anyMatch(line -> line.startsWith("yes  namespaces "))
          .anyMatch(line -> line.startsWith("no   isolates "))
          .endsWith("Untrusted services can run here.");
      assertThat(run.err()).isEmpty();
    }
    try (CommandRun run = CommandRun.ringfence("doctor", "--json")) {
      assertThat(run.status()).isZero();
      assertThat(String.join("", run.out())).startsWith("{").contains("\"untrustedCanRun\" : true").endsWith("}");
    }
  }

  @Test
  void checkPrintsThePlanOfASampleAndStartsNothing() {
    try (CommandRun run = CommandRun.ringfence("check", "samples/counter")) {
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.out())
          .startsWith("start order: counter, page")
          .contains("  imports counter", "  grants nothing")
          .anyMatch(line -> line.startsWith("  yes  namespaces     bubblewrap at "));
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  void aCycleAndAnUnknownImportAreNamedAsUpNamesThem() throws IOException {
    Path cycle =
        Files.writeString(
            folder.resolve("cycle.yaml"),
            "version: 1\nservices: {a: {code: '1', imports: [b]}, b: {code: '1', imports: [a]}}\n");
    try (CommandRun run = CommandRun.ringfence("check", cycle.toString())) {
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err()).containsExactly("ringfence: import cycle: a -> b -> a");
    }
  }

  @Test
  void suggestTurnsAnAuditLogIntoGrants() throws IOException {
    Path log =
        Files.writeString(
            folder.resolve("audit.jsonl"),
            """
            {"time":"2026-01-01T00:00:00Z","service":"page","incarnation":1,"permission":"create","resource":"page-a","granted":false,"reason":"service \\"page\\" may not create services","cure":"permissions.create: 1"}
            """);
    try (CommandRun run = CommandRun.ringfence("check", "--suggest", log.toString(), "samples/counter")) {
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.out())
          .containsSubsequence("services:", "  page:", "    permissions:", "      create: 1   # was refused");
    }
  }
}
