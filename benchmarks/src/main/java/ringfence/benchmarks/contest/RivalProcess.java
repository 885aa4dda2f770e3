package ringfence.benchmarks.calls;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import ringfence.benchmarks.report.Measure;

/// A rival's process: lines of JSON go in and come out. What it says on standard error, ours says.
final class RivalProcess implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final Process process;
  private final BufferedWriter in;
  private final BufferedReader out;

  private RivalProcess(String name, Process process) {
    this.name = name;
    this.process = process;
    this.in = process.outputWriter(StandardCharsets.UTF_8);
    this.out = process.inputReader(StandardCharsets.UTF_8);
  }

  static RivalProcess start(String name, List<String> command, Path folder) throws IOException {
    return new RivalProcess(
        name,
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /// What `measure.js` is asked for, as JSON.
  static String question(Scenario scenario, Duration slice, long streamBytes) {
    ObjectNode what = JsonNodeFactory.instance.objectNode();
    what.put("scenario", scenario.act());
    what.put("kind", scenario.kind());
    what.put("millis", slice.toMillis());
    what.put("bytes", streamBytes);
    return what.toString();
  }

  /// Reads what `measure.js` has answered.
  Map<Measure, Double> answer(String line, Scenario scenario) throws IOException {
    JsonNode told = JSON.readTree(line);
    if (told.has("error")) {
      throw new IOException(name + " failed in " + scenario.key() + ": " + told.get("error").asText());
    }
    Map<Measure, Double> measured = new EnumMap<>(Measure.class);
    told.properties().forEach(field -> measured.put(Measure.valueOf(field.getKey()), field.getValue().asDouble()));
    return measured;
  }

  void tell(String line) throws IOException {
    in.write(line);
    in.newLine();
    in.flush();
  }

  String hear() throws IOException {
    String line = out.readLine();
    if (line == null) {
      throw new IOException(name + " has ended");
    }
    return line;
  }

  /// Kills it, with all that it has started.
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
