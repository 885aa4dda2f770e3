package ringfence.sandbox.value;

/// Writes a message of plain values one by one, without a tree: what most calls, results and events are.
///
/// A list of at most [#MOST_VALUES], begun by [#list], or one value. Not thread-safe.
public final class PlainWriter {
  /// The longest list.
  public static final int MOST_VALUES = ValueCodec.SHORT_LIST;

  private final ValueWriter out;

  private PlainWriter(int limit) {
    out = new ValueWriter(limit);
    out.u8(ValueCodec.VERSION);
  }

  /// Begins a message of one value.
  ///
  /// @param limit the most bytes
  public static PlainWriter one(int limit) {
    return new PlainWriter(limit);
  }

  /// Begins a message of a list.
  ///
  /// @param limit the most bytes
  /// @param count how many values follow, at most [#MOST_VALUES]
  public static PlainWriter list(int limit, int count) {
    if (count > MOST_VALUES) {
      throw new IllegalArgumentException(count + " values are over " + MOST_VALUES);
    }
    PlainWriter writer = new PlainWriter(limit);
    writer.out.u8(ValueCodec.DENSE);
    writer.out.u32(count);
    return writer;
  }

  public void undefined() {
    out.u8(ValueCodec.UNDEFINED);
  }

  public void nothing() {
    out.u8(ValueCodec.NULL);
  }

  public void bool(boolean value) {
    out.u8(value ? ValueCodec.TRUE : ValueCodec.FALSE);
  }

  public void number(double value) {
    out.number(value);
  }

  public void text(String value) {
    out.text(value);
  }

  /// An object or a list as JSON, whose objects hold no reference to one another.
  public void json(String text) {
    out.json(text);
  }

  /// A Uint8Array that is all of its buffer.
  public void bytes(byte[] value) {
    out.bytes(value, ServiceValue.Bytes.UINT8_ARRAY);
  }

  /// Ends the message.
  ///
  /// @throws UnsupportedValueException from any of the methods above, if the message takes more bytes than the limit
  public byte[] toBytes() {
    return out.toBytes();
  }
}
