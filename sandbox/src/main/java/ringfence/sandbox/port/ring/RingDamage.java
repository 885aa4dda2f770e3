package ringfence.sandbox.port.ring;

import java.io.Serial;

/// The peer broke the rules. Checked, so that no way out of the reader or the writer forgets to end the port.
final class RingDamage extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  RingDamage(String message) {
    super(message);
  }
}
