package ringfence.host.typescript;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;

/// Which modules are TypeScript, and the tool that makes JavaScript of them.
public final class TypeScript {
  /// The most characters of one module: the tool takes some 13 ms and up to 300 KiB of heap for each 1024 of them.
  public static final int MOST_CHARACTERS = 1 << 20;

  private TypeScript() {}

  /// Whether a module is TypeScript: its name says so, as in Node and Deno.
  public static boolean isNamed(String module) {
    return module.endsWith(".ts") || module.endsWith(".mts");
  }

  /// Why a module can't be run whatever is in it; empty for all others.
  public static Optional<String> refusal(String module) {
    if (module.endsWith(".tsx") || module.endsWith(".jsx")) {
      return Optional.of("JSX is not there in this runtime; call the functions that it stands for, in a .ts or .js file");
    }
    return module.endsWith(".cts") || module.endsWith(".cjs")
        ? Optional.of("CommonJS modules are not there in this runtime; write an ES module, in a .ts or .js file")
        : Optional.empty();
  }

  /// The text of the tool: an ES module that exports `strip(text)`, which returns `{ code }`, or
  /// `{ message, line, column }`.
  public static String tool() {
    try (InputStream in = Objects.requireNonNull(TypeScript.class.getResourceAsStream("strip.js"), "strip.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
