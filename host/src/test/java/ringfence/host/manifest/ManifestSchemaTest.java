package ringfence.host.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.sandbox.permission.Limits;

/// Holds the JSON Schema, as a validator of others reads it, to what the reader of manifests says.
class ManifestSchemaTest {
  private static final Schema SCHEMA =
      SchemaRegistry.withDialect(Dialects.getDraft202012()).getSchema(Manifest.schema(), InputFormat.JSON);

  @TempDir Path folder;

  private static List<String> complaints(String manifest) {
    return SCHEMA.validate(manifest, InputFormat.YAML).stream().map(Error::toString).toList();
  }

  static Stream<Path> manifests() throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path root : List.of(Path.of("../samples"), Path.of("src/main/resources/ringfence/host/cli/init"))) {
      try (Stream<Path> files = Files.walk(root)) {
        files.filter(file -> file.toString().endsWith(".yaml") && !file.toString().contains("target")).forEach(all::add);
      }
    }
    assertThat(all).hasSizeGreaterThan(4);
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void takesEveryManifestOfOurs(Path manifest) throws IOException {
    assertThat(complaints(Files.readString(manifest))).isEmpty();
    assertThatCode(() -> Manifest.read(manifest)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{version: 1, services: {a: {code: x, imports: []}, b: {code: 1, imports: [a], policy: trusted}}}",
        "{version: '1', services: {a: {code: x, args: [a, 2, true], uncaught: crash}}}",
        "{permissions: {read: [.], write: [a/b], net: ['*', 'a.b:443', '[fd00::1]:80'], listen: [80, '0.0.0.0:81', '82'], env: [A]}}",
        "{permissions: {create: 4, threads: '2', eval: true, hrtime: 'false'}}",
        "{limits: {heap: 64MiB, start: 5s, close: 200 ms, turn: 3s, call: 1m, cpu: 50 %, output: 50, calls: 1, timers: 5, files: 8 files, written: 0B, response: 1GiB, message: 256KiB}}",
        "{restart: always}",
        "{restart: {policy: always, backoff: 50ms .. 1s, max: 3 in 60s}}",
        "{restart: {policy: never}}",
      })
  void takesWhatTheReaderTakes(String text) {
    String manifest = whole(text);
    assertThatCode(() -> Manifest.parse("ringfence.yaml", manifest, folder)).doesNotThrowAnyException();
    assertThat(complaints(manifest)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{services: {}}",
        "{version: 2, services: {}}",
        "{version: 1, servces: {}}",
        "{version: 1, services: []}",
        "{version: 1, services: {A: {code: x}}}",
        "{version: 1, services: {then: {code: x}}}",
        "{version: 1, services: {a: {}}}",
        "{version: 1, services: {a: {code: x, file: y}}}",
        "{policy: lax}",
        "{polcy: trusted}",
        "{imports: b}",
        "{limits: {heap: 5}}",
        "{limits: {heap: 5MB}}",
        "{limits: {start: 5}}",
        "{limits: {start: -5s}}",
        "{limits: {cpu: 50}}",
        "{limits: {calls: 0}}",
        "{limits: {files: 10001}}",
        "{limits: {output: 3 files}}",
        "{limits: {memory: 64MiB}}",
        "{permissions: {eval: maybe}}",
        "{permissions: {threads: -1}}",
        "{permissions: {threads: 33}}",
        "{permissions: {threads: 1.5}}",
        "{permissions: {create: 1001}}",
        "{permissions: {listen: [65536]}}",
        "{permissions: {listen: 80}}",
        "{permissions: {read: ./data}}",
        "{permissions: {thread: 2}}",
        "{uncaught: ignore}",
        "{restart: maybe}",
        "{restart: {max: 5}}",
        "{restart: {backoff: 1s}}",
        "{restart: {policy: never, max: 5 in 60s}}",
      })
  void refusesWhatTheReaderRefuses(String text) {
    String manifest = whole(text);
    assertThatThrownBy(() -> Manifest.parse("ringfence.yaml", manifest, folder)).isInstanceOf(ManifestException.class);
    assertThat(complaints(manifest)).isNotEmpty();
  }

  /// A manifest of one service, of which only some keys are given.
  private static String whole(String text) {
    return text.startsWith("{version") || text.startsWith("{services")
        ? text
        : "{version: 1, services: {a: {code: x, " + text.substring(1) + "}}".replace(", }", "}");
  }

  @Test
  void hasTheReadersKeysAndWords() throws IOException {
    JsonNode definitions = new ObjectMapper().readTree(Manifest.schema()).get("$defs");
    Set<String> service = new HashSet<>(DefinitionReader.CHILD_SERVICE);
    service.removeAll(Set.of("name", "modules", "entry"));
    assertThat(keys(definitions.get("service"))).isEqualTo(service);
    assertThat(keys(definitions.get("permissions"))).isEqualTo(DefinitionReader.PERMISSIONS);
    assertThat(keys(definitions.get("limits"))).isEqualTo(DefinitionReader.LIMITS);
    assertThat(keys(definitions.get("restart"))).isEqualTo(RestartReader.KEYS);
  }

  @Test
  void hasTheReadersDefaults() throws IOException {
    JsonNode limits = new ObjectMapper().readTree(Manifest.schema()).at("/$defs/limits/properties");
    LimitValues.of(Limits.DEFAULT).forEach((key, value) -> assertThat(limits.at("/" + key + "/default").asText()).as(key).isEqualTo(value));
  }

  /// What an editor shows: each key has a sentence, and its examples are ones that it takes itself.
  @Test
  void eachKeyIsDescribedAndItsExamplesHold() throws IOException {
    JsonNode root = new ObjectMapper().readTree(Manifest.schema());
    assertThat(root.get("$id").asText()).isEqualTo("urn:ringfence:manifest:1");
    for (String table : List.of("service", "permissions", "limits", "restart")) {
      JsonNode definition = root.at("/$defs/" + table);
      assertThat(definition.path("title").asText()).as(table).isNotEmpty();
      for (String key : keys(definition)) {
        JsonNode property = definition.at("/properties/" + key);
        JsonNode described = property.has("description") ? property : root.at(property.path("$ref").asText().substring(1));
        assertThat(described.path("description").asText()).as(key).endsWith(".");
        for (JsonNode example : property.path("examples")) {
          String text = new YAMLMapper().writeValueAsString(example);
          String value = new ObjectMapper().writeValueAsString(example);
          String field = key + ": " + value;
          String manifest =
              table.equals("service")
                  ? "{version: 1, services: {a: {" + field + (key.equals("file") || key.equals("code") ? "" : ", code: x") + "}, counter: {code: x}}}"
                  : "{version: 1, services: {a: {code: x, " + table + ": {" + field + "}}}}";
          assertThat(complaints(manifest)).as(text).isEmpty();
        }
      }
    }
  }

  private static Set<String> keys(JsonNode definition) {
    Set<String> keys = new HashSet<>();
    definition.get("properties").fieldNames().forEachRemaining(keys::add);
    return keys;
  }
}
