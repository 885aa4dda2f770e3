package ringfence.sandbox.value;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A value that crossed between services, or is about to. Immutable, a tree: what JavaScript shares is there twice.
///
/// | JavaScript | here |
/// |---|---|
/// | `undefined`, `null` | [Nothing] |
/// | boolean, number, bigint, string, and their boxes | [Bool], [Num], [Big], [Text] |
/// | array; object | [Items]; [Fields] |
/// | Map; Set | [Entries]; [Unique] |
/// | Date; RegExp | [Time]; [Pattern] |
/// | ArrayBuffer, typed array, DataView; Blob, File | [Bytes]; [File] |
/// | Error | [Fault] |
/// | async generator, stream, port | [Stream] |
///
/// The `as` methods take a value out as what it should be, and otherwise throw [UnsupportedValueException], whose
/// message tells what it is.
public sealed interface ServiceValue {

  /// The two values that hold nothing.
  enum Nothing implements ServiceValue {
    UNDEFINED,
    NULL
  }

  /// A boolean.
  record Bool(boolean value) implements ServiceValue {}

  /// A number.
  record Num(double value) implements ServiceValue {}

  /// A bigint.
  record Big(BigInteger value) implements ServiceValue {}

  /// A string; may hold lone surrogates.
  record Text(String value) implements ServiceValue {}

  /// An array; its holes are undefined.
  record Items(List<ServiceValue> values) implements ServiceValue {
    public Items {
      values = List.copyOf(values);
    }
  }

