package ringfence.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesIT {
  @TempDir Path folder;

  @Test
  void aReportIsWrittenFromWhatIsGrantedAndNothingElseIsRead() throws IOException {
    Path audit = folder.resolve("audit.jsonl");
    try (CommandRun run = CommandRun.ringfence("up", "--audit", audit.toString(), "samples/files")) {
      run.awaitErr("the service runs");
      run.signal("INT");
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.out())
          .containsExactly(
              "report | out/report.json: 116 bytes of 2 files",
              "report | PermissionDeniedError: service \"report\" may not read /etc/passwd; grant it with permissions.read: [\"/etc/passwd\"]",
              "report | PermissionDeniedError: service \"report\" may not read data/../report.js; grant it with permissions.read: [\"data/../report.js\"]",
              "report | PermissionDeniedError: service \"report\" may not read data/outside: a link on the way leads out of what is granted",
              "report | PermissionDeniedError: service \"report\" may not write data/mine.csv; grant it with permissions.write: [\"data/mine.csv\"]");
    }
    assertThat(CommandRun.HOME.resolve("samples/files/out/report.json")).content().contains("\"pears\": 24");
    List<String> lines = Files.readAllLines(audit);
    assertThat(lines).filteredOn(line -> line.contains("\"granted\":false")).hasSize(4);
    assertThat(lines).anyMatch(line -> line.contains("\"permission\":\"write\",\"resource\":\"out/report.tmp\",\"granted\":true"));
  }

  @Test
  void grantsOfTheCommandLineAreCommaSeparatedAndRepeated() throws IOException {
    Files.createDirectories(folder.resolve("lib"));
    Files.writeString(folder.resolve("a"), "a");
    Files.writeString(folder.resolve("b"), "b");
    Files.writeString(folder.resolve("c"), "c");
    Files.writeString(folder.resolve("lib/read.js"), "import { readFile } from 'node:fs/promises';\nexport const read = (path) => readFile(path, 'utf8');\n");
    Path code =
        Files.writeString(
            folder.resolve("main.js"),
            """
            import { writeFile } from "node:fs/promises";
            import { read } from "./lib/read.js";
            const [folder] = service.args;
            for (const name of ["a", "b", "c", "main.js"]) {
              console.log(name, await read(folder + "/" + name).catch((error) => error.name));
            }
            await writeFile(folder + "/new", "made");
            throw new Error(await read(folder + "/new").catch((error) => error.name));
            """);
    try (CommandRun run =
        CommandRun.ringfence(
            "run", "--allow-read=" + folder.resolve("a") + "," + folder.resolve("b"), "--allow-read", folder.resolve("c").toString(),
            "--allow-write=" + folder.resolve("new"), code.toString(), "--", folder.toString())) {
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.out()).containsExactly("a a", "b b", "c c", "main.js PermissionDeniedError");
      assertThat(run.err()).anyMatch(line -> line.contains("Error: PermissionDeniedError"));
    }
    assertThat(folder.resolve("new")).hasContent("made");
  }

  @Test
  void anAuditLogThatCanNotBeWrittenIsWrongUsage() {
    Path none = folder.resolve("none/audit");
    try (CommandRun run = CommandRun.ringfence("run", "--audit=" + none, "samples/hello/hello.js")) {
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err()).first().isEqualTo("ringfence: the audit log " + none + " can't be opened: its folder does not exist");
    }
  }
}
