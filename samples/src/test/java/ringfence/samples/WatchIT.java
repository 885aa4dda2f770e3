package ringfence.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchIT {
  private static final String TWO =
      """
      version: 1
      services:
        counter: {file: counter.js}
        page: {file: page.js, imports: [counter]}
        aside: {code: "console.log('aside runs');"}
      """;

  @TempDir Path folder;

  @Test
  void changesRestartWhatTheyConcernAndErrorsEndNothing() throws IOException {
    write("ringfence.yaml", TWO);
    write("counter.js", "import { text } from './lib/text.js'; export const say = () => text; console.log(text);");
    write("lib/text.js", "export const text = 'one';");
    write("page.js", "import counter from 'service:counter'; console.log('page:', await counter.say());");
    try (CommandRun run = CommandRun.ringfence("up", "--watch", folder.toString())) {
      run.awaitErr("all 3 services run").awaitOut("page: one");
      assertThat(run.err()).contains("watching 4 files; a change restarts its service and those that import it");

      // A module of a module, replaced as editors do it.
      write("lib/text.js", "export const text = 'two';");
      run.awaitErr("counter changed; page starts again too").awaitOut("page    | page: two");

      // Nothing that can't be read to its end is applied.
      write("ringfence.yaml", TWO.replace("imports:", "import:"));
      run.awaitErr("unknown key \"import\" in services.page; did you mean \"imports\"?; what runs goes on");
      write("ringfence.yaml", TWO.replace("[counter]", "[counter, nobody]"));
      run.awaitErr("\"page\" imports \"nobody\", which does not exist");
      write("ringfence.yaml", TWO.replace("services:", "services:\n  other: {file: other.ts}"));
      run.awaitErr("no file " + folder.resolve("other.ts"));
      write("other.ts", "let a: number = ;");
      run.awaitErr("other   | Uncaught SyntaxError");
      assertThat(run.workers()).hasSize(3);
      write("ringfence.yaml", TWO.replace("services:", "services:\n  other: {code: \"console.log('other', 7);\"}"));
      run.awaitErr("other is new").awaitOut("other   | other 7");

      // What JavaScript says is first seen when it starts.
      write("page.js", "let a = ;");
      run.awaitErr("page    | Uncaught SyntaxError").awaitErr("page    | closed: its code failed: SyntaxError");
      write("page.js", "console.log('page is back');");
      run.awaitOut("page is back");

      write("ringfence.yaml", TWO);
      run.awaitErr("other is gone");
      await().atMost(Duration.ofSeconds(60)).until(() -> run.workers().size() == 3);
      List<ProcessHandle> left = run.descendants();
      run.signal("INT");
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.out()).filteredOn(line -> line.endsWith("aside runs")).hasSize(1);
      assertThat(left).noneMatch(CommandRun::lives);
    }
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Path next = Files.writeString(file.resolveSibling("." + file.getFileName() + ".swp"), text);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
