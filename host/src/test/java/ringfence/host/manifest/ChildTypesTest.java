package ringfence.host.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import ringfence.host.cli.Ringfence;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.policy.SandboxLevel;

/// Holds the types for authors to what the host reads of a child's definition, and shows that the host has them with it.
class ChildTypesTest {
  private static final Pattern MEMBER = Pattern.compile("^    (\\w+)\\??:", Pattern.MULTILINE);
  private static final Pattern WORD = Pattern.compile("\"([a-z-]+)\"");

  @Test
  void aDefinitionHasTheKeysOfItsType() throws IOException {
    Set<String> ofAChild = new HashSet<>(DefinitionReader.CHILD_SERVICE);
    // Read only to be refused.
    ofAChild.remove("file");
    assertThat(all(MEMBER, body("ChildDefinition"))).isEqualTo(ofAChild);
    assertThat(all(MEMBER, body("Permissions"))).isEqualTo(DefinitionReader.PERMISSIONS);
    assertThat(all(MEMBER, body("Limits"))).isEqualTo(DefinitionReader.LIMITS);
    assertThat(all(MEMBER, body("Restart"))).isEqualTo(RestartReader.KEYS);
  }

  @Test
  void theWordsOfPoliciesAreThoseThatTheHostKnows() throws IOException {
    Set<String> policies = all(WORD, line("    policy?: \"untrusted\""));
    assertThat(policies).hasSize(SandboxLevel.values().length);
    for (String policy : policies) {
      assertThatCode(() -> Manifest.level(policy)).doesNotThrowAnyException();
    }
    Set<String> modes = all(WORD, line("  type RestartMode = "));
    assertThat(modes).hasSize(RestartPolicy.Mode.values().length);
    for (String mode : modes) {
      String manifest = "{version: 1, services: {a: {code: x, restart: " + mode + "}}}";
      assertThatCode(() -> Manifest.parse("ringfence.yaml", manifest, Path.of("/"))).doesNotThrowAnyException();
    }
  }

  private static String types() throws IOException {
    try (InputStream in = Objects.requireNonNull(Ringfence.class.getResourceAsStream("ringfence.d.ts"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String body(String name) throws IOException {
    String start = "  interface " + name + " {\n";
    String types = types();
    int from = types.indexOf(start);
    assertThat(from).as(start).isNotNegative();
    return types.substring(from + start.length(), types.indexOf("\n  }", from));
  }

  private static String line(String start) throws IOException {
    return types().lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
  }

  private static Set<String> all(Pattern pattern, String text) {
    Set<String> found = new HashSet<>();
    Matcher matcher = pattern.matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }
}
