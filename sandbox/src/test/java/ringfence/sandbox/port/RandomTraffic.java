package ringfence.sandbox.port;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Random messages of many lengths, sent as they come, and a digest that tells whether they arrived.
public final class RandomTraffic {
  private RandomTraffic() {}

  /// A random source whose seed is printed with what reruns the test with it.
  public static Random random(Class<?> test) {
    long seed = Long.getLong("ringfence.seed", System.nanoTime());
    String name = test.getSimpleName();
    String option = name.endsWith("IT") ? "-Dit.test=" : "-Dtest=";
    System.out.println("rerun with " + option + name + " -Dringfence.seed=" + seed);
    return new Random(seed);
  }

  /// Depends on every byte, on the lengths and on the order.
  public static final class Digest implements PortHandler {
    private int count;
    private long hash;

    @Override
    public void onMessage(byte[] buffer, int offset, int length) {
      count++;
      hash = hash * 1_000_003 + length;
      for (int i = offset; i < offset + length; i++) {
        hash = hash * 31 + buffer[i];
      }
    }

    public int count() {
      return count;
    }

    public long hash() {
      return hash;
    }
  }

  /// Most are short; few need to go in parts.
  public static byte[] message(Random random) {
    int bound =
        switch (random.nextInt(1000)) {
          case 0 -> 200_000;
          case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> 20_000;
          default -> 300;
        };
    byte[] message = new byte[random.nextInt(bound)];
    random.nextBytes(message);
    return message;
  }

  /// Sends messages one by one and in batches, and waits whenever there is no room.
  ///
  /// @param room watches nothing yet
  /// @return of all that was sent
  public static Digest send(ConnectionPort port, Doorbell room, Random random, int count) {
    Digest digest = new Digest();
    List<byte[]> batch = new ArrayList<>();
    room.add(port);
    while (digest.count < count || !batch.isEmpty()) {
      int wanted = Math.min(random.nextInt(1, 40), count - digest.count);
      for (int i = 0; i < wanted; i++) {
        byte[] message = message(random);
        digest.onMessage(message, 0, message.length);
        batch.add(message);
      }
      int taken = batch.size() == 1 ? (port.offer(batch.getFirst()) ? 1 : 0) : port.offerBatch(batch);
      batch.subList(0, taken).clear();
      while (!port.flush() || batch.size() > 100) {
        room.wakeOnRoom(port);
        room.await(Duration.ofSeconds(1));
        int more = port.flush() ? port.offerBatch(batch) : 0;
        batch.subList(0, more).clear();
      }
    }
    return digest;
  }
}
