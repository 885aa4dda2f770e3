package ringfence.jsruntime.context;

import java.util.function.Consumer;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.value.PlainReader;
import ringfence.sandbox.value.PlainReader.Plain;
import ringfence.sandbox.value.PlainWriter;
import ringfence.sandbox.value.UnsupportedValueException;

/// Plain values on their way between the prelude, which marks them, and messages: the Java half of `plain.js`.
///
/// What the prelude passes is text, a number, a boolean or a buffer, in a list of its own. Asking such a value runs no code of a
/// service's.
final class PlainValues {
  private PlainValues() {}

  /// The bytes of a list.
  ///
  /// @return null if they are more than the limit
  static byte @Nullable [] list(int limit, Value marks, Value list) {
    int count = (int) list.getArraySize();
    int left = marks.asInt();
    PlainWriter out = PlainWriter.list(limit, count);
    return written(
        out,
        writer -> {
          for (int i = 0; i < count; i++) {
            write(writer, left >>> (3 * i) & 7, list.getArrayElement(i));
          }
        });
  }

  /// The bytes of one value.
  ///
  /// @return null if they are more than the limit
  static byte @Nullable [] one(int limit, Value mark, Value value) {
    return written(PlainWriter.one(limit), writer -> write(writer, mark.asInt(), value));
  }

  private static byte @Nullable [] written(PlainWriter out, Consumer<PlainWriter> values) {
    try {
      values.accept(out);
      return out.toBytes();
    } catch (UnsupportedValueException _) {
      return null;
    }
  }

  private static void write(PlainWriter out, int mark, Value value) {
    switch (mark) {
      case PlainReader.ITSELF -> {
        if (value.isString()) {
          out.text(value.asString());
        } else if (value.isBoolean()) {
          out.bool(value.asBoolean());
        } else {
          out.number(value.asDouble());
        }
      }
      case PlainReader.UNDEFINED -> out.undefined();
      case PlainReader.NULL -> out.nothing();
      case PlainReader.JSON -> out.json(value.asString());
      case PlainReader.BYTES -> {
        byte[] bytes = new byte[(int) value.getBufferSize()];
        value.readBuffer(0, bytes, 0, bytes.length);
        out.bytes(bytes);
      }
      default -> throw new IllegalArgumentException("no plain value has mark " + mark);
    }
  }

  /// Arguments for a function of the prelude: those before, the marks, the values.
  static Object[] arguments(Plain plain, Object... before) {
    Object[] all = new Object[before.length + 1 + plain.values().length];
    System.arraycopy(before, 0, all, 0, before.length);
    all[before.length] = plain.marks();
    System.arraycopy(plain.values(), 0, all, before.length + 1, plain.values().length);
    return all;
  }
}
