package ringfence.sandbox.value;

import java.util.List;
import ringfence.sandbox.protocol.MalformedMessageException;

/// The bytes of a [ServiceValue]; `encode.js` of the runtime draws them.
public final class ValueCodec {
  static final int VERSION = 1;

  /// As deep as values may nest, on both sides.
  static final int MAX_DEPTH = 512;

  /// What a message may cost its reader, in the smallest values, on both sides: a service must be able to read it within
  /// one turn of its event loop. Bytes and typed arrays cost little, however long they are.
  static final int MOST_COST = 1 << 19;

  /// What an object, an array or another value with an inside costs beside what is in it.
  static final int OBJECT_COST = 8;

  /// As deep as JSON text may nest, on both sides.
  static final int JSON_DEPTH = 64;

  /// Text of more characters is faster without JSON; so is what holds it.
  static final int LONG_TEXT = 512;

  /// A list of at most so many values is written value by value, and each object in it as JSON: the arguments of a call.
  static final int SHORT_LIST = 8;

  static final int UNDEFINED = 0x00;
  static final int NULL = 0x01;
  static final int FALSE = 0x02;
  static final int TRUE = 0x03;
  static final int END = 0x05;
  static final int JSON = 0x06;
  static final int I32 = 0x08;
  static final int F64 = 0x09;
  static final int BIGINT = 0x0a;
  static final int UTF8 = 0x0b;
  static final int UTF16 = 0x0c;
  static final int REFERENCE = 0x10;
  static final int OBJECT = 0x20;
  static final int DENSE = 0x21;
  static final int SPARSE = 0x22;
  static final int MAP = 0x23;
  static final int SET = 0x24;
  static final int ERROR = 0x25;
  static final int DATE = 0x27;
  static final int REGEXP = 0x28;
  static final int BOXED = 0x29;
  static final int BUFFER = 0x2a;
  static final int VIEW = 0x2b;
  static final int BLOB = 0x2c;
  static final int FILE = 0x2d;
  static final int DOM_EXCEPTION = 0x2e;
  static final int STREAM = 0x30;
  static final int SHORT_TEXT = 0x80;
  static final int SHORT_NUMBER = 0xc0;

  /// Bytes of an element, by the code of the view's class.
  static final List<Integer> ELEMENT_BYTES = List.of(1, 1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8, 2);

  /// Built-in classes of errors, by their code.
  private static final List<String> ERRORS =
      List.of(
          "Error", "EvalError", "RangeError", "ReferenceError", "SyntaxError", "TypeError", "URIError",
          "AggregateError");

  /// The classes of streams, by their code; a port takes two streams of a message.
  static final int STREAM_KINDS = 4;

  public static final int ITERATOR = 0;
  public static final int READABLE = 1;
  public static final int WRITABLE = 2;
  public static final int PORT = 3;

  private ValueCodec() {}

  /// Encodes a value.
  ///
  /// @param limit the most bytes
  /// @throws UnsupportedValueException if it is nested too deep, holds too many values or takes more bytes
  public static byte[] encode(ServiceValue value, int limit) {
    ValueWriter out = new ValueWriter(limit);
    out.u8(VERSION);
    out.writeWhole(value);
    return out.toBytes();
  }

  /// Decodes a value.
  ///
  /// @param streams how many streams the message brings
  /// @throws MalformedMessageException if the bytes are no value
  /// @throws UnsupportedValueException if it is one that is a tree in no way, or that takes far more memory than bytes:
  ///     too many values, holes of arrays, or views that overlap
  public static ServiceValue decode(byte[] bytes, int streams) {
    return new ValueReader(bytes, streams).readAll();
  }

  /// A value, and the streams and ports that it holds.
  public record WithStreams(ServiceValue value, List<ServiceValue.Stream> streams) {}

  /// The same, and what it holds of streams.
  public static WithStreams decodeWithStreams(byte[] bytes, int streams) {
    ValueReader reader = new ValueReader(bytes, streams);
    return new WithStreams(reader.readAll(), reader.found());
  }

  static int errorKind(String name) {
    return Math.max(0, ERRORS.indexOf(name));
  }

  static String errorName(int kind) {
    if (kind >= ERRORS.size()) {
      throw new MalformedMessageException("no error has class " + kind);
    }
    return ERRORS.get(kind);
  }
}
