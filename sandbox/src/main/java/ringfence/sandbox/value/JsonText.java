package ringfence.sandbox.value;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Bounds of JSON text from a hostile sender, found before anything parses it. What it looks at may be no JSON: what
/// it finds then is a bound all the same, and the parser refuses the text.
public final class JsonText {
  private JsonText() {}

  /// What parsing costs, in the smallest values, at most; each object and list counts as [ValueCodec#OBJECT_COST].
  public static long cost(byte[] utf8) {
    return measure(utf8, 0, utf8.length).cost;
  }

  /// The text.
  ///
  /// @return null if it nests deeper than [ValueCodec#JSON_DEPTH] or is no UTF-8
  public static @Nullable String bounded(byte[] utf8) {
    if (!isBounded(utf8, 0, utf8.length)) {
      return null;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
    } catch (CharacterCodingException _) {
      return null;
    }
  }

  /// Whether a part nests no deeper than [ValueCodec#JSON_DEPTH].
  static boolean isBounded(byte[] utf8, int from, int length) {
    return measure(utf8, from, length).depth <= ValueCodec.JSON_DEPTH;
  }

  private record Bounds(long cost, int depth) {}

  private static Bounds measure(byte[] utf8, int from, int length) {
    long cost = 1;
    int depth = 0;
    int deepest = 0;
    boolean inString = false;
    for (int i = from; i < from + length; i++) {
      switch (utf8[i]) {
        case '"' -> inString = !inString;
        // What it escapes may be a quote; outside of strings it is no JSON.
        case '\\' -> i++;
        case ',' -> cost += inString ? 0 : 1;
        case '[', '{' -> {
          if (!inString) {
            cost += ValueCodec.OBJECT_COST;
            deepest = Math.max(deepest, ++depth);
          }
        }
        case ']', '}' -> depth -= inString ? 0 : 1;
        default -> {}
      }
    }
    return new Bounds(cost, deepest);
  }
}
