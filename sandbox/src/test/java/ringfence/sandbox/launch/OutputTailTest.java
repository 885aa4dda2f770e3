package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class OutputTailTest {
  @Test
  void keepsTheLastBytesOfAFlood() {
    OutputTail tail = new OutputTail();
    byte[] flood = "0123456789abcdef".repeat(256).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 100; i++) {
      tail.append(flood, flood.length);
    }
    byte[] end = "the end".getBytes(StandardCharsets.UTF_8);
    tail.append(end, end.length);
    assertThat(tail.text()).hasSize(OutputTail.MOST_BYTES).endsWith("cdefthe end");
  }
}
