package ringfence.sandbox.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes one value. A tree needs no references.
final class ValueWriter {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final int limit;
  private byte[] bytes = new byte[64];
  private int size;
  private int depth;
  private int cost;

  ValueWriter(int limit) {
    this.limit = limit;
  }

  byte[] toBytes() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private static boolean isPlain(ServiceValue value) {
    return switch (value) {
      case ServiceValue.Nothing _, ServiceValue.Bool _, ServiceValue.Num _, ServiceValue.Big _, ServiceValue.Text _ -> true;
      default -> false;
    };
  }

  /// Writes all of a message. What JSON can say becomes JSON, which a service reads far faster.
  void writeWhole(ServiceValue value) {
    if (value instanceof ServiceValue.Items list && list.values().size() <= ValueCodec.SHORT_LIST) {
      count(list);
      u8(ValueCodec.DENSE);
      u32(list.values().size());
      depth++;
      list.values().forEach(this::writePart);
      depth--;
    } else {
      writePart(value);
    }
  }

  private void writePart(ServiceValue value) {
    byte[] json = JsonTree.text(value);
    // Numbers take twice the bytes that they take here.
    if (json == null || json.length > limit - size - 5) {
      write(value);
    } else {
      cost = (int) Math.min(cost + JsonText.cost(json), Integer.MAX_VALUE);
      checkCost();
      json(json);
    }
  }

  private void json(byte[] text) {
    u8(ValueCodec.JSON);
    u32(text.length);
    raw(text, 0, text.length);
  }

  void json(String text) {
    json(text.getBytes(StandardCharsets.UTF_8));
  }

  private void count(ServiceValue value) {
    cost += isPlain(value) ? 1 : ValueCodec.OBJECT_COST;
    checkCost();
  }

  private void checkCost() {
    if (cost > ValueCodec.MOST_COST) {
      throw new UnsupportedValueException(
          "the value holds more than %d values, each object counted as %d; send bytes or a stream"
              .formatted(ValueCodec.MOST_COST, ValueCodec.OBJECT_COST));
    }
  }

  void write(ServiceValue value) {
    count(value);
    if (++depth > ValueCodec.MAX_DEPTH) {
      throw new UnsupportedValueException("the value is nested deeper than " + ValueCodec.MAX_DEPTH);
    }
    switch (value) {
      case ServiceValue.Nothing v ->
          u8(v == ServiceValue.Nothing.NULL ? ValueCodec.NULL : ValueCodec.UNDEFINED);
      case ServiceValue.Bool v -> u8(v.value() ? ValueCodec.TRUE : ValueCodec.FALSE);
      case ServiceValue.Num v -> number(v.value());
      case ServiceValue.Big v -> bigint(v.value());
      case ServiceValue.Text v -> text(v.value());
      case ServiceValue.Items v -> {
        u8(ValueCodec.DENSE);
        u32(v.values().size());
        v.values().forEach(this::write);
      }
      case ServiceValue.Fields v -> {
        u8(ValueCodec.OBJECT);
        fields(v.values());
      }
      case ServiceValue.Entries v -> {
        u8(ValueCodec.MAP);
        for (ServiceValue.Entries.Entry entry : v.values()) {
          write(entry.key());
          write(entry.value());
        }
        u8(ValueCodec.END);
      }
      case ServiceValue.Unique v -> {
        u8(ValueCodec.SET);
        v.values().forEach(this::write);
        u8(ValueCodec.END);
      }
      case ServiceValue.Time v -> {
        u8(ValueCodec.DATE);
        f64(v.millis());
      }
      case ServiceValue.Pattern v -> {
        u8(ValueCodec.REGEXP);
        text(v.source());
        text(v.flags());
      }
      case ServiceValue.Bytes v -> bytes(v);
      case ServiceValue.File v -> file(v);
      case ServiceValue.Fault v -> error(v);
      case ServiceValue.Stream v -> {
        u8(ValueCodec.STREAM);
        u8(v.kind());
        u8(v.index());
      }
    }
    depth--;
  }

  void number(double value) {
    int whole = (int) value;
    if (whole != value || (whole == 0 && 1 / value < 0)) {
      u8(ValueCodec.F64);
      f64(value);
    } else if (whole >= 0 && whole < 64) {
      u8(ValueCodec.SHORT_NUMBER + whole);
    } else {
      u8(ValueCodec.I32);
      u32(whole);
    }
  }

