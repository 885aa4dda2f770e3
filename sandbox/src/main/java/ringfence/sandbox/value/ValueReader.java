package ringfence.sandbox.value;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.MalformedMessageException;

/// Reads one value. The sender is hostile: each length is checked against the bytes left before anything is made
/// from it, and depth is bounded.
final class ValueReader {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// An array of holes costs its sender nothing. Of all arrays together.
  private static final int MOST_HOLES = 1 << 16;

  /// The smallest takes one byte here and a hundred in the heap.
  private static final int MOST_VALUES = 1 << 20;

  /// A view of a part becomes a copy of it: how often the bytes of the message may be copied so.
  private static final int MOST_COPIES = 4;

  private final byte[] bytes;
  private final int streams;
  private final BitSet usedStreams = new BitSet();

  /// The streams and ports that were read, in order.
  private final List<ServiceValue.Stream> found = new ArrayList<>();

  /// What was read, by number; null while it is being read.
  private final List<@Nullable ServiceValue> objects = new ArrayList<>();

  private int at;
  private int depth;
  private int values;
  private long holes;
  private long copiedBytes;

  ValueReader(byte[] bytes, int streams) {
    this.bytes = bytes;
    this.streams = streams;
  }

  ServiceValue readAll() {
    if (u8() != ValueCodec.VERSION) {
      throw new MalformedMessageException("value of another version");
    }
    ServiceValue value = read();
    if (at != bytes.length) {
      throw new MalformedMessageException((bytes.length - at) + " bytes follow the value");
    }
    if (usedStreams.cardinality() != streams) {
      throw new MalformedMessageException("the value does not hold the streams of its message");
    }
    return value;
  }

  List<ServiceValue.Stream> found() {
    return found;
  }

  private ServiceValue read() {
    if (++values > MOST_VALUES) {
      throw tooMany();
    }
    int tag = u8();
    if (tag >= ValueCodec.SHORT_NUMBER) {
      return new ServiceValue.Num(tag - ValueCodec.SHORT_NUMBER);
    }
    if (tag >= ValueCodec.SHORT_TEXT) {
      return new ServiceValue.Text(text(tag));
    }
    return switch (tag) {
      case ValueCodec.UNDEFINED -> ServiceValue.Nothing.UNDEFINED;
      case ValueCodec.NULL -> ServiceValue.Nothing.NULL;
      case ValueCodec.FALSE -> new ServiceValue.Bool(false);
      case ValueCodec.TRUE -> new ServiceValue.Bool(true);
      case ValueCodec.I32 -> new ServiceValue.Num(u32());
      case ValueCodec.F64 -> new ServiceValue.Num(f64());
      case ValueCodec.BIGINT -> new ServiceValue.Big(bigint());
      case ValueCodec.UTF8, ValueCodec.UTF16 -> new ServiceValue.Text(text(tag));
      case ValueCodec.JSON -> json();
      case ValueCodec.REFERENCE -> reference();
      default -> object(tag);
    };
  }

  static UnsupportedValueException tooMany() {
    return new UnsupportedValueException(
        "there are more than " + MOST_VALUES + " values in one, which Java code can't receive");
  }

  private ServiceValue json() {
    int length = length();
    JsonTree.Counted json = JsonTree.read(bytes, at, length, MOST_VALUES - values);
    at += length;
    values += json.values();
    return json.value();
  }

  private ServiceValue reference() {
    int index = u32();
    if (index < 0 || index >= objects.size()) {
      throw new MalformedMessageException("there is no object " + Integer.toUnsignedString(index));
    }
    ServiceValue known = objects.get(index);
    if (known == null) {
      throw new UnsupportedValueException("the value holds itself, which Java code can't receive");
    }
    return known;
  }

