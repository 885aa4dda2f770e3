package ringfence.benchmarks.port;

import ringfence.sandbox.port.PortHandler;

/// Takes messages and checks each: its number and both of its ends always, all of its bytes each 256th time.
final class Arrivals implements PortHandler {
  private static final int WHOLE_EVERY = 256;

  private final byte[] expected;
  private final boolean carriesAll;
  private long next;
  private boolean stopped;

  /// @param carriesAll whether the middle of messages arrives at all
  Arrivals(int payloadBytes, boolean carriesAll) {
    expected = Stamp.message(payloadBytes);
    this.carriesAll = carriesAll;
  }

  @Override
  public void onMessage(byte[] buffer, int offset, int length) {
    if (length == expected.length && Stamp.number(buffer, offset) == next) {
      Stamp.check(buffer, offset, length, next);
      if (carriesAll && (next & (WHOLE_EVERY - 1)) == 0) {
        Stamp.checkAll(buffer, offset, length, expected);
      }
      next++;
    } else {
      Stamp.check(buffer, offset, length, Stamp.STOP);
      stopped = true;
    }
  }

  /// How many have arrived, ever.
  long count() {
    return next;
  }

  /// Whether the message came that ends a slice. Asking forgets it.
  boolean takeStop() {
    boolean was = stopped;
    stopped = false;
    return was;
  }
}
