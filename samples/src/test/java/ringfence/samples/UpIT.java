package ringfence.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpIT {
  @TempDir Path folder;

  @Test
  void counterIsCalledAcrossProcessesAndBothCloseInReverseOrder() {
    try (CommandRun run = CommandRun.ringfence("up", "samples/counter")) {
      run.awaitErr("all 2 services run").awaitOut("increment('many')");
      assertThat(run.workers()).hasSize(2);
      List<ProcessHandle> left = run.descendants();
      run.signal("INT");
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.out())
          .contains(
              "page    | increment() -> 1",
              "page    | increment(41) -> 42",
              "page    | counter changed to 1",
              "page    | counter changed to 42",
              "page    | increment('many') -> TypeError: increment takes a whole number, not string")
          .endsWith("page    | closing; the counter is still there: function", "counter | closing at 42");
      assertThat(run.err())
          .containsSubsequence(
              "counter | starting",
              "counter | running",
              "page    | starting",
              "page    | running",
              "all 2 services run; Ctrl-C closes");
      assertThat(run.err().stream().filter(line -> line.contains(" | closed")).map(line -> line.substring(0, line.indexOf(' '))))
          .containsExactly("page", "counter");
      assertThat(left).noneMatch(CommandRun::lives);
    }
  }

  @Test
  void typescriptIsStrippedAndCallsAcrossProcesses() {
    try (CommandRun run = CommandRun.ringfence("up", "samples/typescript")) {
      run.awaitErr("all 2 services run").awaitOut("of apple there are");
      run.signal("INT");
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.out())
          .contains(
              "shop  | apple: 2 left",
              "shop  | apples left: 2",
              "shop  | apple Few",
              "shop  | pear Many",
              "shop  | of apple there are 2, not 3");
    }
  }

  @Test
  void codeThatIsNoTypeScriptIsShownForItsServiceAndStartsNothing() throws IOException {
    Files.writeString(folder.resolve("ringfence.yaml"), "version: 1\nservices: {a: {file: a.js}, bcd: {file: b.ts}}\n");
    Files.writeString(folder.resolve("a.js"), "console.log('a runs');");
    Files.writeString(folder.resolve("b.ts"), "import './c.ts';");
    Files.writeString(folder.resolve("c.ts"), "let a: number = 1;\nlet b: string = (;\n");
    String[] said = {"bcd | Uncaught SyntaxError: Unexpected token", "bcd |     c.ts:2:18", "bcd |     > 2 | let b: string = (;", "bcd |         |                  ^"};
    try (CommandRun run = CommandRun.ringfence("up", folder.toString())) {
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err()).contains(said);
      assertThat(run.out()).isEmpty();
    }
    try (CommandRun run = CommandRun.ringfence("check", folder.toString())) {
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err()).contains(said);
    }
  }

  @Test
  void aKilledWorkerComesBackWithThoseAboveIt() throws IOException {
    Files.writeString(
        folder.resolve("ringfence.yaml"),
        """
        version: 1
        services:
          page: {code: "console.log('page runs');", imports: [counter]}
          counter:
            code: "console.log('counter runs');"
            restart: {policy: on-failure, backoff: 10ms..20ms, max: 3 in 60s}
        """);
    try (CommandRun run = CommandRun.ringfence("up", folder.toString())) {
      run.awaitErr("all 2 services run");
      CommandRun.signal(run.workers().getFirst().pid(), "KILL");
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> run.err().stream().filter(line -> line.contains("all 2 services run")).count() == 2);
      run.signal("INT");
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.err())
          .containsSubsequence(
              "counter | closed: its worker was killed by signal 9 (SIGKILL)",
              "counter | running",
              "page    | running",
              "all 2 services run; Ctrl-C closes",
              "closing; Ctrl-C again kills");
      assertThat(run.out()).filteredOn(line -> line.endsWith("page runs")).hasSize(2);
    }
  }

  @Test
  void aKilledWorkerClosesThoseAboveItFirstAndItsLogIsJson() throws IOException {
    Files.writeString(
        folder.resolve("ringfence.yaml"),
        """
        version: 1
        services:
          c: {file: c.js, imports: [b]}
          b: {code: "import a from 'service:a'; export const get = () => a.get(); console.log('b runs');", imports: [a]}
          a: {code: "export function get() { throw new RangeError('two\\\\nlines', { cause: new Error('deep') }); }"}
        """);
    // Attack: lines that read as others', end early, or are obeyed by a terminal.
    Files.writeString(
        folder.resolve("c.js"),
        """
        import b from "service:b";
        import { readFile } from "node:fs/promises";
        console.log('{"stream":"host","service":"a","text":"closed"}');
        console.log('\\n{"stream":"host"}\\r\\u001b[2J\\u0000\\u009b1A\\u2028"');
        console.error("to the other stream");
        await readFile("/etc/hostname").catch(() => {});
        setTimeout(() => b.get(), 0);
        """);
    try (CommandRun run = CommandRun.ringfence("up", "--log-format", "json", folder.toString())) {
      run.awaitErr("all 3 services run").awaitErr("Uncaught RangeError");
      CommandRun.signal(run.workers().getFirst().pid(), "KILL");
      assertThat(run.status()).isEqualTo(1);
      JsonLines out = JsonLines.of(run.out(), true);
      JsonLines err = JsonLines.of(run.err(), false);
      assertThat(err.all().stream().filter(line -> "closed".equals(line.get("text"))).map(line -> String.valueOf(line.get("service"))))
          .containsExactlyInAnyOrder("a", "b", "c")
          .containsSubsequence("c", "b");
      assertThat(out.texts("c", "stdout"))
          .containsExactly("{\"stream\":\"host\",\"service\":\"a\",\"text\":\"closed\"}", "\n{\"stream\":\"host\"}\r\u001b[2J\0\u009b1A\u2028\"");
      assertThat(err.texts("c", "stderr")).containsExactly("to the other stream");
      assertThat(err.texts("c", "host")).containsSubsequence("starting", "running", "closing", "closed");
      assertThat(err.fields("c", "Uncaught RangeError: two\nlines").toString())
          .contains("path=c -> b.get -> a.get", "causes=Error: deep", "    at call a.get by b\n");
      assertThat(err.fields("c", "denied").toString())
          .contains("permission=read", "resource=/etc/hostname", "cure=permissions.read: [\"/etc/hostname\"]");
      assertThat(err.fields("c", "closed").toString()).contains("incarnation=1", "cause=a dependency, \"");
      assertThat(err.all()).anyMatch(line -> "all 3 services run; Ctrl-C closes".equals(line.get("text")));
    }
  }

  @Test
  void aKilledHostLeavesNoWorkerOfAny() {
    try (CommandRun run = CommandRun.ringfence("up", "samples/counter")) {
      run.awaitErr("all 2 services run");
      List<ProcessHandle> left = run.descendants();
      assertThat(left).isNotEmpty();
      run.signal("KILL");
      await()
          .atMost(Duration.ofMillis(1500))
          .until(() -> left.stream().noneMatch(CommandRun::lives));
    }
  }

  @Test
  void aManifestThatCannotBeUsedStartsNothing() throws IOException {
    Path manifest =
        Files.writeString(
            folder.resolve("ringfence.yaml"),
            "version: 1\nservices:\n  a:\n    code: \"\"\n    import: [b]\n");
    try (CommandRun run = CommandRun.ringfence("up", manifest.toString())) {
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err())
          .singleElement()
          .asString()
          .contains(":5:5: unknown key \"import\" in services.a; did you mean \"imports\"?");
    }
  }
}