  private ServiceValue object(int tag) {
    // One more than writers: a view counts as the parent of its buffer.
    if (++depth > ValueCodec.MAX_DEPTH + 1) {
      throw new MalformedMessageException("value nested deeper than " + ValueCodec.MAX_DEPTH);
    }
    int number = objects.size();
    objects.add(null);
    ServiceValue value =
        switch (tag) {
          case ValueCodec.OBJECT -> new ServiceValue.Fields(fields());
          case ValueCodec.DENSE -> dense();
          case ValueCodec.SPARSE -> sparse();
          case ValueCodec.MAP -> map();
          case ValueCodec.SET -> set();
          case ValueCodec.ERROR -> error();
          case ValueCodec.DATE -> new ServiceValue.Time(f64());
          case ValueCodec.REGEXP -> new ServiceValue.Pattern(text(u8()), text(u8()));
          case ValueCodec.BOXED -> boxed();
          case ValueCodec.BUFFER -> new ServiceValue.Bytes(raw(length()), ServiceValue.Bytes.BUFFER);
          case ValueCodec.VIEW -> view();
          case ValueCodec.BLOB -> blob(false);
          case ValueCodec.FILE -> blob(true);
          case ValueCodec.DOM_EXCEPTION -> domException();
          case ValueCodec.STREAM -> stream();
          default -> throw new MalformedMessageException("no value has tag " + tag);
        };
    objects.set(number, value);
    depth--;
    return value;
  }

  private SequencedMap<String, ServiceValue> fields() {
    SequencedMap<String, ServiceValue> fields = new LinkedHashMap<>();
    while (!atEnd()) {
      String name = text(u8());
      fields.put(name, read());
    }
    return fields;
  }

