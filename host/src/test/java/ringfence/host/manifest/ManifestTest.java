package ringfence.host.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.host.ServiceDefinition;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.permission.FileAccess;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.policy.SandboxLevel;

class ManifestTest {
  @TempDir Path folder;

  private Manifest parse(String text) {
    return Manifest.parse("ringfence.yaml", text, folder);
  }

  @Test
  void everyKeyReachesItsDefinition() throws IOException {
    Files.writeString(folder.resolve("page.mjs"), "export const a = 1;");
    Manifest manifest =
        parse(
            """
            version: 1
            services:
              counter: {code: "1"}
              page:
                file: ./page.mjs
                imports: [counter]
                policy: constrained
                permissions: {env: [LOG_LEVEL], eval: true, hrtime: true, threads: 2}
                limits: {heap: 64MiB, start: 5s, close: 200ms, turn: 3s, call: 1m, output: 50 lines, message: 256KiB}
                restart: {policy: always, backoff: 50ms..1s, max: 3 in 10s}
                uncaught: crash
                args: [a, "2"]
            """);
    assertThat(manifest.services()).extracting(d -> d.name().value()).containsExactly("counter", "page");
    ServiceDefinition page = manifest.services().get(1);
    assertThat(page.entry()).isEqualTo("page.mjs");
    assertThat(page.modules()).containsEntry("page.mjs", "export const a = 1;");
    assertThat(page.imports()).extracting(Object::toString).containsExactly("counter");
    assertThat(page.policy()).isEqualTo(SandboxLevel.CONSTRAINED);
    assertThat(page.permissions()).isEqualTo(
            Permissions.NONE
                .withFiles(FileAccess.relativeTo(folder))
                .withEnvironment(Set.of("LOG_LEVEL"))
                .withEval(true)
                .withThreads(2)
                .withPreciseClock(true));
    assertThat(page.limits().heapBytes()).isEqualTo(64L << 20);
    assertThat(page.limits().messageBytes()).isEqualTo(256L << 10);
    assertThat(page.limits().start()).isEqualTo(Duration.ofSeconds(5));
    assertThat(page.limits().close()).isEqualTo(Duration.ofMillis(200));
    assertThat(page.limits().turn()).isEqualTo(Duration.ofSeconds(3));
    assertThat(page.limits().call()).isEqualTo(Duration.ofMinutes(1));
    assertThat(page.limits().outputLines()).isEqualTo(50);
    assertThat(page.restart())
        .isEqualTo(
            new RestartPolicy(
                RestartPolicy.Mode.ALWAYS,
                Duration.ofMillis(50),
                Duration.ofSeconds(1),
                3,
                Duration.ofSeconds(10)));
    assertThat(page.crashOnUncaught()).isTrue();
    assertThat(page.arguments()).containsExactly("a", "2");
  }

