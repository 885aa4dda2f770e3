package ringfence.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitIT {
  @TempDir Path folder;

  @Test
  void whatInitWritesPassesItsTest() {
    Path app = folder.resolve("first app");
    try (CommandRun run = CommandRun.ringfence("init", app.toString())) {
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.out())
          .contains("wrote " + app.resolve("counter.js"), "Run it:  ringfence up '" + app + "'")
          .endsWith("Test it: ringfence up --exit-code-from=test '" + app.resolve("test.yaml") + "'");
    }
    String test = app.resolve("test.yaml").toString();
    try (CommandRun run = CommandRun.ringfence("up", "--exit-code-from=test", test)) {
      assertThat(run.status()).as(run.err().toString()).isZero();
      assertThat(run.out())
          .contains("page    | Hello, Ada! You are visitor 1.", "page    | visitors so far: 2", "test    | all tests pass");
    }
  }

  @Test
  void aTestThatFailsEndsTheCommandAndTheOthers() throws IOException {
    Path manifest =
        Files.writeString(
            folder.resolve("m.yaml"),
            "version: 1\nservices: {a: {code: '1'}, test: {code: 'await 1; throw new RangeError(\"no\")', imports: [a]}}\n");
    try (CommandRun run = CommandRun.ringfence("up", "--exit-code-from=test", manifest.toString())) {
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err()).contains("test | Uncaught RangeError: no", "a    | closed: it was asked to close");
    }
  }
}
