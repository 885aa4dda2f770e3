package ringfence.host.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.ServiceDefinition;
import ringfence.sandbox.permission.HostGrant;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.permission.ListenGrant;

/// Attack: a manifest, or a child's definition, that comes from somebody else and is anything at all. Expected: it is
/// read or refused with the place of the error, soon, and no file outside its folder is read.
@Timeout(120)
class ManifestFuzzTest {
  private static final int ROUNDS = 500;

  /// One reading, on a machine that does much else.
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private static final String CANARY = "canary-of-another-folder";

  private static final String VALID =
      """
      version: 1
      services:
        counter: { code: "export const a = 1;" }
        page:
          file: page.js
          imports: [counter]
          policy: constrained
          permissions: { env: [LOG_LEVEL], create: 2, eval: false, hrtime: true }
          limits: { heap: 64MiB, start: 5s, close: 200ms, turn: 3s, call: 1m, output: 50 lines, cpu: 50% }
          restart: { policy: always, backoff: 50ms..1s, max: 3 in 10s }
          uncaught: crash
          args: [a, "2"]
      """;

  private static final String CHILD =
      """
      {"name": "page-part", "modules": {"a.js": "1", "lib/b.js": "2"}, "entry": "a.js", "imports": ["counter"],
       "permissions": {"env": ["A"]}, "limits": {"heap": "32MiB"}, "args": ["x"], "restart": "never"}
      """;

  /// What mutations put in: YAML's own signs, our keys and numbers, and what text handling gets wrong.
  private static final List<String> PIECES =
      List.of(
          "\n", " ", "\t", ":", "- ", "{", "}", "[", "]", ",", "#", "&a ", "*a", "<<: *a", "!!js ", "!!binary ", "|", ">",
          "?", "'", "\"", "\\", "%YAML 1.1", "---\n", "...\n", "\0", "\u0085", "\u2028", "\ufeff", "\ud83d\ude00",
          "\ud800", "\u202e", "a\u0301", "code: x", "file: ../secret.js", "file: link.js", "file: /etc/passwd", "version: 2",
          "services:", "~", "null", "-1", "1e999", "0x10", "99999999999999999999", "9223372036854775807MiB",
          "policy: untrusted", "permissions:", "limits:", "heap: 0", "restart: never", "page:", "constructor", "__proto__");

  @TempDir private Path outer;
  private Path folder;
  private long seed;
  private Random random;

  @BeforeEach
  void prepare() throws IOException {
    seed = Long.getLong("ringfence.seed", System.nanoTime());
    random = new Random(seed);
    System.out.println(
        "rerun with: mvn test -pl host -Dtest=ManifestFuzzTest -Dringfence.seed=" + seed);
    folder = Files.createDirectory(outer.resolve("inside"));
    Files.writeString(folder.resolve("page.js"), "export const page = 1;");
    Files.writeString(outer.resolve("secret.js"), CANARY);
    Files.createSymbolicLink(folder.resolve("link.js"), outer.resolve("secret.js"));
  }

  @Test
  void mutationsOfAManifestAreReadOrRefusedWithTheirPlace() {
    int read = 0;
    for (int i = 0; i < ROUNDS; i++) {
      read += read(mutated(VALID)) ? 1 : 0;
    }
    System.out.println(read + " of " + ROUNDS + " mutations could still be read");
    assertThat(read).isBetween(1, ROUNDS - 1);
  }

