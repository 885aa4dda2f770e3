package ringfence.sandbox.port.ring;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.PortState;

/// The other process of [TwoProcessRingIT]: sends back what it gets over one region, until the port ends.
final class RingPeerMain {
  private static final int QUEUE = 100;

  private RingPeerMain() {}

  public static void main(String[] args) throws IOException {
    RegionHandover.Arrival arrival = RegionHandover.receive(RegionHandover.SOCKET);
    if (arrival == null) {
      System.exit(3);
      return;
    }
    RingPort port = arrival.port();
    ArrayDeque<byte[]> answers = new ArrayDeque<>();
    try (port;
        FutexDoorbell doorbell = FutexDoorbell.open()) {
      doorbell.add(port);
      boolean open = true;
      while (open) {
        if (answers.size() < QUEUE) {
          port.poll((b, from, n) -> answers.add(Arrays.copyOfRange(b, from, from + n)), QUEUE);
        }
        boolean sent = port.flush();
        while (sent && !answers.isEmpty()) {
          sent = port.offer(answers.getFirst());
          if (sent) {
            answers.removeFirst();
          }
        }
        if (!sent || !port.flush()) {
          doorbell.wakeOnRoom(port);
        }
        open = doorbell.await(Duration.ofSeconds(20)) || !answers.isEmpty();
      }
    } catch (PortClosedException e) {
      System.exit(e.state() == PortState.CLOSED ? 0 : 4);
    }
    System.exit(5);
  }
}
