package ringfence.sandbox.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueCodecTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "?", "a?b", "\ud800", "\udfff\udfff", "a\ud800", "?\udc00", "\ud83d\ude00", "\u20ac", "\uffff", "\0"})
  void textsAreReadAsTheyWereWrittenAlsoWithSurrogatesThatStandAlone(String text) {
    for (String each : new String[] {text, text.repeat(40)}) {
      SequencedMap<String, ServiceValue> fields = new LinkedHashMap<>();
      fields.put(each, new ServiceValue.Text(each));
      ServiceValue value = new ServiceValue.Fields(fields);
      assertThat(ValueCodec.decode(ValueCodec.encode(value, 1000), 0)).isEqualTo(value);
    }
  }
}
