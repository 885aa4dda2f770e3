package ringfence.sandbox.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.sandbox.protocol.MalformedMessageException;

class JsonTreeTest {
  private static final long SEED = Long.getLong("ringfence.seed", System.nanoTime());

  private static final List<Object> ODD =
      List.of(-0.0, Double.NaN, Double.POSITIVE_INFINITY, "\ud800", "x".repeat(513), ServiceValue.Nothing.UNDEFINED, new byte[3]);

  private final Random random = new Random(SEED);

  @Test
  void randomTreesAreReadAsTheyWereWritten() {
    System.out.println("mvn -pl sandbox -am test -Dtest=JsonTreeTest -Dringfence.seed=" + SEED);
    int asText = 0;
    for (int i = 0; i < 2000; i++) {
      ServiceValue value = ServiceValue.of(tree(0, i % 2 == 0));
      byte[] bytes = ValueCodec.encode(value, 1 << 20);
      asText += new String(bytes, StandardCharsets.ISO_8859_1).indexOf('\u0006') >= 0 ? 1 : 0;
      assertThat(ValueCodec.decode(bytes, 0)).isEqualTo(value);
    }
    assertThat(asText).isGreaterThan(500);
  }

  private Object tree(int depth, boolean odd) {
    return switch (random.nextInt(depth > 4 ? 5 : 9)) {
      case 0 -> random.nextBoolean();
      case 1 -> random.nextInt();
      case 2 -> Math.scalb(random.nextDouble() - 0.5, random.nextInt(2000) - 1000);
      case 3 -> random.ints(random.nextInt(40), 0, 0xd800).mapToObj(Character::toString).reduce("", String::concat);
      case 4 -> odd && random.nextInt(9) == 0 ? ODD.get(random.nextInt(ODD.size())) : random.nextLong() >> random.nextInt(64);
      case 5, 6 -> {
        List<Object> items = new ArrayList<>();
        for (int n = random.nextInt(12); n > 0; n--) {
          items.add(tree(depth + 1, odd));
        }
        yield items;
      }
      default -> {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int n = random.nextInt(6); n > 0; n--) {
          fields.put("k\"\\\n" + random.nextInt(20), tree(depth + 1, odd));
        }
        yield fields;
      }
    };
  }

  /// Attack: what is no JSON, or nests deeper than a parser should go.
  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[1,", "[1]]", "1 2", "{\"a\" 1}", "[01]", "NaN", "'a'", "[1,]", "\"\u00ff\"", "[1 //\n]", "deep"})
  void refusesWhatIsNoValue(String text) {
    byte[] json = text.equals("deep") ? nested(65) : text.getBytes(StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> JsonTree.read(json, 0, json.length, 1000)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void readsAsDeepAsItWritesAndCountsWhatItReads() {
    assertThat(JsonTree.read(nested(64), 0, 128, 1000).values()).isEqualTo(64);
    assertThat(JsonText.bounded(nested(64))).isEqualTo(new String(nested(64), StandardCharsets.US_ASCII));
    assertThat(JsonText.bounded(nested(65))).isNull();
    assertThat(JsonText.cost("{\"a,[\\\",\":[1,2,{}]}".getBytes(StandardCharsets.US_ASCII))).isEqualTo(1 + 3 * 8 + 2);
    byte[] three = "[1,2]".getBytes(StandardCharsets.US_ASCII);
    assertThat(JsonTree.read(three, 0, 5, 3).values()).isEqualTo(3);
    assertThatThrownBy(() -> JsonTree.read(three, 0, 5, 2)).isInstanceOf(UnsupportedValueException.class);
  }

  private static byte[] nested(int depth) {
    return ("[".repeat(depth) + "]".repeat(depth)).getBytes(StandardCharsets.US_ASCII);
  }
}
