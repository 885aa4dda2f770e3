package ringfence.jsruntime.context;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import ringfence.jsruntime.web.Chunks;

/// Modules of Node's names that need no authority: ordinary code, which runs as the service's own, in Workers too.
/// Each text is read when it is first imported, and kept for the worker's life.
///
/// May be used from any thread.
final class LibraryModules {
  /// What these modules import from each other begins so. A service may import it too, and gets nothing by it that it
  /// has not.
  private static final String INTERNAL = NodeModules.SCHEME + "internal/";

  private static final String INSPECT = INTERNAL + "inspect";

  /// From a module's name to its file.
  private static final Map<String, String> FILES =
      new TreeMap<>(
          Map.of(
              "node:assert", "node/assert.js",
              "node:assert/strict", "node/assertstrict.js",
              "node:buffer", "node/buffer.js",
              "node:events", "node/events.js",
              "node:url", "node/url.js",
              "node:util", "node/util.js",
              "node:util/types", "node/types.js",
              INTERNAL + "equal", "node/equal.js"));

  private static final Map<String, String> TEXTS = new ConcurrentHashMap<>();

  private LibraryModules() {}

  /// The text of a module, or null if there is none of that name.
  static @Nullable String source(String name) {
    if (name.equals(INSPECT)) {
      return TEXTS.computeIfAbsent(name, _ -> inspect());
    }
    String file = FILES.get(name);
    return file == null ? null : TEXTS.computeIfAbsent(name, _ -> Chunks.text(file));
  }

  /// The names that are for services, sorted.
  static List<String> names() {
    return FILES.keySet().stream().filter(name -> !name.startsWith(INTERNAL)).toList();
  }

  /// A second copy of what the console shows values with, as code of the service. The prelude's own copy gives away no
  /// function, so that a service can't change what the runtime calls.
  private static String inspect() {
    return """
        // No service has the two; the copies of them are not used here.
        class WeakRef { deref() {} }
        class FinalizationRegistry { register() {} unregister() {} }
        const internals = {
          __proto__: null,
          errorKind: (value) => (Error.isError?.(value) ?? value instanceof Error) ? 0 : -1,
        };
        %s(internals);
        %s(internals);
        export const { formatMessage, inspectWith } = internals;
        """
        .formatted(expression("prelude/primordials.js"), expression("prelude/inspect.js"));
  }

  /// A file of the prelude without its last semicolon: the function that it is.
  private static String expression(String file) {
    String text = Chunks.text(file).stripTrailing();
    return text.substring(0, text.length() - 1);
  }
}
