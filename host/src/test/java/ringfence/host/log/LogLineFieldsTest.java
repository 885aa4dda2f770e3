package ringfence.host.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLineFieldsTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "plain", "a b", "\"", "\\", "\\\"", "\n", "x\u0000", "\u20ac\ud83d\ude00", "a=b c=d", "\\u0041", "ends \u20ac"})
  void aValueIsReadAsItWasWritten(String value) {
    String line = new LogLine("denied").with("service", "page").with("resource", value).with("last", 1).toString();
    assertThat(LogLine.fields(line)).containsExactly(Map.entry("service", "page"), Map.entry("resource", value), Map.entry("last", "1"));
    assertThat(LogLine.event(line)).isEqualTo("denied");
  }

  /// Attack: a guest's word that reads as a field of the host's.
  @Test
  void aGuestsWordIsNoField() {
    String line = new LogLine("denied").with("reason", "\" service=bank x=\"").toString();
    assertThat(LogLine.fields(line)).containsExactly(Map.entry("reason", "\" service=bank x=\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "some words of a library", "a=b", "event key=", "event key=\"open", "event key=a b"})
  void otherTextHasNoFields(String text) {
    assertThat(LogLine.fields(text)).isEmpty();
  }
}