  private ServiceValue dense() {
    int length = length();
    List<ServiceValue> values = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      values.add(read());
    }
    return new ServiceValue.Items(values);
  }

  private ServiceValue sparse() {
    long length = Integer.toUnsignedLong(u32());
    SequencedMap<String, ServiceValue> fields = fields();
    holes += Math.max(0, length - fields.size());
    if (holes > MOST_HOLES) {
      throw new UnsupportedValueException("arrays have " + holes + " places, most of them empty");
    }
    ServiceValue[] values = new ServiceValue[(int) length];
    Arrays.fill(values, ServiceValue.Nothing.UNDEFINED);
    fields.forEach(
        (name, value) -> {
          if (name.matches("0|[1-9][0-9]{0,8}") && Integer.parseInt(name) < length) {
            values[Integer.parseInt(name)] = value;
          }
        });
    return new ServiceValue.Items(List.of(values));
  }

  private ServiceValue map() {
    List<ServiceValue.Entries.Entry> entries = new ArrayList<>();
    while (!atEnd()) {
      ServiceValue key = read();
      entries.add(new ServiceValue.Entries.Entry(key, read()));
    }
    return new ServiceValue.Entries(entries);
  }

  private ServiceValue set() {
    List<ServiceValue> values = new ArrayList<>();
    while (!atEnd()) {
      values.add(read());
    }
    return new ServiceValue.Unique(values);
  }

  private ServiceValue error() {
    int kind = u8();
    int has = u8();
    String builtIn = ValueCodec.errorName(kind);
    if (has > 31) {
      throw new MalformedMessageException("error");
    }
    String message = (has & 1) == 0 ? "" : text(u8());
    String stack = (has & 2) == 0 ? "" : text(u8());
    @Nullable ServiceValue cause = (has & 4) == 0 ? null : read();
    SequencedMap<String, ServiceValue> fields = new LinkedHashMap<>();
    if ((has & 8) != 0) {
      fields.put("errors", read());
    }
    String name = (has & 16) == 0 ? builtIn : text(u8());
    fields.putAll(fields());
    return new ServiceValue.Fault(kind, name, message, stack, cause, fields);
  }

  private ServiceValue boxed() {
    ServiceValue value = read();
    return switch (value) {
      case ServiceValue.Bool _, ServiceValue.Num _, ServiceValue.Big _, ServiceValue.Text _ -> value;
      default -> throw new MalformedMessageException("boxed value");
    };
  }

  private ServiceValue view() {
    int kind = u8();
    long offset = Integer.toUnsignedLong(u32());
    long length = Integer.toUnsignedLong(u32());
    if (kind >= ValueCodec.ELEMENT_BYTES.size()) {
      throw new MalformedMessageException("no view has class " + kind);
    }
    int element = ValueCodec.ELEMENT_BYTES.get(kind);
    if (!(read() instanceof ServiceValue.Bytes buffer)
        || buffer.view() != ServiceValue.Bytes.BUFFER
        || offset % element != 0
        || offset + length * element > buffer.value().length) {
      throw new MalformedMessageException("view beyond its buffer");
    }
    byte[] all = buffer.value();
    boolean whole = offset == 0 && length * element == all.length;
    if (whole) {
      return new ServiceValue.Bytes(all, kind);
    }
    copiedBytes += length * element;
    if (copiedBytes > (long) MOST_COPIES * bytes.length) {
      throw new UnsupportedValueException(
          "views overlap so much that they hold more than " + MOST_COPIES + " times the bytes of the message");
    }
    return new ServiceValue.Bytes(
        Arrays.copyOfRange(all, (int) offset, (int) (offset + length * element)), kind);
  }

  private ServiceValue blob(boolean isFile) {
    String type = text(u8());
    ServiceValue.Bytes content = new ServiceValue.Bytes(raw(length()), ServiceValue.Bytes.BUFFER);
    if (!isFile) {
      return new ServiceValue.File(content, type, null, 0);
    }
    String name = text(u8());
    if (!(read() instanceof ServiceValue.Num modified)) {
      throw new MalformedMessageException("file");
    }
    return new ServiceValue.File(content, type, name, modified.value());
  }

  private ServiceValue domException() {
    String name = text(u8());
    String message = text(u8());
    return new ServiceValue.Fault(0, name, message, text(u8()), null, new LinkedHashMap<>());
  }

  private ServiceValue stream() {
    int kind = u8();
    int index = u8();
    int last = kind == ValueCodec.PORT ? index + 1 : index;
    if (kind >= ValueCodec.STREAM_KINDS || last >= streams || usedStreams.get(index) || usedStreams.get(last)) {
      throw new MalformedMessageException("stream " + index);
    }
    usedStreams.set(index, last + 1);
    ServiceValue.Stream stream = new ServiceValue.Stream(kind, index);
    found.add(stream);
    return stream;
  }

  private BigInteger bigint() {
    int sign = u8();
    String digits = text(u8());
    if (sign > 1 || !isHex(digits)) {
      throw new MalformedMessageException("bigint");
    }
    // By bytes: from digits, the time would grow with the square of their number.
    byte[] magnitude = HexFormat.of().parseHex(digits.length() % 2 == 0 ? digits : "0" + digits);
    BigInteger value = new BigInteger(1, magnitude);
    return sign == 1 ? value.negate() : value;
  }

  private static boolean isHex(String digits) {
    return !digits.isEmpty()
        && digits.chars().allMatch(c -> (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'));
  }

  private String text(int tag) {
    if (tag == ValueCodec.UTF16) {
      long length = Integer.toUnsignedLong(u32()) * 2;
      need(length);
      char[] units = new char[(int) (length / 2)];
      for (int i = 0; i < units.length; i++) {
        units[i] = (char) ((bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8);
        at += 2;
      }
      return new String(units);
    }
    boolean isShort = tag >= ValueCodec.SHORT_TEXT && tag < ValueCodec.SHORT_NUMBER;
    if (!isShort && tag != ValueCodec.UTF8) {
      throw new MalformedMessageException("text expected, not tag " + tag);
    }
    int length = isShort ? tag - ValueCodec.SHORT_TEXT : length();
    need(length);
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length)).toString();
      at += length;
      return text;
    } catch (CharacterCodingException e) {
      throw new MalformedMessageException("text is no UTF-8: " + e.getMessage());
    }
  }

  private boolean atEnd() {
    need(1);
    if (bytes[at] != ValueCodec.END) {
      return false;
    }
    at++;
    return true;
  }

  private byte[] raw(int length) {
    byte[] part = Arrays.copyOfRange(bytes, at, at + length);
    at += length;
    return part;
  }

  /// A length that the bytes left can hold.
  private int length() {
    int length = u32();
    if (length < 0) {
      throw new MalformedMessageException("length " + Integer.toUnsignedString(length));
    }
    need(length);
    return length;
  }

  private int u8() {
    need(1);
    return bytes[at++] & 0xff;
  }

  private int u32() {
    need(4);
    int value = (int) INT.get(bytes, at);
    at += 4;
    return value;
  }

  private double f64() {
    need(8);
    double value = Double.longBitsToDouble((long) LONG.get(bytes, at));
    at += 8;
    return value;
  }

  private void need(long count) {
    if (bytes.length - at < count) {
      throw new MalformedMessageException(count + " bytes are missing at " + at);
    }
  }
}
