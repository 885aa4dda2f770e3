package ringfence.jsruntime.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.graalvm.polyglot.Source;

/// The JavaScript of the web platform, by chunk. Each source is read when a context first asks for it and
/// kept for the worker's life, so that the engine parses it once.
///
/// May be used from any thread.
final class WebChunks {
  private static final Map<String, Source> SOURCES = new ConcurrentHashMap<>();

  private WebChunks() {}

  /// The source of a chunk.
  ///
  /// @param name letters, digits and dashes, such as `events`
  static Source source(String name) {
    return SOURCES.computeIfAbsent(name, WebChunks::read);
  }

  private static Source read(String name) {
    String file = name + ".js";
    try (InputStream in = WebChunks.class.getResourceAsStream("/ringfence/jsruntime/web/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the worker's image lacks web/" + file);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Source.newBuilder("js", text, file).internal(true).buildLiteral();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
