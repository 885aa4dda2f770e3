package ringfence.benchmarks.contest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import ringfence.benchmarks.report.Measure;

/// A rival's process: lines of JSON go in and come out. What it says on standard error, ours says.
public final class RivalProcess implements AutoCloseable {
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

  /// Starts it.
  ///
  /// @param name for errors
  /// @param folder to run in
  public static RivalProcess start(String name, List<String> command, Path folder) throws IOException {
    return new RivalProcess(
        name,
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /// What is asked for, as a line of JSON.
  public static String question(Map<String, Object> what) throws IOException {
    return JSON.writeValueAsString(what);
  }

  /// Reads a line that answers it.
  public Map<Measure, Double> answer(String line, Map<String, Object> what) throws IOException {
    JsonNode told = JSON.readTree(line);
    if (told.has("error")) {
      throw new IOException(name + " failed in " + what.get("scenario") + ": " + told.get("error").asText());
    }
    Map<Measure, Double> measured = new EnumMap<>(Measure.class);
    told.properties().forEach(field -> measured.put(Measure.valueOf(field.getKey()), field.getValue().asDouble()));
    return measured;
  }

  /// Sends a line.
  public void tell(String line) throws IOException {
    in.write(line);
    in.newLine();
    in.flush();
  }

  /// Waits for a line.
  public String hear() throws IOException {
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
