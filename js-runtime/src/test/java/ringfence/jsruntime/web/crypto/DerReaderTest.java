package ringfence.jsruntime.web.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// DER that a guest has made up.
class DerReaderTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", "30", "3001", "300100ff", "3080", "308100", "30817f", "3082007f", "308400000001", "3083000080", "30ffffff",
        "02020001", "0200", "0201ff", "31020500",
      })
  void refusesWhatIsNoSequenceOfANumber(String hex) {
    assertThatThrownBy(
            () -> {
              DerReader all = new DerReader(HexFormat.of().parseHex(hex));
              DerReader inside = all.sequence();
              all.end();
              inside.integer();
              inside.end();
            })
        .isInstanceOf(CryptoRefusal.class)
        .hasMessage("DataError: the key is not the DER of its format");
  }

  @Test
  void readsWhatTheWriterWrites() {
    for (int size : new int[] {0, 1, 127, 128, 255, 256, 65535, 65536}) {
      byte[] written = DerWriter.sequence(DerWriter.octets(new byte[size]), DerWriter.integer(BigInteger.valueOf(128)));
      DerReader all = new DerReader(written);
      DerReader inside = all.sequence();
      all.end();
      assertThat(inside.octets()).hasSize(size);
      assertThat(inside.integer()).isEqualTo(BigInteger.valueOf(128));
      inside.end();
    }
  }

  @Test
  void givesAKeyOrARefusalForWhateverWasChanged() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    byte[] pkcs8 = EcPrivate.generate(NistCurve.named("P-256")).pkcs8();
    for (int i = 0; i < 300; i++) {
      byte[] changed = pkcs8.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      }
      try {
        EcPrivate.fromPkcs8(NistCurve.named("P-256"), changed);
      } catch (CryptoRefusal e) {
        assertThat(e.text()).startsWith("DataError: ");
      }
    }
  }
}
