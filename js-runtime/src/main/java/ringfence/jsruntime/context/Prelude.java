package ringfence.jsruntime.context;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;

/// The runtime's own JavaScript, which runs in each context before the service does.
///
/// Each file is one function of two objects that guest code never sees: `internals`, where files find each
/// other and Java finds them, and `host`, which has Java's functions. The sources are marked as internal,
/// so the engine leaves their frames out of stacks.
final class Prelude {
  /// In the order of their needs.
  private static final List<String> FILES =
      List.of(
          "primordials.js", "errors.js", "encode.js", "decode.js", "inspect.js", "console.js", "timers.js",
          "listeners.js", "broker.js", "child.js", "net.js", "serve.js", "path.js", "bytes.js", "files.js",
          "filehandle.js", "fs.js", "signals.js", "streams.js", "imports.js", "exports.js", "service.js", "globals.js",
          "lazy.js");

  /// Read once a worker, so that the engine parses them once.
  private static final List<Source> SOURCES = read();

  private Prelude() {}

  /// Runs the prelude.
  ///
  /// @param host an object of the context that has Java's functions already
  /// @return the internals
  static Value run(Context context, Value host) {
    Value internals = context.eval(source("internals", "({ __proto__: null })"));
    for (Source source : SOURCES) {
      context.eval(source).executeVoid(internals, host);
    }
    return internals;
  }

  /// A new object without a prototype.
  static Value nullObject(Context context) {
    return context.eval(source("host", "({ __proto__: null })"));
  }

  private static List<Source> read() {
    List<Source> sources = new ArrayList<>();
    for (String file : FILES) {
      try (InputStream in = Prelude.class.getResourceAsStream("/ringfence/jsruntime/prelude/" + file)) {
        if (in == null) {
          throw new IllegalStateException("the worker's image lacks " + file);
        }
        sources.add(source(file, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return List.copyOf(sources);
  }

  private static Source source(String name, String text) {
    return Source.newBuilder("js", text, name).internal(true).buildLiteral();
  }
}
