package ringfence.sandbox.port.ring;

import java.io.IOException;
import ringfence.sandbox.port.ConnectionPortContract;

class RingPortTest extends ConnectionPortContract {
  @Override
  protected Ends connect() throws IOException {
    RingPair pair = RingPair.open(64 * 1024, MAX_MESSAGE_BYTES);
    return new Ends(pair.near(), pair.far());
  }
}
