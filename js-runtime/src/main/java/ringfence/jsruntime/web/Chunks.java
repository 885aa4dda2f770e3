package ringfence.jsruntime.web;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.graalvm.polyglot.Source;

/// The runtime's own JavaScript, by chunk. Each source is read when a context first asks for it and kept for the
/// worker's life, so that the engine parses it once.
///
/// The sources are marked as internal, so the engine leaves their frames out of stacks.
///
/// May be used from any thread.
public final class Chunks {
  private static final Map<String, Source> SOURCES = new ConcurrentHashMap<>();

  private Chunks() {}

  /// The source of a chunk.
  ///
  /// @param name of a chunk of the web platform, such as `events` or `vendor/url`, or of the prelude, such as `prelude/console`
  /// @throws IllegalStateException if there is none, which means that the image is broken
  public static Source source(String name) {
    return SOURCES.computeIfAbsent(name, Chunks::read);
  }

  private static Source read(String name) {
    String place = (name.startsWith("prelude/") ? name : "web/" + name) + ".js";
    return Source.newBuilder("js", text(place), place.substring(place.indexOf('/') + 1)).internal(true).buildLiteral();
  }

  /// The text of a file of the runtime's JavaScript.
  ///
  /// @param place such as `prelude/console.js` or `node/util.js`
  /// @throws IllegalStateException if there is none, which means that the image is broken
  public static String text(String place) {
    try (InputStream in = Chunks.class.getResourceAsStream("/ringfence/jsruntime/" + place)) {
      if (in == null) {
        throw new IllegalStateException("the worker's image lacks " + place);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
