package ringfence.sandbox.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Reads what [PlainWriter] writes. A message that holds anything else, or is damaged, is left to who can read all of them and
/// tells what is wrong: [#list] and [#one] give null then.
///
/// The sender is hostile: each length is checked against the bytes left before anything is made from it.
public final class PlainReader {
  /// The mark of a value that is a String, a Double, an Integer or a Boolean.
  public static final int ITSELF = 0;

  public static final int UNDEFINED = 1;
  public static final int NULL = 2;

  /// The mark of a String that is to be parsed; it nests no deeper than a message may.
  public static final int JSON = 3;

  /// The mark of a ByteBuffer of the bytes of a Uint8Array; nobody else holds it.
  public static final int BYTES = 4;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  /// JSON of so many bytes costs no more to parse than its bytes.
  private static final int SHORT_JSON = 8192;

  private static final int UINT8_HEAD = 1 + 1 + 4 + 4 + 1 + 4;

  private final byte[] bytes;
  private int at = 1;

  /// Values as they were read.
  ///
  /// @param marks each one's mark, such as [#JSON], in three bits, the first one's lowest
  /// @param values the Java objects; for UNDEFINED and NULL any
  @SuppressWarnings("ArrayRecordComponent") // Handed on, never compared.
  public record Plain(int marks, Object[] values) {}

  private PlainReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /// Reads a list.
  public static @Nullable Plain list(byte[] bytes) {
    if (bytes.length < 6 || bytes[0] != ValueCodec.VERSION || bytes[1] != ValueCodec.DENSE) {
      return null;
    }
    int count = (int) INT.get(bytes, 2);
    if (count < 0 || count > PlainWriter.MOST_VALUES) {
      return null;
    }
    PlainReader reader = new PlainReader(bytes);
    reader.at = 6;
    return reader.read(count);
  }

  /// Reads one value.
  public static @Nullable Plain one(byte[] bytes) {
    return bytes.length < 2 || bytes[0] != ValueCodec.VERSION ? null : new PlainReader(bytes).read(1);
  }

  private @Nullable Plain read(int count) {
    Object[] values = new Object[count];
    int marks = 0;
    for (int i = 0; i < count; i++) {
      int tag = at < bytes.length ? bytes[at] & 0xff : ValueCodec.END;
      at++;
      Object value = value(tag);
      if (value == null) {
        return null;
      }
      values[i] = value;
      marks |= mark(tag) << (3 * i);
    }
    return at == bytes.length ? new Plain(marks, values) : null;
  }

  private static int mark(int tag) {
    return switch (tag) {
      case ValueCodec.UNDEFINED -> UNDEFINED;
      case ValueCodec.NULL -> NULL;
      case ValueCodec.JSON -> JSON;
      case ValueCodec.VIEW -> BYTES;
      default -> ITSELF;
    };
  }

  /// Null: it is not for this reader.
  private @Nullable Object value(int tag) {
    if (tag >= ValueCodec.SHORT_NUMBER) {
      return tag - ValueCodec.SHORT_NUMBER;
    }
    if (tag >= ValueCodec.SHORT_TEXT) {
      return text(tag - ValueCodec.SHORT_TEXT);
    }
    return switch (tag) {
      case ValueCodec.UNDEFINED, ValueCodec.NULL, ValueCodec.FALSE -> false;
      case ValueCodec.TRUE -> true;
      case ValueCodec.I32 -> number();
      case ValueCodec.F64 -> real();
      case ValueCodec.UTF8 -> text(length());
      case ValueCodec.JSON -> json(length());
      case ValueCodec.VIEW -> uint8Array();
      default -> null;
    };
  }

  private @Nullable Object number() {
    if (!has(Integer.BYTES)) {
      return null;
    }
    at += Integer.BYTES;
    return (int) INT.get(bytes, at - Integer.BYTES);
  }

  private @Nullable Object real() {
    if (!has(Double.BYTES)) {
      return null;
    }
    at += Double.BYTES;
    return (double) DOUBLE.get(bytes, at - Double.BYTES);
  }

  /// A length that the bytes left can hold, or -1.
  private int length() {
    if (!has(Integer.BYTES)) {
      return -1;
    }
    int length = (int) INT.get(bytes, at);
    at += Integer.BYTES;
    return length >= 0 && has(length) ? length : -1;
  }

  private @Nullable Object text(int length) {
    if (length < 0 || !has(length)) {
      return null;
    }
    int from = at;
    at += length;
    return isAscii(from, length) ? new String(bytes, from, length, StandardCharsets.ISO_8859_1) : wideText(from, length);
  }

  private @Nullable Object wideText(int from, int length) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, length)).toString();
    } catch (CharacterCodingException _) {
      return null;
    }
  }

  private boolean isAscii(int from, int length) {
    for (int i = from; i < from + length; i++) {
      if (bytes[i] < 0) {
        return false;
      }
    }
    return true;
  }

  private @Nullable Object json(int length) {
    return length < 0 || length > SHORT_JSON || !JsonText.isBounded(bytes, at, length) ? null : text(length);
  }

  private @Nullable Object uint8Array() {
    // What has been read is the first byte of its head.
    if (!has(UINT8_HEAD - 1)
        || bytes[at] != ServiceValue.Bytes.UINT8_ARRAY
        || (int) INT.get(bytes, at + 1) != 0
        || bytes[at + 9] != ValueCodec.BUFFER) {
      return null;
    }
    int elements = (int) INT.get(bytes, at + 5);
    at += 10;
    int length = length();
    if (length != elements) {
      return null;
    }
    at += length;
    return ByteBuffer.wrap(bytes, at - length, length).slice();
  }

  private boolean has(int more) {
    return bytes.length - at >= more;
  }
}
