package ringfence.jsruntime.context;

import java.util.List;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import ringfence.jsruntime.web.Chunks;

/// The runtime's own JavaScript, which runs in each context before the service does: what each service needs. The
/// other files of the prelude are chunks, which `chunks.js` runs when they are first used.
///
/// Each file is one function of two objects that guest code never sees: `internals`, where files find each
/// other and Java finds them, and `host`, which has Java's functions.
final class Prelude {
  /// In the order of their needs.
  private static final List<String> FILES =
      List.of("primordials", "chunks", "errors", "console", "timers", "service", "globals", "lazy");

  private Prelude() {}

  /// Runs the prelude.
  ///
  /// @param host an object of the context that has Java's functions already
  /// @return the internals
  static Value run(Context context, Value host) {
    Value internals = nullObject(context);
    for (String file : FILES) {
      context.eval(Chunks.source("prelude/" + file)).executeVoid(internals, host);
    }
    return internals;
  }

  /// A new object without a prototype.
  static Value nullObject(Context context) {
    return context.eval(Source.newBuilder("js", "({ __proto__: null })", "object").internal(true).buildLiteral());
  }
}
