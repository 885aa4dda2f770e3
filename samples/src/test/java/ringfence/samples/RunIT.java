package ringfence.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunIT {
  @TempDir Path folder;

  @Test
  void helloPrintsAndEndsWithZero() {
    try (CommandRun run = CommandRun.ringfence("run", "samples/hello/hello.js", "--", "Ada")) {
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.out())
          .containsExactly(
              "Hello, Ada! This is hello, in a worker process of its own.",
              "No file, no network, no environment: undefined undefined {}");
      assertThat(run.err()).isEmpty();
    }
  }

  @Test
  void jobsAreDoneByChildServicesIfTheyAreGranted() {
    try (CommandRun run = CommandRun.ringfence("run", "--allow-create=2", "samples/jobs/jobs.js")) {
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.out())
          .startsWith("27 takes 111 steps", "97 takes 118 steps", "871 takes 178 steps")
          .anyMatch(line -> line.startsWith("jobs-a is closed: "))
          .anyMatch(line -> line.startsWith("jobs-b is closed: "))
          .hasSize(8);
      assertThat(run.err()).isEmpty();
    }
    try (CommandRun run = CommandRun.ringfence("run", "samples/jobs/jobs.js")) {
      assertThat(run.status()).isZero();
      assertThat(run.err())
          .containsExactly(
              "service \"jobs\" may not create services; grant it with permissions.create: 1");
    }
  }

  @Test
  void aRunEndsWhenItsChildrenHaveNothingLeftToDoEither() {
    String code =
        """
        const child = await service.create({ name: `${service.name}-part`, code: "setTimeout(() => console.log('part is done'), 50);" });
        child.on("closed", (cause) => console.log(cause));
        child.start();
        """;
    try (CommandRun run = CommandRun.ringfence("run", "--allow-create=1", "-").withInput(code)) {
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.out()).containsExactly("part is done", "nothing was left to do");
    }
  }

  @Test
  void primesAreCountedByAsManyWorkersAsAreGranted() {
    try (CommandRun run = CommandRun.ringfence("run", "--threads=2", "samples/workers/primes.js")) {
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.out()).containsExactly("9592 primes below 100000, in 8 parts by 2 Workers");
      assertThat(run.err()).isEmpty();
    }
    try (CommandRun run = CommandRun.ringfence("run", "samples/workers/primes.js")) {
      assertThat(run.status()).isZero();
      assertThat(run.err())
          .containsExactly("service \"primes\" may not start Workers; grant it with permissions.threads: 1");
    }
  }

  @Test
  void aServerWithoutAPortSaysWhichGrantItLacks() {
    try (CommandRun run = CommandRun.ringfence("run", "-")) {
      run.withInput("export default { fetch: () => new Response('hello') };");
      assertThat(run.status()).isZero();
      assertThat(run.err())
          .containsExactly(
              "service \"stdin\" exports fetch, but may not serve on any port; grant it one with permissions.listen: [8080]");
    }
  }

  @Test
  void anHttpApiServesAndFetchesFromItself() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      port = free.getLocalPort();
    }
    try (CommandRun run =
        CommandRun.ringfence(
            "run", "--allow-listen=" + port, "--allow-net=127.0.0.1:" + port, "samples/http-api/http-api.js")) {
      run.awaitOut("200 {\"to\":2,\"be\":2,\"or\":1,\"not\":1}");
      try (InputStream in = URI.create("http://127.0.0.1:" + port + "/").toURL().openStream()) {
        assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("hello 127.0.0.1\n");
      }
      run.signal("INT");
      assertThat(run.status()).isEqualTo(130);
      assertThat(run.err()).isEmpty();
    }
    // Without the grant the same fetch is denied, and says what would grant it.
    try (CommandRun run = CommandRun.ringfence("run", "--allow-listen=" + port, "samples/http-api/http-api.js")) {
      run.awaitOut(
          "PermissionDeniedError: service \"http-api\" may not connect to 127.0.0.1:%d; grant it with permissions.net: [\"127.0.0.1:%1$d\"]"
              .formatted(port));
    }
  }

  @Test
  void codeComesFromStandardInputToo() {
    try (CommandRun run = CommandRun.ringfence("run", "-")) {
      run.withInput("console.log(1 + 1); console.error('to the other stream');");
      assertThat(run.status()).isZero();
      assertThat(run.out()).containsExactly("2");
      assertThat(run.err()).containsExactly("to the other stream");
    }
  }

  @Test
  void typescriptRunsFromFilesAndInputAndFailsInItsOwnLines() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("main.ts"),
            """
            import { parsed, type Shape } from "./lib.ts";
            const read = (text: string): Shape => {
              try { return parsed(text as string); } catch (cause) { const n: number = 1; throw new Error(`line ${n}`, { cause }); }
            };
            console.log(read("{}" satisfies string));
            read("{");
            """);
    Files.writeString(
        folder.resolve("lib.ts"),
        "export interface Shape { x?: number }\nexport function parsed<T extends Shape>(text: string): T { return JSON.parse(text) as T; }\n");
    try (CommandRun run = CommandRun.ringfence("run", file.toString())) {
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.out()).containsExactly("{}");
      assertThat(run.err())
          .containsSubsequence(
              "Uncaught Error: line 1",
              "    main.ts:3:85",
              "    > 3 |   try { return parsed(text as string); } catch (cause) { const n: number = 1; throw new Error(`line ${n}`, { cause }); }",
              "    at read (main.ts:3:85)",
              "    at main.ts:6:1",
              "Caused by SyntaxError: Unexpected end of JSON input",
              "    lib.ts:2:67");
    }
    try (CommandRun run = CommandRun.ringfence("run", "--ext=ts", "-")) {
      run.withInput("const a: number = 1; console.log(a as number + 1);");
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.out()).containsExactly("2");
    }
    try (CommandRun run = CommandRun.ringfence("run", "-")) {
      run.withInput("const a: number = 1;");
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err()).first().asString().startsWith("Uncaught SyntaxError: ");
    }
    try (CommandRun run = CommandRun.ringfence("run", "--ext=js", file.toString())) {
      assertThat(run.status()).isEqualTo(2);
      assertThat(run.err()).first().isEqualTo("ringfence: the name of main.ts says what it holds; leave --ext=js out");
    }
  }

  @Test
  void aSyntaxErrorShowsFileLineAndFrameAndEndsWithOne() throws IOException {
    Path file = Files.writeString(folder.resolve("broken.js"), "const a = 1;\nconst b = ;\n");
    try (CommandRun run = CommandRun.ringfence("run", file.toString())) {
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).first().asString().startsWith("Uncaught SyntaxError: ");
      assertThat(run.err())
          .anyMatch(line -> line.contains("broken.js:2:11"))
          .anyMatch(line -> line.contains("> 2 | const b = ;"))
          .anyMatch(line -> line.matches(" *\\| {11}\\^"));
    }
  }

  @Test
  void anUncaughtErrorShowsTheAuthorsLinesAndEndsWithOne() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("late.js"),
            "function inner() {\n  throw new RangeError('too far');\n}\nsetTimeout(inner, 5);\n");
    try (CommandRun run = CommandRun.ringfence("run", file.toString())) {
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err())
          .contains("Uncaught RangeError: too far")
          .anyMatch(line -> line.contains("late.js:2"))
          .noneMatch(line -> line.contains(".java:"));
    }
  }

  @Test
  void anUnhandledRejectionEndsWithOne() {
    try (CommandRun run = CommandRun.ringfence("run", "-").withInput("Promise.reject(new Error('lost'));")) {
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err()).contains("Uncaught Error: lost");
    }
  }

  @Test
  void aHeapBombEndsWithThreeAndItsCause() {
    try (CommandRun run = CommandRun.ringfence("run", "--heap=64MiB", "-")) {
      run.withInput("const all = []; for (;;) all.push(new Array(100_000).fill(all.length));");
      assertThat(run.status()).isEqualTo(3);
      assertThat(run.err()).singleElement().asString().contains("heap");
    }
  }

  @Test
  void aKilledWorkerEndsTheRunWithItsCause() {
    try (CommandRun run = CommandRun.ringfence("run", "-")) {
      run.withInput("console.log('here'); setInterval(() => {}, 1000);").awaitOut("here");
      CommandRun.signal(run.workers().getFirst().pid(), "KILL");
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err()).singleElement().asString().contains("killed").contains("9");
    }
  }

  @Test
  void aKilledHostLeavesNoWorker() {
    try (CommandRun run = CommandRun.ringfence("run", "-")) {
      run.withInput("console.log('here'); for (;;) {}").awaitOut("here");
      List<ProcessHandle> left = run.descendants();
      assertThat(left).isNotEmpty();
      run.signal("KILL");
      await()
          .atMost(Duration.ofMillis(1500))
          .until(() -> left.stream().noneMatch(CommandRun::lives));
    }
  }

  @Test
  void interruptRunsTheCloseHandlersAndLeavesNothing() {
    try (CommandRun run = CommandRun.ringfence("run", "-")) {
      run.withInput("service.onClose(() => console.log('bye')); console.log('here'); setInterval(() => {}, 1000);")
          .awaitOut("here");
      List<ProcessHandle> left = run.descendants();
      run.signal("INT");
      assertThat(run.status()).isEqualTo(130);
      assertThat(run.out()).containsExactly("here", "bye");
      assertThat(left).noneMatch(CommandRun::lives);
    }
  }

  @Test
  void aServiceWhoseOutputNobodyReadsIsEnded() {
    try (CommandRun run = CommandRun.ringfence("run", "-")) {
      run.withInput("for (let i = 0; ; i++) console.log('line', i);").awaitOut("line 9");
      List<ProcessHandle> left = run.descendants();
      run.stopReading();
      assertThat(run.status()).isEqualTo(141);
      assertThat(left).noneMatch(CommandRun::lives);
    }
  }

  @Test
  void wrongUsageEndsWithTwoAndNamesTheNearest() {
    try (CommandRun unknown = CommandRun.ringfence("rnu", "x.js");
        CommandRun missing = CommandRun.ringfence("run", "no-such-file.js");
        CommandRun size = CommandRun.ringfence("run", "--heap=5", "samples/hello/hello.js")) {
      assertThat(unknown.status()).isEqualTo(2);
      assertThat(unknown.err())
          .first()
          .isEqualTo("ringfence: unknown command \"rnu\"; did you mean \"run\"?");
      assertThat(missing.status()).isEqualTo(2);
      assertThat(missing.err()).first().asString().contains("no file no-such-file.js");
      assertThat(size.status()).isEqualTo(2);
      assertThat(size.err())
          .containsExactly(
              "ringfence: Invalid value for option '--heap': \"5\" is not a size; write a whole number and B,"
                  + " KiB, MiB or GiB, such as 128MiB",
              "Try 'ringfence run --help' for what there is.");
    }
  }
}
