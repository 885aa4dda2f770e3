package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.ServiceDefinition;
import ringfence.host.http.ApiUnderTest;
import ringfence.host.json.Json;

/// `repl` and `profile` as a user types them. The worker says back what it is asked to evaluate, and its profile is hostile.
class DiagnosisCommandsTest {
  /// Attack: text that a terminal would obey.
  private static final String OBEYED = "\u001b]0;owned\u0007\u009b2J";

  @TempDir Path folder;
  private final InputStream standardInput = System.in;
  private ApiUnderTest api;

  @BeforeEach
  void open() throws IOException {
    api = ApiUnderTest.open();
    api.services.create(ServiceDefinition.named("open").code("").debug(true).build());
    api.services.create(ServiceDefinition.named("plain").code("").build());
    api.services.startAll();
  }

  @AfterEach
  void close() {
    System.setIn(standardInput);
    api.close();
  }

  private Ran run(String... arguments) {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "--host";
    all[arguments.length + 1] = api.address();
    return Ran.command(all);
  }

  @Test
  void evaluatesOneThing() {
    assertThat(run("repl", "open", "--eval", "1 + 1")).isEqualTo(new Ran(0, "1 + 1\n", ""));
    assertThat(run("repl", "open", "--eval", "throw 1\n    at page.js:1")).isEqualTo(new Ran(1, "", "Uncaught throw 1\n    at page.js:1\n"));
    assertThat(run("repl", "open", "--eval", OBEYED).out()).isEqualTo("\ufffd]0;owned\ufffd\ufffd2J\n");
    assertThat(run("repl", "open", "--eval", "throw " + OBEYED).err()).doesNotContain("\u001b").doesNotContain("\u009b");
    assertThat(run("repl", "open", "--json", "--eval", OBEYED).out()).contains("\\u001B").doesNotContain("\u001b").doesNotContain("\u009b");
  }

  @Test
  void evaluatesStandardInputUntilAnError() {
    System.setIn(new ByteArrayInputStream("1\n\nf(\n  2)\nthrow 3\n4\n".getBytes(StandardCharsets.UTF_8)));
    Ran ran = run("repl", "open");
    assertThat(ran.out()).isEqualTo("1\nf(\n  2)\n");
    assertThat(ran.err()).isEqualTo("Uncaught throw 3\n");
    assertThat(ran.status()).isEqualTo(1);
  }

  @Test
  void saysWhatIsMissing() {
    assertThat(run("repl", "plain", "--eval", "1"))
        .isEqualTo(
            new Ran(2, "", "ringfence: service \"plain\" lets nobody evaluate code in it; write debug: true in its definition\n"));
    assertThat(run("repl", "opn", "--eval", "1").err()).contains("did you mean \"open\"?");
    api.services.close("open");
    assertThat(run("repl", "open", "--eval", "1"))
        .isEqualTo(new Ran(2, "", "ringfence: service \"open\" is closed; start it and ask again\n"));
    assertThat(run("profile", "open").err()).isEqualTo("ringfence: service \"open\" is closed; start it and ask again\n");
    assertThat(run("profile", "plain", "--seconds", "121").err()).contains("time: it must be above zero and at most 120s");
  }

  /// A waiting call that is given up leaves nothing that would be in the way of the next.
  @Test
  void givesUpInTime() {
    for (int i = 0; i < 20; i++) {
      Ran ran = run("repl", "open", "--timeout", "1ms", "--eval", "never");
      assertThat(ran.err()).contains("has not answered in 1 ms");
      assertThat(ran.status()).isEqualTo(1);
    }
    assertThat(run("repl", "open", "--eval", "1")).isEqualTo(new Ran(0, "1\n", ""));
  }

  @Test
  void sumsMemory() {
    assertThat(run("heap", "plain").out())
        .isEqualTo(
            """
            the kernel does not let the host look into its process; what follows are the worker's own words
            the JVM's parts of what is its own
                  8.0 MiB  Java heap
                  3.0 MiB  classes
                  1.0 MiB  machine code
                  0.0 MiB  buffers outside the heap
                5.0 MiB  on the Java heap, which may have 64.0 MiB; the service was held up for 12 ms
                  4.0 MiB  strings and buffers, 7 objects
                  0.0 MiB  arrays and properties
                  0.0 MiB  objects
                  0.0 MiB  functions and closures
                  0.0 MiB  numbers
                  0.0 MiB  engine and code
                  1.0 MiB  Java's own, 1 objects
            """);
    assertThat(run("heap", "plain", "--json").out()).contains("\"heapUsedBytes\" : 5242880", "\"threads\" : 9");
    api.services.close("plain");
    assertThat(run("heap", "plain")).isEqualTo(new Ran(2, "", "ringfence: service \"plain\" is closed; start it and ask again\n"));
  }

  @Test
  void writesAProfile() throws IOException {
    Ran ran = run("profile", "plain", "--seconds", "1", "--output", folder.resolve("p").toString());

    assertThat(ran.err()).isEmpty();
    assertThat(ran.out())
        .isEqualTo(
            """
            plain: 0.004 s, of which it waited 0.001 s
             100.0 %%  hot\ufffd[2J  page.js:3
            wrote %1$s.cpuprofile and %1$s.svg
            """
                .formatted(folder.resolve("p")));
    assertThat(Json.readObject(Files.readString(folder.resolve("p.cpuprofile"))).get("timeDeltas")).asString().isEqualTo("[3000, 1000]");
    assertThat(Files.readString(folder.resolve("p.svg"))).contains("hot\ufffd[2J").doesNotContain("\u001b");
    assertThat(run("profile", "plain", "--output", folder.resolve("no/p").toString()).err()).contains("the profile can't be written");
  }
}
