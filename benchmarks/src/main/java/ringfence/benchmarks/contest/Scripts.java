package ringfence.benchmarks.calls;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The JavaScript of the comparison, which lies beside this class; rivals get it as files.
final class Scripts implements AutoCloseable {
  private static final List<String> OF_RIVALS =
      List.of(
          "measure.js", "peers.js", "commands.mjs", "fork.mjs", "threads.mjs", "deno.mjs", "workerd.capnp", "workerd-caller.js",
          "workerd-callee.js");

  private final Path folder;

  private Scripts(Path folder) {
    this.folder = folder;
  }

  static String text(String name) throws IOException {
    try (InputStream in = Scripts.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("no script " + name + " lies beside " + Scripts.class.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// Puts what rivals run into a folder of its own.
  static Scripts unpack() throws IOException {
    Path folder = Files.createTempDirectory("ringfence-bench");
    for (String name : OF_RIVALS) {
      Files.writeString(folder.resolve(name), text(name));
    }
    return new Scripts(folder);
  }

  Path folder() {
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
