package ringfence.sandbox.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.value.PlainReader.Plain;

/// The short way of messages of plain values: it writes what the codec reads, and never reads what the codec would not.
class PlainValueTest {
  private static final long SEED = Long.getLong("ringfence.seed", System.nanoTime());
  private static final int ROUNDS = 3000;
  private static final HexFormat HEX = HexFormat.of();

  private final Random random = new Random(SEED);

  @Test
  void whatIsWrittenOneByOneIsReadAlikeInBothWays() {
    tellSeed();
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = list();
      assertThat(values(read(bytes))).isEqualTo(ValueCodec.decode(bytes, 0).asList());
    }
  }

  /// Attack: a peer sends anything. What the short way takes, the long one takes as the same.
  @Test
  void damagedBytesAreLeftToTheLongWayOrReadAsItReadsThem() {
    tellSeed();
    int taken = 0;
    for (int i = 0; i < ROUNDS; i++) {
      byte[] bytes = list();
      for (int n = random.nextInt(3); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      byte[] cut = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
      Plain plain = PlainReader.list(cut);
      // Text that is no JSON is found by who parses it.
      if (plain != null && !hasJson(plain)) {
        taken++;
        assertThat(values(plain)).isEqualTo(ValueCodec.decode(cut, 0).asList());
      } else if (plain == null) {
        assertThat(isWhole(cut)).as("bytes of plain values alone: %s", HEX.formatHex(cut)).isFalse();
      }
      Plain one = PlainReader.one(cut);
      assertThat(one == null || !isList(cut)).isTrue();
    }
    assertThat(taken).isPositive();
  }

  

  @Test
  void jsonThatNestsTooDeepOrIsLongIsLeftToTheLongWay() {
    assertThat(PlainReader.one(json("[".repeat(64) + "]".repeat(64)))).isNotNull();
    assertThat(PlainReader.one(json("[".repeat(65) + "]".repeat(65)))).isNull();
    assertThat(PlainReader.one(json("[" + "1,".repeat(4094) + "11]"))).isNotNull();
    assertThat(PlainReader.one(json("[" + "1,".repeat(4094) + "111]"))).isNull();
  }

  @Test
  void whatIsOverTheLimitIsRefused() {
    PlainWriter fits = PlainWriter.one(10);
    fits.text("12345678");
    assertThat(fits.toBytes()).hasSize(10);
    assertThatThrownBy(() -> PlainWriter.one(10).text("123456789")).isInstanceOf(UnsupportedValueException.class);
    assertThatThrownBy(() -> PlainWriter.list(100, 9)).isInstanceOf(IllegalArgumentException.class);
  }

  private static void tellSeed() {
    System.out.println("mvn -pl sandbox test -Dtest=PlainValueTest -Dringfence.seed=" + SEED);
  }

  private static byte[] json(String text) {
    PlainWriter out = PlainWriter.one(100_000);
    out.json(text);
    return out.toBytes();
  }

  private byte[] list() {
    int count = random.nextInt(PlainWriter.MOST_VALUES + 1);
    PlainWriter out = PlainWriter.list(100_000, count);
    for (int i = 0; i < count; i++) {
      switch (random.nextInt(9)) {
        case 0 -> out.undefined();
        case 1 -> out.nothing();
        case 2 -> out.bool(random.nextBoolean());
        case 3 -> out.number(random.nextInt(200) - 100);
        case 4 -> out.number(random.nextInt());
        case 5 -> out.number(new double[] {-0.0, 0.1, Double.NaN, Double.NEGATIVE_INFINITY, 1e300}[random.nextInt(5)]);
        case 6 -> out.text(new String[] {"", "short", "x".repeat(100), "\u00e9\u20ac\ud83d\ude00"}[random.nextInt(4)]);
        case 7 -> out.json(random.nextBoolean() ? "[1,{\"a\":\"b\"}]" : "{}");
        default -> out.bytes(new byte[random.nextInt(20)]);
      }
    }
    return out.toBytes();
  }

  private static Plain read(byte[] bytes) {
    Plain plain = PlainReader.list(bytes);
    assertThat(plain).as(HEX.formatHex(bytes)).isNotNull();
    return Objects.requireNonNull(plain);
  }

  private static int mark(Plain plain, int at) {
    return plain.marks() >>> (3 * at) & 7;
  }

  private static boolean hasJson(Plain plain) {
    for (int i = 0; i < plain.values().length; i++) {
      if (mark(plain, i) == PlainReader.JSON) {
        return true;
      }
    }
    return false;
  }

  private static List<ServiceValue> values(Plain plain) {
    List<ServiceValue> values = new ArrayList<>();
    for (int i = 0; i < plain.values().length; i++) {
      values.add(value(mark(plain, i), plain.values()[i]));
    }
    return values;
  }

  private static ServiceValue value(int mark, Object read) {
    return switch (mark) {
      case PlainReader.UNDEFINED -> ServiceValue.Nothing.UNDEFINED;
      case PlainReader.NULL -> ServiceValue.Nothing.NULL;
      case PlainReader.JSON -> ValueCodec.decode(json((String) read), 0);
      case PlainReader.BYTES -> {
        byte[] bytes = new byte[((ByteBuffer) read).remaining()];
        ((ByteBuffer) read).get(bytes);
        yield new ServiceValue.Bytes(bytes, ServiceValue.Bytes.UINT8_ARRAY);
      }
      default ->
          switch (read) {
            case String text -> new ServiceValue.Text(text);
            case Boolean bool -> new ServiceValue.Bool(bool);
            case Number number -> new ServiceValue.Num(number.doubleValue());
            default -> throw new AssertionError(read.getClass());
          };
    };
  }

  private static boolean isList(byte[] bytes) {
    return bytes.length > 1 && bytes[0] == ValueCodec.VERSION && bytes[1] == ValueCodec.DENSE;
  }

  /// Whether the codec reads a list of at most eight values, and each of them is what the short way knows.
  private static boolean isWhole(byte[] bytes) {
    @Nullable ServiceValue value;
    try {
      value = ValueCodec.decode(bytes, 0);
    } catch (MalformedMessageException | UnsupportedValueException _) {
      return false;
    }
    return isList(bytes)
        && value.asList().size() <= PlainWriter.MOST_VALUES
        && value.asList().stream().allMatch(PlainValueTest::isKnown);
  }

  private static boolean isKnown(ServiceValue value) {
    return switch (value) {
      case ServiceValue.Nothing _, ServiceValue.Bool _, ServiceValue.Num _ -> true;
      default -> false;
    };
  }
}
