package ringfence.host.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What code without a name that says it is written in.
final class ExtensionOption {
  @Option(names = "--ext", paramLabel = "EXT", description = "what standard input, or a file without an ending, holds: js, mjs, ts or mts")
  private @Nullable String extension;

  /// As it was given, null if it was not.
  @Nullable String value() {
    return extension;
  }
}