  @Test
  void randomBytesAreRefusedWithTheirPlace() {
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      read(new String(bytes, random.nextBoolean() ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1));
    }
  }

  @Test
  void mutationsOfAChildsDefinitionAreReadOrRefusedWithTheirPlace() {
    for (int i = 0; i < ROUNDS; i++) {
      String text = mutated(CHILD);
      within(
          text,
          () -> {
            try {
              assertInside(List.of(Manifest.child("definition", text, folder, Limits.DEFAULT, Jit.AUTO)));
            } catch (ManifestException e) {
              assertPlace(e, "definition", text);
            }
          });
    }
  }

  @Test
  void whatIsHugeOrDeepIsRefusedSoonAndInAFewWords() {
    int million = 1_000_000;
    List<String> huge =
        List.of(
            "[".repeat(million),
            "{a: ".repeat(million),
            "- ".repeat(million),
            "? ".repeat(100_000),
            "a".repeat(3 * million),
            "\"" + "\\u0041".repeat(500_000) + "\"",
            "version: 1\nservices:\n" + "  a:\n    code: x\n".repeat(50_000),
            "version: " + "1".repeat(million),
            "version: 1\nservices: {a: {code: x, limits: {heap: " + "9".repeat(million) + "}}}",
            "version: 1\nservices: {a: {code: x, restart: {backoff: '" + "1 ".repeat(million) + "'}}}",
            "version: 1\nservices: {a: {code: x, restart: {max: '1" + " ".repeat(million) + "x'}}}",
            "version: 1\nservices: {a: {code: x, policy: '" + "p".repeat(million) + "'}}",
            "version: 1\nservices: {" + "a".repeat(million) + ": {code: x}}",
            "version: 1\nservices: {a: {code: x, permissions: {env: ['" + "=".repeat(million) + "']}}}",
            "version: 1\nservices: {a: {code: x, imports: [" + "b,".repeat(100_000) + "]}}",
            "a: &a [x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nversion: *c\n",
            "%" + "T".repeat(million),
            "!" + "<".repeat(million),
            "&".repeat(million));
    for (String text : huge) {
      assertThat(read(text)).as(beginning(text)).isFalse();
    }
  }

  @Test
  void codeOutsideTheFolderIsNotReadByWhateverName() {
    for (String name : List.of("../secret.js", "link.js", "./../inside/../secret.js", outer + "/secret.js", "/etc/passwd")) {
      assertThatThrownBy(
              () ->
                  Manifest.parse("ringfence.yaml", "{version: 1, services: {a: {file: '" + name + "'}}}", folder))
          .isInstanceOf(ManifestException.class)
          .hasMessageContaining("out of the manifest's folder")
          .hasMessageNotContaining(CANARY);
    }
  }

  @Test
  void grantsThatAreAnythingAtAllAreReadOrRefused() {
    List<String> seeds =
        List.of("api.example.com:443", "*.example.com", "[fd00::1]:80", "10.1.2.3", "0.0.0.0:8080", "8080", "*");
    for (int i = 0; i < ROUNDS; i++) {
      String text = mutated(seeds.get(random.nextInt(seeds.size())));
      within(
          text,
          () -> {
            try {
              HostGrant grant = HostGrant.parse(text);
              // What is read means the same when it is written and read again.
              assertThat(HostGrant.parse(grant.toString())).isEqualTo(grant);
            } catch (IllegalArgumentException e) {
              assertThat(e.getMessage()).isNotBlank();
            }
            try {
              ListenGrant grant = ListenGrant.parse(text);
              assertThat(ListenGrant.parse(grant.toString())).isEqualTo(grant);
            } catch (IllegalArgumentException e) {
              assertThat(e.getMessage()).isNotBlank();
            }
          });
    }
  }

  private boolean read(String text) {
    boolean[] read = new boolean[1];
    within(
        text,
        () -> {
          try {
            assertInside(Manifest.parse("ringfence.yaml", text, folder).services());
            read[0] = true;
          } catch (ManifestException e) {
            assertPlace(e, "ringfence.yaml", text);
          }
        });
    return read[0];
  }

  private void assertPlace(ManifestException refused, String source, String text) {
    assertThat(refused.getMessage())
        .as("%s; seed %d", beginning(text), seed)
        .matches("(?s)" + source + ":\\d+:\\d+: .+")
        .hasSizeLessThan(3000)
        .doesNotContain(CANARY);
  }

  private void assertInside(List<ServiceDefinition> services) {
    for (ServiceDefinition service : services) {
      assertThat(service.modules().values()).as("seed %d", seed).noneMatch(code -> code.contains(CANARY));
    }
  }

  /// Runs one reading, whose other errors and whose length fail with its text.
  private void within(String text, Runnable reading) {
    long begin = System.nanoTime();
    try {
      reading.run();
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new AssertionError("seed " + seed + ", on: " + beginning(text), e);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).as(beginning(text)).isLessThan(LONGEST);
  }

  private String mutated(String valid) {
    StringBuilder text = new StringBuilder(valid);
    int changes = 1 + random.nextInt(4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), at + random.nextInt(12));
      switch (random.nextInt(5)) {
        case 0 -> text.delete(at, end);
        case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        case 2 -> text.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
        case 3 -> text.insert(at, text.substring(at, end));
        default -> text.insert(at, (char) random.nextInt(0x10000));
      }
    }
    return text.toString();
  }

  private static String beginning(String text) {
    List<String> shown = new ArrayList<>();
    text.chars().limit(400).forEach(c -> shown.add(c >= ' ' && c < 0x7f ? Character.toString(c) : String.format(Locale.ROOT, "\\u%04x", c)));
    return text.length() + " characters: " + String.join("", shown);
  }
}
