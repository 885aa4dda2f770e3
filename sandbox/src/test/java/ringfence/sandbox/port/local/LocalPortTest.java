package ringfence.sandbox.port.local;

import ringfence.sandbox.port.ConnectionPortContract;

class LocalPortTest extends ConnectionPortContract {
  @Override
  protected Ends connect() {
    LocalPort.Pair pair = LocalPort.pair(MAX_MESSAGE_BYTES, 1000);
    return new Ends(pair.first(), pair.second());
  }
}
