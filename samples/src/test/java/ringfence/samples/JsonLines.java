package ringfence.samples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import ringfence.host.json.Json;

/// The lines of `--log-format json`, each held to what `docs/watching.md` says of it.
///
/// @param all each as an object
record JsonLines(List<Map<?, ?>> all) {

  /// Reads lines of one of the two streams.
  ///
  /// @param standardOutput whether it was that, where only what services wrote may be
  static JsonLines of(List<String> lines, boolean standardOutput) {
    return new JsonLines(lines.stream().<Map<?, ?>>map(line -> read(line, standardOutput)).toList());
  }

  private static Map<?, ?> read(String line, boolean standardOutput) {
    assertThat(line.chars()).as(line).noneMatch(c -> c < ' ' || (c >= 0x7f && c < 0xa0));
    Map<?, ?> object;
    try {
      object = Json.readObject(line);
    } catch (IOException e) {
      throw new AssertionError("a line of the log is no object of JSON: " + line, e);
    }
    assertThat(object.keySet().stream().map(String::valueOf)).as(line).isSubsetOf("time", "level", "service", "stream", "text", "fields").contains("time", "level", "stream", "text");
    assertThat(Instant.parse(String.valueOf(object.get("time")))).as(line).isAfter(Instant.EPOCH);
    assertThat(object.get("level")).as(line).isIn("trace", "debug", "info", "log", "warn", "error");
    assertThat(object.get("stream")).as(line).isIn(standardOutput ? List.of("stdout") : List.of("stderr", "host"));
    assertThat(object.get("text")).as(line).isInstanceOf(String.class);
    if (object.containsKey("fields")) {
      assertThat(object.get("fields")).asInstanceOf(InstanceOfAssertFactories.MAP).isNotEmpty().allSatisfy((_, value) -> assertThat(value).isInstanceOf(String.class));
    }
    return object;
  }

  /// The texts of what one service wrote, or of what the host says of it.
  List<String> texts(String service, String stream) {
    return all.stream()
        .filter(line -> service.equals(line.get("service")) && stream.equals(line.get("stream")))
        .map(line -> String.valueOf(line.get("text")))
        .toList();
  }

  /// The fields of the one line of the host about a service that begins so.
  Map<String, String> fields(String service, String text) {
    List<Map<?, ?>> lines =
        all.stream()
            .filter(line -> service.equals(line.get("service")) && "host".equals(line.get("stream")) && String.valueOf(line.get("text")).startsWith(text))
            .toList();
    assertThat(lines).as("%s of %s in %s", text, service, all).hasSize(1);
    Map<String, String> fields = new LinkedHashMap<>();
    if (lines.getFirst().get("fields") instanceof Map<?, ?> written) {
      written.forEach((key, value) -> fields.put(String.valueOf(key), String.valueOf(value)));
    }
    return fields;
  }
}
