package ringfence.sandbox.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.function.Function;
import ringfence.sandbox.protocol.BrokerCodec;
import ringfence.sandbox.protocol.ControlCodec;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.ServiceMessageCodec;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.UnsupportedValueException;
import ringfence.sandbox.value.ValueCodec;

/// Attack: bytes of a hostile peer in each decoder that the host has. What is read can be written, and means the same
/// when it is read again; anything else is refused with the exception that says so.
///
/// A build reads the committed inputs, which are real messages and what was found. To look for more:
/// `JAZZER_FUZZ=1 mvn -pl sandbox test -Dtest='DecodersFuzzTest#values'`, one method at a time.
class DecodersFuzzTest {
  private static final int MOST_BYTES = 1 << 20;

  /// @param data how many streams the message brings, and the value
  @FuzzTest(maxDuration = "3m")
  void values(byte[] data) {
    if (data.length == 0) {
      return;
    }
    int streams = data[0] & 3;
    byte[] first;
    try {
      first = ValueCodec.encode(ValueCodec.decode(Arrays.copyOfRange(data, 1, data.length), streams), MOST_BYTES);
    } catch (MalformedMessageException | UnsupportedValueException _) {
      return;
    }
    // Bytes are compared: values that share parts are trees here, which equals would walk along each path.
    ServiceValue again = ValueCodec.decode(first, streams);
    assertThat(ValueCodec.encode(again, MOST_BYTES)).isEqualTo(first);
  }

  @FuzzTest(maxDuration = "3m")
  void linkMessages(byte[] data) {
    readsTheSameAgain(data, (bytes) -> ServiceMessageCodec.encode(ServiceMessageCodec.decode(bytes, 0, bytes.length)));
  }

  @FuzzTest(maxDuration = "3m")
  void controlMessages(byte[] data) {
    readsTheSameAgain(data, (bytes) -> ControlCodec.encode(ControlCodec.decode(bytes, 0, bytes.length)));
  }

  @FuzzTest(maxDuration = "3m")
  void brokerMessages(byte[] data) {
    readsTheSameAgain(data, (bytes) -> BrokerCodec.encode(BrokerCodec.decode(bytes, 0, bytes.length)));
  }

  private static void readsTheSameAgain(byte[] data, Function<byte[], byte[]> recode) {
    byte[] first;
    try {
      first = recode.apply(data);
    } catch (MalformedMessageException _) {
      return;
    }
    assertThat(recode.apply(first)).isEqualTo(first);
  }
}
