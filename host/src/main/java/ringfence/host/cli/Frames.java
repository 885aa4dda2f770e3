package ringfence.host.cli;

import java.util.function.Consumer;

/// Reads server-sent events, of which only the data matters here.
final class Frames {
  private static final String DATA = "data: ";

  private final Consumer<String> data;

  /// @param data told the text of each event
  Frames(Consumer<String> data) {
    this.data = data;
  }

  /// Takes the next line of the stream.
  ///
  /// @return true
  boolean take(String line) {
    if (line.startsWith(DATA)) {
      data.accept(line.substring(DATA.length()));
    }
    return true;
  }
}
