package ringfence.host.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.UnsupportedValueException;

class ValueJsonTest {
  private static String json(ServiceValue value) {
    return ValueJson.text(value, 1000);
  }

  @Test
  void valuesAreWrittenAsTheTableSays() {
    SequencedMap<String, ServiceValue> fields = new LinkedHashMap<>();
    fields.put("left out", ServiceValue.Nothing.UNDEFINED);
    fields.put("n", ServiceValue.Nothing.NULL);
    assertThat(json(new ServiceValue.Fields(fields))).isEqualTo("{\"n\":null}");
    assertThat(json(new ServiceValue.Num(Double.NaN))).isEqualTo("null");
    assertThat(json(new ServiceValue.Num(-0.0))).isEqualTo("0");
    assertThat(json(new ServiceValue.Num(9007199254740991.0))).isEqualTo("9.007199254740991E15");
    assertThat(json(new ServiceValue.Big(BigInteger.TEN.pow(20)))).isEqualTo("\"100000000000000000000\"");
    assertThat(json(new ServiceValue.Time(1.0))).isEqualTo("\"1970-01-01T00:00:00.001Z\"");
    assertThat(json(new ServiceValue.Time(Double.NaN))).isEqualTo("null");
    assertThat(json(new ServiceValue.Pattern("a/b", "g"))).isEqualTo("\"/a/b/g\"");
    assertThat(json(new ServiceValue.Bytes(new byte[] {1, 2, 3}, ServiceValue.Bytes.BUFFER))).isEqualTo("\"AQID\"");
    assertThat(json(ServiceValue.error("RangeError", "no")))
        .isEqualTo("{\"name\":\"RangeError\",\"message\":\"no\",\"stack\":\"\"}");
    ServiceValue one = new ServiceValue.Num(1);
    assertThat(json(new ServiceValue.Entries(List.of(new ServiceValue.Entries.Entry(one, one)))))
        .isEqualTo("[[1,1]]");
    assertThat(json(new ServiceValue.Unique(List.of(one)))).isEqualTo("[1]");
  }

  @Test
  void aStreamWithinAValueIsRefused() {
    assertThatThrownBy(() -> json(new ServiceValue.Items(List.of(new ServiceValue.Stream(0, 0)))))
        .isInstanceOf(UnsupportedValueException.class)
        .hasMessageContaining("return the stream itself");
  }

  // What is shared in a message of a few bytes is written as often as it is met.
  @Test
  void aValueThatIsLongAsJsonIsRefused() {
    ServiceValue shared = new ServiceValue.Text("x".repeat(100));
    ServiceValue many = new ServiceValue.Items(Collections.nCopies(11, shared));

    assertThatThrownBy(() -> json(many))
        .isInstanceOf(UnsupportedValueException.class)
        .hasMessage("as JSON it has more than 1000 characters");
    assertThat(ValueJson.text(many, 2000)).hasSize(11 * 102 + 12);
  }

  @Test
  void argumentsKeepTheirValues() {
    assertThat(ValueJson.arguments("[1e3, 123456789012345678901234567890, \"\\ud800\", [], {}]"))
        .containsExactly(
            new ServiceValue.Num(1000),
            new ServiceValue.Num(1.2345678901234568e29),
            new ServiceValue.Text("\ud800"),
            new ServiceValue.Items(List.of()),
            new ServiceValue.Fields(new LinkedHashMap<>()));
    assertThatThrownBy(() -> ValueJson.arguments("[1,\n x]")).hasMessageContaining("line 2, column 2");
    assertThatThrownBy(() -> ValueJson.arguments("[".repeat(2000))).hasMessageContaining("no JSON");
  }
}
