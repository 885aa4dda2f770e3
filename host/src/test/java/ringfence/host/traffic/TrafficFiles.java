package ringfence.host.traffic;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The services of `src/test/resources/traffic`.
final class TrafficFiles {
  private TrafficFiles() {}

  static String read(String name) {
    try {
      return Files.readString(Path.of("src/test/resources/traffic", name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
