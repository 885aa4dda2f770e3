package ringfence.sandbox.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Builds one message; [MessageReader] draws the forms.
final class MessageWriter {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int size;

  MessageWriter(int version, int kind, int expectedBytes) {
    bytes = new byte[Math.max(16, expectedBytes)];
    u8(version);
    u8(kind);
  }

  MessageWriter u8(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
    return this;
  }

  MessageWriter flag(boolean value) {
    return u8(value ? 1 : 0);
  }

  MessageWriter u32(int value) {
    reserve(4);
    INT.set(bytes, size, value);
    size += 4;
    return this;
  }

  MessageWriter i64(long value) {
    reserve(8);
    LONG.set(bytes, size, value);
    size += 8;
    return this;
  }

  MessageWriter bytes(byte[] value) {
    u32(value.length);
    reserve(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
    return this;
  }

  MessageWriter text(String value) {
    return bytes(value.getBytes(StandardCharsets.UTF_8));
  }

  /// By name, so that a constant more or in another place changes no message.
  MessageWriter constant(Enum<?> value) {
    return text(value.name());
  }

  MessageWriter error(ErrorReport e) {
    return text(e.name())
        .text(e.message())
        .text(e.stack())
        .text(e.file())
        .u32(e.line())
        .u32(e.column())
        .u32(e.causes().size())
        .errors(e.causes());
  }

  private MessageWriter errors(List<ErrorReport> all) {
    all.forEach(this::error);
    return this;
  }

  byte[] toBytes() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), bytes.length * 2));
    }
  }
}