  private void bigint(BigInteger value) {
    u8(ValueCodec.BIGINT);
    u8(value.signum() < 0 ? 1 : 0);
    String digits = HexFormat.of().formatHex(value.abs().toByteArray());
    int zeros = 0;
    while (zeros < digits.length() - 1 && digits.charAt(zeros) == '0') {
      zeros++;
    }
    text(digits.substring(zeros));
  }

  void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    // The charset writes a question mark for a surrogate that stands alone.
    boolean wellFormed = isWellFormed(value);
    if (wellFormed && utf8.length < 64 && utf8.length == value.length()) {
      u8(ValueCodec.SHORT_TEXT + utf8.length);
      raw(utf8, 0, utf8.length);
    } else if (wellFormed) {
      u8(ValueCodec.UTF8);
      u32(utf8.length);
      raw(utf8, 0, utf8.length);
    } else {
      byte[] units = value.getBytes(StandardCharsets.UTF_16LE);
      u8(ValueCodec.UTF16);
      u32(value.length());
      // The charset replaces what stands alone; here each unit counts.
      for (int i = 0; i < value.length(); i++) {
        units[2 * i] = (byte) value.charAt(i);
        units[2 * i + 1] = (byte) (value.charAt(i) >> 8);
      }
      raw(units, 0, units.length);
    }
  }

  static boolean isWellFormed(String value) {
    for (int i = 0; i < value.length(); i++) {
      char unit = value.charAt(i);
      if (Character.isSurrogate(unit)) {
        boolean pair = Character.isHighSurrogate(unit) && i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1));
        if (!pair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private void fields(Map<String, ServiceValue> fields) {
    fields.forEach(
        (name, value) -> {
          text(name);
          write(value);
        });
    u8(ValueCodec.END);
  }

  private void bytes(ServiceValue.Bytes value) {
    bytes(value.value(), value.view());
  }

  /// @param view code of the class of a view of all of them, or [ServiceValue.Bytes#BUFFER]
  void bytes(byte[] value, int view) {
    if (view != ServiceValue.Bytes.BUFFER) {
      int element = ValueCodec.ELEMENT_BYTES.get(view);
      if (value.length % element != 0) {
        throw new UnsupportedValueException(value.length + " bytes are no whole number of elements of " + element);
      }
      u8(ValueCodec.VIEW);
      u8(view);
      u32(0);
      u32(value.length / element);
    }
    u8(ValueCodec.BUFFER);
    u32(value.length);
    raw(value, 0, value.length);
  }

  private void file(ServiceValue.File value) {
    String name = value.name();
    u8(name == null ? ValueCodec.BLOB : ValueCodec.FILE);
    text(value.type());
    byte[] content = value.content().value();
    u32(content.length);
    raw(content, 0, content.length);
    if (name != null) {
      text(name);
      number(value.lastModified());
    }
  }

  private void error(ServiceValue.Fault value) {
    @Nullable ServiceValue errors = value.fields().get("errors");
    boolean named = !value.name().equals(ValueCodec.errorName(value.kind()));
    u8(ValueCodec.ERROR);
    u8(value.kind());
    u8(1
        | (value.stack().isEmpty() ? 0 : 2)
        | (value.cause() == null ? 0 : 4)
        | (errors == null ? 0 : 8)
        | (named ? 16 : 0));
    text(value.message());
    if (!value.stack().isEmpty()) {
      text(value.stack());
    }
    if (value.cause() != null) {
      write(value.cause());
    }
    if (errors != null) {
      write(errors);
    }
    if (named) {
      text(value.name());
    }
    value.fields().forEach(
        (name, field) -> {
          if (!name.equals("errors")) {
            text(name);
            write(field);
          }
        });
    u8(ValueCodec.END);
  }

  void u8(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  void u32(int value) {
    reserve(4);
    INT.set(bytes, size, value);
    size += 4;
  }

  private void f64(double value) {
    reserve(8);
    LONG.set(bytes, size, Double.doubleToRawLongBits(value));
    size += 8;
  }

  private void raw(byte[] source, int from, int length) {
    reserve(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
  }

  private void reserve(int more) {
    if (limit - size < more) {
      throw new UnsupportedValueException("the value is over the limit of " + limit + " bytes");
    }
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(limit, Math.max(size + (long) more, bytes.length * 2L)));
    }
  }
}
