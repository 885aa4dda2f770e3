package ringfence.sandbox.port.ring;

import java.io.DataInputStream;
import java.time.Duration;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.ring.RemoteCalls.Call;

/// A doorbell in another process, for ports of that process.
record DoorbellOfAnotherProcess(RemoteCaller caller, long id) implements Doorbell {

  static DoorbellOfAnotherProcess open(RemoteCaller caller) {
    long id = caller.ask(Call.DOORBELL_OPEN, 0, _ -> {}, DataInputStream::readLong);
    return new DoorbellOfAnotherProcess(caller, id);
  }

  @Override
  public void add(ConnectionPort port) {
    tellOf(port, Call.DOORBELL_ADD);
  }

  @Override
  public void remove(ConnectionPort port) {
    tellOf(port, Call.DOORBELL_REMOVE);
  }

  @Override
  public void wakeOnRoom(ConnectionPort port) {
    tellOf(port, Call.DOORBELL_WAKE_ON_ROOM);
  }

  @Override
  public boolean await(Duration timeout) {
    return caller.ask(
        Call.DOORBELL_AWAIT,
        id,
        out -> out.writeLong(timeout.toNanos()),
        DataInputStream::readBoolean);
  }

  @Override
  public void ring() {
    caller.tell(Call.DOORBELL_RING, id);
  }

  @Override
  public void close() {
    caller.tell(Call.DOORBELL_CLOSE, id);
  }

  private void tellOf(ConnectionPort port, Call call) {
    long regionId = ((PortOfAnotherProcess) port).regionId();
    caller.tell(call, id, out -> out.writeLong(regionId));
  }
}
