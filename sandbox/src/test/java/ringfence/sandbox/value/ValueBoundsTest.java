package ringfence.sandbox.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Attack: a message within its length that costs the host far more memory or time to read than it has bytes.
///
/// The heap of the tests, 512 MiB, is what the attacks would fill.
class ValueBoundsTest {
  private static final int MESSAGE_BYTES = 16 << 20;

  private final ByteArrayOutputStream message = new ByteArrayOutputStream();

  private void bytes(int... values) {
    for (int value : values) {
      message.write(value);
    }
  }

  private void u32(int value) {
    message.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  private void list(int length) {
    bytes(ValueCodec.VERSION, ValueCodec.DENSE);
    u32(length);
  }

  private ServiceValue decode() {
    assertThat(message.size()).isLessThanOrEqualTo(MESSAGE_BYTES);
    return ValueCodec.decode(message.toByteArray(), 0);
  }

  @Test
  void manyArraysOfHoles() {
    int count = MESSAGE_BYTES / 8;
    list(count);
    for (int i = 0; i < count; i++) {
      bytes(ValueCodec.SPARSE);
      u32(1 << 16);
      bytes(ValueCodec.END);
    }
    assertThatThrownBy(this::decode)
        .isInstanceOf(UnsupportedValueException.class)
        .hasMessage("arrays have 131072 places, most of them empty");
  }

  @Test
  void manyViewsOfOneLargeBuffer() {
    int length = MESSAGE_BYTES / 2;
    int count = MESSAGE_BYTES / 32;
    list(count + 1);
    bytes(ValueCodec.BUFFER);
    u32(length);
    message.writeBytes(new byte[length]);
    for (int i = 0; i < count; i++) {
      bytes(ValueCodec.VIEW, ServiceValue.Bytes.UINT8_ARRAY);
      u32(1);
      u32(length - 1);
      bytes(ValueCodec.REFERENCE);
      u32(1);
    }
    assertThatThrownBy(this::decode)
        .isInstanceOf(UnsupportedValueException.class)
        .hasMessage("views overlap so much that they hold more than 4 times the bytes of the message");
  }

  @Test
  void aFewViewsOfOneBufferAreRead() {
    list(4);
    for (int i = 0; i < 4; i++) {
      bytes(ValueCodec.VIEW, ServiceValue.Bytes.UINT8_ARRAY);
      u32(1);
      u32(63);
      if (i == 0) {
        bytes(ValueCodec.BUFFER);
        u32(64);
        message.writeBytes(new byte[64]);
      } else {
        bytes(ValueCodec.REFERENCE);
        u32(2);
      }
    }
    assertThat(decode().asList()).hasSize(4).allMatch(view -> view.asBytes().length == 63);
  }

  @Test
  void asManyTinyObjectsAsFit() {
    for (int tag : List.of(ValueCodec.OBJECT, ValueCodec.MAP, ValueCodec.SET)) {
      message.reset();
      int count = MESSAGE_BYTES / 2 - 8;
      list(count);
      for (int i = 0; i < count; i++) {
        bytes(tag, ValueCodec.END);
      }
      assertThatThrownBy(this::decode)
          .isInstanceOf(UnsupportedValueException.class)
          .hasMessage("there are more than 1048576 values in one, which Java code can't receive");
    }
  }

  /// Converting a number of so many digits takes hours where it takes the square of their number.
  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void oneHugeBigint() {
    int digits = MESSAGE_BYTES - 16;
    bytes(ValueCodec.VERSION, ValueCodec.BIGINT, 1, ValueCodec.UTF8);
    u32(digits);
    message.writeBytes("f".repeat(digits).getBytes(StandardCharsets.US_ASCII));
    ServiceValue read = decode();
    assertThat(read).isInstanceOfSatisfying(
        ServiceValue.Big.class, big -> assertThat(big.value().bitLength()).isEqualTo(4 * digits));
    assertThat(ValueCodec.encode(read, MESSAGE_BYTES)).isEqualTo(message.toByteArray());
  }

  @Test
  void bigintsAreReadAsTheyWereWritten() {
    for (String hex : List.of("0", "-1", "f", "10", "-7f", "80", "-80", "ff", "100", "-ffff", "123456789abcdef01")) {
      ServiceValue value = new ServiceValue.Big(new BigInteger(hex, 16));
      byte[] encoded = ValueCodec.encode(value, 100);
      assertThat(ValueCodec.decode(encoded, 0)).isEqualTo(value);
      assertThat(new String(encoded, StandardCharsets.ISO_8859_1)).endsWith(hex.replace("-", ""));
    }
  }

  @Test
  void whatCostsItsReaderTooMuchIsNotWritten() {
    ServiceValue plain = new ServiceValue.Items(Collections.nCopies((1 << 19) - 8, new ServiceValue.Num(1)));
    assertThat(ValueCodec.encode(plain, 16 << 20)).hasSizeGreaterThan(1 << 18);
    ServiceValue object = new ServiceValue.Items(List.of());
    ServiceValue objects = new ServiceValue.Items(Collections.nCopies(1 << 16, object));
    assertThatThrownBy(() -> ValueCodec.encode(objects, 16 << 20))
        .isInstanceOf(UnsupportedValueException.class)
        .hasMessage("the value holds more than 524288 values, each object counted as 8; send bytes or a stream");
  }
}
