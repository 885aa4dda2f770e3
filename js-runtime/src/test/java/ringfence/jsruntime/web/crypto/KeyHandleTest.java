package ringfence.jsruntime.web.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/// Whether a key may leave, as Java sees it, whatever JavaScript asks for.
class KeyHandleTest {

  @Test
  void keepsAKeyThatMayNotLeave() {
    KeyHandle kept = new KeyHandle(SecretBytes.random(128), false);

    assertThatThrownBy(kept::leaving)
        .isInstanceOf(CryptoRefusal.class)
        .hasMessage("InvalidAccessError: the key is not extractable");
    assertThat(kept.material()).isInstanceOf(SecretBytes.class);
  }

  @Test
  void letsThePublicHalfOfItLeave() {
    KeyHandle kept = new KeyHandle(EdwardsPrivate.generate(EdwardsCurve.ED25519), false);

    assertThat(kept.publicHalf().leaving()).isInstanceOf(EdwardsPublic.class);
    assertThatThrownBy(kept::leaving).isInstanceOf(CryptoRefusal.class);
  }
}
