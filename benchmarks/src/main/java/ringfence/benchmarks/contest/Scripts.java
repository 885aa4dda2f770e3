package ringfence.benchmarks.contest;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The JavaScript of a part, which lies beside a class of it; rivals get it as files.
public final class Scripts implements AutoCloseable {
  private final Path folder;

  private Scripts(Path folder) {
    this.folder = folder;
  }

  /// The text of a script.
  ///
  /// @param beside the class beside which it lies
  public static String text(Class<?> beside, String name) throws IOException {
    try (InputStream in = beside.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("no script " + name + " lies beside " + beside.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// Puts scripts into a folder of their own.
  public static Scripts unpack(Class<?> beside, List<String> names) throws IOException {
    Path folder = Files.createTempDirectory("ringfence-bench");
    for (String name : names) {
      Files.writeString(folder.resolve(name), text(beside, name));
    }
    return new Scripts(folder);
  }

  /// Where they are, until [#close].
  public Path folder() {
    return folder;
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