  /// A plain object.
  record Fields(SequencedMap<String, ServiceValue> values) implements ServiceValue {
    public Fields {
      values = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(values));
    }
  }

  /// A Map, as a list: hashing what a hostile sender nested and shared could take for ever.
  record Entries(List<Entry> values) implements ServiceValue {
    public Entries {
      values = List.copyOf(values);
    }

    /// One entry of it.
    public record Entry(ServiceValue key, ServiceValue value) {}
  }

  /// A Set, as a list for the same reason.
  record Unique(List<ServiceValue> values) implements ServiceValue {
    public Unique {
      values = List.copyOf(values);
    }
  }

  /// A Date.
  ///
  /// @param millis since 1970; NaN for an invalid date
  record Time(double millis) implements ServiceValue {
    /// The moment.
    ///
    /// @throws UnsupportedValueException if the date is invalid
    public Instant instant() {
      if (Double.isNaN(millis)) {
        throw new UnsupportedValueException("the date is invalid");
      }
      return Instant.ofEpochMilli((long) millis);
    }
  }

  /// A RegExp.
  record Pattern(String source, String flags) implements ServiceValue {}

  /// Bytes. The array is shared, not copied: nobody may change it.
  ///
  /// @param view the code of the view's class in the format, or [#BUFFER]
  // Compared by content, below.
  @SuppressWarnings("ArrayRecordComponent")
  record Bytes(byte[] value, int view) implements ServiceValue {
    /// An ArrayBuffer, not a view of one.
    public static final int BUFFER = -1;

    /// A Uint8Array.
    public static final int UINT8_ARRAY = 2;

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bytes b && view == b.view && Arrays.equals(value, b.value);
    }

    @Override
    public int hashCode() {
      return 31 * view + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
      return "Bytes[" + value.length + "]";
    }
  }

  /// A Blob, or a File if it has a name.
  ///
  /// @param lastModified of a File, in milliseconds since 1970
  record File(Bytes content, String type, @Nullable String name, double lastModified)
      implements ServiceValue {}

  /// An Error.
  ///
  /// @param kind the code of the built-in class in the format
  /// @param name as the error says it
  /// @param stack with the frames of all sides; may be empty
  /// @param fields its own, and of an AggregateError `errors`
  record Fault(
      int kind,
      String name,
      String message,
      String stack,
      @Nullable ServiceValue cause,
      SequencedMap<String, ServiceValue> fields)
      implements ServiceValue {
    public Fault {
      fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
    }
  }

  /// A stream or a port; who received the value has its other half.
  ///
  /// @param kind the code of its class in the format
  /// @param index among the streams of the message; of a port the first of two
  record Stream(int kind, int index) implements ServiceValue {}

  // ---- making

  /// The value that stands for a Java object: null, a boolean, number, string, `byte[]`, [Instant], [Collection]
  /// (a [Set] becomes a Set), array of objects, [Map] with string keys, or a service value.
  ///
  /// A `long` beyond 2^53 becomes a bigint.
  ///
  /// @throws UnsupportedValueException for anything else
  static ServiceValue of(@Nullable Object object) {
    return switch (object) {
      case null -> Nothing.NULL;
      case ServiceValue v -> v;
      case Boolean b -> new Bool(b);
      case Long l when Math.abs(l) > 1L << 53 || l == Long.MIN_VALUE -> new Big(BigInteger.valueOf(l));
      case BigInteger b -> new Big(b);
      case Byte n -> new Num(n);
      case Short n -> new Num(n);
      case Integer n -> new Num(n);
      case Long n -> new Num(n);
      case Float n -> new Num(n);
      case Double n -> new Num(n);
      case CharSequence s -> new Text(s.toString());
      case byte[] b -> new Bytes(b.clone(), Bytes.UINT8_ARRAY);
      case Instant i -> new Time(i.toEpochMilli());
      case Set<?> s -> new Unique(s.stream().map(ServiceValue::of).toList());
      case Collection<?> c -> new Items(c.stream().map(ServiceValue::of).toList());
      case Object[] a -> new Items(Arrays.stream(a).map(ServiceValue::of).toList());
      case Map<?, ?> m -> {
        SequencedMap<String, ServiceValue> fields = new LinkedHashMap<>();
        m.forEach(
            (key, value) -> {
              if (!(key instanceof String name)) {
                throw new UnsupportedValueException("the keys of a map must be strings");
              }
              fields.put(name, of(value));
            });
        yield new Fields(fields);
      }
      default ->
          throw new UnsupportedValueException(
              "a " + object.getClass().getSimpleName() + " can't be sent to a service");
    };
  }

  /// An error with a name that is that of a built-in class, or any other.
  static ServiceValue error(String name, String message) {
    return new Fault(ValueCodec.errorKind(name), name, message, "", null, new LinkedHashMap<>());
  }

  // ---- taking

  /// A boolean.
  default boolean asBoolean() {
    if (this instanceof Bool b) {
      return b.value;
    }
    throw Mismatch.of(this, "a boolean");
  }

  /// A number, or a bigint that fits.
  default double asDouble() {
    return switch (this) {
      case Num n -> n.value;
      case Big b -> b.value.doubleValue();
      default -> throw Mismatch.of(this, "a number");
    };
  }

  /// A whole number in the range of a long.
  default long asLong() {
    if (this instanceof Num n && n.value == (long) n.value && Math.abs(n.value) <= 0x1p63) {
      return (long) n.value;
    }
    if (this instanceof Big b && b.value.bitLength() < Long.SIZE) {
      return b.value.longValue();
    }
    throw Mismatch.of(this, "a whole number of 64 bits");
  }

  /// A whole number in the range of an int.
  default int asInt() {
    if (this instanceof Num n && n.value == (int) n.value) {
      return (int) n.value;
    }
    throw Mismatch.of(this, "a whole number of 32 bits");
  }

  /// A string.
  default String asString() {
    if (this instanceof Text t) {
      return t.value;
    }
    throw Mismatch.of(this, "a string");
  }

  /// The bytes of a buffer, of a view or of a Blob. Not to be changed.
  default byte[] asBytes() {
    return switch (this) {
      case Bytes b -> b.value;
      case File f -> f.content.value;
      default -> throw Mismatch.of(this, "bytes");
    };
  }

  /// A Date.
  default Instant asInstant() {
    if (this instanceof Time t) {
      return t.instant();
    }
    throw Mismatch.of(this, "a date");
  }

  /// The values of an array or a Set.
  default List<ServiceValue> asList() {
    return switch (this) {
      case Items i -> i.values;
      case Unique u -> u.values;
      default -> throw Mismatch.of(this, "an array");
    };
  }

  /// The fields of a plain object.
  default SequencedMap<String, ServiceValue> asFields() {
    if (this instanceof Fields f) {
      return f.values;
    }
    throw Mismatch.of(this, "an object");
  }

  /// A field of a plain object or of an error; undefined if it has none of that name.
  default ServiceValue get(String field) {
    ServiceValue found =
        switch (this) {
          case Fields f -> f.values.get(field);
          case Fault f -> f.fields.get(field);
          default -> throw Mismatch.of(this, "an object");
        };
    return found == null ? Nothing.UNDEFINED : found;
  }

  /// Whether there is neither null nor undefined.
  default boolean isPresent() {
    return !(this instanceof Nothing);
  }
}
