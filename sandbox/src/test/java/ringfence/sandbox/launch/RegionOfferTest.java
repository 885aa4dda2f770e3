package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingSide;

class RegionOfferTest {
  private static final RegionOffer OFFER =
      new RegionOffer(
          new RingOffer(0x1122334455667788L, RingSide.SECOND, 1 << 16, -2L, 1 << 20), 139264);

  @Test
  void hasTheBytesThatItsPictureShows() {
    assertThat(HexFormat.of().formatHex(OFFER.encode()))
        .isEqualTo(
            "01000000" + "01000000" + "8877665544332211" + "0020020000000000"
                + "feffffffffffffff" + "00000100" + "00001000");
  }

  @Test
  void comesBackAsItWas() throws IOException {
    assertThat(RegionOffer.decode(OFFER.encode(), RegionOffer.BYTES)).isEqualTo(OFFER);
  }

  @Test
  void otherLengthVersionSideOrBoundsAreRefusedByName() {
    byte[] longer = new byte[RegionOffer.BYTES + 1];
    assertThatThrownBy(() -> RegionOffer.decode(longer, longer.length)).hasMessageContaining("41 bytes");
    assertRefused(0, 2, "version 2");
    assertRefused(4, 2, "side 2");
    assertRefused(32, 1, "ring capacity");
    assertRefused(39, 127, "longest message");
  }

  private static void assertRefused(int at, int value, String why) {
    byte[] bytes = OFFER.encode();
    bytes[at] = (byte) value;
    assertThatThrownBy(() -> RegionOffer.decode(bytes, bytes.length))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(why);
  }
}