  @Test
  void whatIsNotWrittenIsDenied() {
    ServiceDefinition definition = parse("{\"version\": 1, \"services\": {\"a\": {\"code\": \"\"}}}").services().getFirst();
    assertThat(definition.policy()).isEqualTo(SandboxLevel.UNTRUSTED);
    assertThat(definition.permissions()).isEqualTo(Permissions.NONE.withFiles(FileAccess.relativeTo(folder)));
    assertThat(definition.restart()).isEqualTo(RestartPolicy.NEVER);
    assertThat(definition.crashOnUncaught()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{services: {}} | 1:1: version: is missing; write version: 1",
        "{version: 2, services: {}} | 1:11: version: this version reads manifests of version 1, not 2",
        "{version: 1, servces: {}} | 1:14: unknown key \"servces\"; did you mean \"services\"?",
        "{version: 1, services: []} | 1:24: services: must be a table of keys and values, not a list",
        "{version: 1, services: {A: {code: x}}} | service name \"A\" must match",
        "{version: 1, services: {a: {}}} | a service has either file: or code:",
        "{version: 1, services: {a: {code: x, file: y}}} | a service has either file: or code:, not both",
        "{version: 1, services: {a: {file: gone.js}}} | services.a.file: no file",
        "{version: 1, services: {a: {code: x, policy: lax}}} | \"lax\" is no policy; choose trusted, constrained",
        "{version: 1, services: {a: {code: x, imports: b}}} | services.a.imports: must be a list, such as [a, b]",
        "{version: 1, services: {a: {code: x, limits: {heap: 5}}}} | \"5\" is not a size",
        "{version: 1, services: {a: {code: x, limits: {message: 4GiB}}}} | limits.message must be from 128KiB to 16MiB",
        "{version: 1, services: {a: {code: x, limits: {message: 64KiB}}}} | limits.message must be from 128KiB to 16MiB",
        "{version: 1, services: {a: {code: x, limits: {heap: 1MiB}}}} | limits.heap must be from 16MiB to 16GiB",
        "{version: 1, services: {a: {code: x, limits: {start: 5}}}} | \"5\" is not a time",
        "{version: 1, services: {a: {code: x, permissions: {eval: maybe}}}} | \"maybe\" is not true or false",
        "{version: 1, services: {a: {code: x, permissions: {threads: -1}}}} | permissions.threads must be from 0 to 32, not -1",
        "{version: 1, services: {a: {code: x, permissions: {threads: 33}}}} | permissions.threads must be from 0 to 32, not 33",
        "{version: 1, services: {a: {code: x, permissions: {threads: 1.5}}}} | \"1.5\" is not a whole number, such as 4",
        "{version: 1, services: {a: {code: x, permissions: {threads: many}}}} | \"many\" is not a whole number, such as 4",
        "{version: 1, services: {a: {code: x, permissions: {threads: true}}}} | \"true\" is not a whole number, such as 4",
        "{version: 1, services: {a: {code: x, permissions: {threads: [2]}}}} | services.a.permissions.threads: must be",
        "{version: 1, services: {a: {code: x, permissions: {threads: 99999999999}}}} | \"99999999999\" is not a whole number, such as 4",
        "{version: 1, services: {a: {code: x, permissions: {thread: 2}}}} | did you mean \"threads\"?",
        "{version: 1, services: {a: {code: x, uncaught: ignore}}} | \"ignore\" is neither record nor crash",
        "{version: 1, services: {a: {code: x, restart: maybe}}} | \"maybe\" is no restart policy; choose never, on-failure, always",
        "{version: 1, services: {a: {code: x, restart: {max: 5}}}} | \"5\" is no number of restarts in a time; write one such as 5 in 60s",
        "{version: 1, services: {a: {code: x, restart: {backoff: 1s}}}} | \"1s\" is no range of delays",
        "{version: 1, services: {a: {code: x, restart: {max: 0 in 60s}}}} | restart.max must be from 1 to 1000, not 0",
        "{version: 1, services: {a: {code: x, restart: always, limits: {close: 20s}}}} | is not below the restart window",
        "{version: 1, services: {a: {code: x, code: y}}} | 1:38: key \"code\" stands here twice; remove one",
        "{version: 1, services: {a: {code: x | while parsing a flow mapping; expected",
      })
  void refusesWithPlaceAndCure(String text, String message) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining(message)
        .hasMessageMatching("(?s)ringfence\\.yaml:\\d+:\\d+: .*");
  }

  /// Attack: a manifest that grows when it is read.
  @Test
  void aliasesAreRefused() {
    assertThatThrownBy(() -> parse("version: 1\nservices:\n  a: &x {code: \"1\"}\n  b: *x\n"))
        .hasMessageContaining("ringfence.yaml:4:")
        .hasMessageContaining("aliases are not allowed");
  }

  /// Attack: nesting that overflows the reader's stack.
  @Test
  void depthIsBounded() {
    assertThatThrownBy(() -> parse("[".repeat(5000) + "]".repeat(5000)))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining("nested deeper");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "   ", "# nothing"})
  void anEmptyManifestSaysSo(String text) {
    assertThatThrownBy(() -> parse(text)).hasMessageContaining("the manifest is empty");
  }

  @Test
  void everyKeyOfAChildReachesItsDefinition() {
    ServiceDefinition child =
        Manifest.child(
            "page",
            """
            {"name": "part", "modules": {"main.js": "import './b.js'", "b.js": ""}, "entry": "main.js",
             "imports": ["counter"], "policy": "isolated", "permissions": {"eval": true, "create": 3},
             "limits": {"heap": "64MiB"}, "uncaught": "crash", "args": ["a", 2]}
            """,
            folder,
            Limits.DEFAULT.withStart(Duration.ofSeconds(3)).withOutputLines(7),
            Jit.OFF);
    assertThat(child.jit()).as("of its creator").isEqualTo(Jit.OFF);
    assertThat(child.name().value()).isEqualTo("part");
    assertThat(child.entry()).isEqualTo("main.js");
    assertThat(child.modules()).containsOnlyKeys("main.js", "b.js");
    assertThat(child.imports()).extracting(Object::toString).containsExactly("counter");
    assertThat(child.policy()).isEqualTo(SandboxLevel.ISOLATED);
    assertThat(child.permissions()).isEqualTo(
            Permissions.NONE.withFiles(FileAccess.relativeTo(folder)).withEval(true).withChildren(3));
    assertThat(child.limits().heapBytes()).isEqualTo(64L << 20);
    assertThat(child.limits().start()).isEqualTo(Duration.ofSeconds(3));
    assertThat(child.limits().outputLines()).isEqualTo(7);
    assertThat(child.crashOnUncaught()).isTrue();
    assertThat(child.arguments()).containsExactly("a", "2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{\"code\": \"1\"} | page:1:1: definition.name: is missing",
        "{\"name\": \"A\", \"code\": \"1\"} | definition.name: service name \"A\" must match",
        "{\"name\": \"a\"} | definition.code: there must be either code or modules",
        "{\"name\": \"a\", \"code\": \"1\", \"modules\": {}} | either code or modules, not both",
        "{\"name\": \"a\", \"file\": \"/etc/passwd\"} | definition.file: a child brings its code along",
        "{\"name\": \"a\", \"code\": \"1\", \"polcy\": \"x\"} | did you mean \"policy\"?",
        "{\"name\": \"a\", \"code\": \"1\", \"limits\": {\"heap\": \"1MiB\"}} | limits.heap must be",
        "{\"name\": \"a\", \"code\": \"1\", \"imports\": [\"B\"]} | service name \"B\" must match",
        "{name: a, code: x} | page:1:2: ",
        "[] | definition: must be a table of keys and values, not a list",
      })
  void refusesAChildWithPlaceAndCure(String json, String message) {
    assertThatThrownBy(() -> Manifest.child("page", json, folder, Limits.DEFAULT, Jit.AUTO))
        .isInstanceOf(ManifestException.class)
        .hasMessageContaining(message)
        .hasMessageMatching("(?s)page:\\d+:\\d+: .*");
  }

  /// Attack: a definition as long as a service can make it.
  @Test
  void theSizeOfAChildIsBounded() {
    assertThatThrownBy(() -> Manifest.child("page", " ".repeat((4 << 20) + 1), folder, Limits.DEFAULT, Jit.AUTO))
        .hasMessage("page: a definition of 4194305 characters; at most 4194304");
  }

  @ParameterizedTest
  @CsvSource({"1B,1", "3KiB,3072", "128MiB,134217728", "2 GiB,2147483648"})
  void sizesAreRead(String text, long bytes) {
    assertThat(Quantities.bytes(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1MiB", "1MB", "1.5GiB", "999999999999GiB"})
  void otherSizesAreRefused(String text) {
    assertThatThrownBy(() -> Quantities.bytes(text)).hasMessageContaining("is not a size");
  }
}
