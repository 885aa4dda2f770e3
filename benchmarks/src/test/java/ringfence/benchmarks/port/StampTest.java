package ringfence.benchmarks.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class StampTest {
  private static final int LENGTH = 1024;

  private static byte[] numbered(long number) {
    byte[] message = Stamp.message(LENGTH);
    Stamp.put(message, number);
    return message;
  }

  @Test
  void takesMessagesInOrderAndTheOneThatStops() {
    Arrivals arrivals = new Arrivals(LENGTH, true);
    arrivals.onMessage(numbered(0), 0, LENGTH);
    arrivals.onMessage(numbered(1), 0, LENGTH);
    assertThat(arrivals.takeStop()).isFalse();
    arrivals.onMessage(numbered(Stamp.STOP), 0, LENGTH);
    assertThat(arrivals.takeStop()).isTrue();
    assertThat(arrivals.takeStop()).isFalse();
    assertThat(arrivals.count()).isEqualTo(2);
  }

  @Test
  void noticesAMessageThatIsMissing() {
    Arrivals arrivals = new Arrivals(LENGTH, true);
    arrivals.onMessage(numbered(0), 0, LENGTH);
    assertThatThrownBy(() -> arrivals.onMessage(numbered(2), 0, LENGTH))
        .hasMessage("message is not the expected one: number=2 end=2 expected=-1");
  }

  @Test
  void noticesAMessageOfWhichOnlyTheFrontHasArrived() {
    byte[] torn = numbered(0);
    byte[] earlier = numbered(-7);
    System.arraycopy(earlier, LENGTH - 8, torn, LENGTH - 8, 8);
    assertThatThrownBy(() -> new Arrivals(LENGTH, true).onMessage(torn, 0, LENGTH))
        .hasMessageStartingWith("message is not the expected one: number=0 end=-7");
  }

  @Test
  void noticesAMessageThatHasChangedInTheMiddle() {
    byte[] changed = numbered(0);
    changed[LENGTH / 2]++;
    assertThatThrownBy(() -> new Arrivals(LENGTH, true).onMessage(changed, 0, LENGTH))
        .hasMessage("message has changed on its way: number=0 length=1024 expected=1024");
  }
}
