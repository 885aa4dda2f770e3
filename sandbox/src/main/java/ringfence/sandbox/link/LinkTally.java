package ringfence.sandbox.link;

import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.RingFill;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.LinkFigures.Count;

/// Counts what goes over the links to one import. Written by the endpoint's thread, read by any.
///
/// Opaque stores by the only writer: no number tears or falls, and counting costs no fence. Numbers of one moment need not
/// fit each other to the last message.
final class LinkTally {
  private final AtomicLongArray numbers = new AtomicLongArray(LinkFigures.numbers());
  private volatile @Nullable ConnectionPort port;

  /// Counts on for a link over this port.
  LinkTally over(ConnectionPort now) {
    port = now;
    return this;
  }

  void add(Count count, long more) {
    add(count.slot(), more);
  }

  void sent(int bytes) {
    add(Count.MESSAGES_SENT, 1);
    add(Count.BYTES_SENT, bytes);
  }

  void received(int bytes) {
    add(Count.MESSAGES_RECEIVED, 1);
    add(Count.BYTES_RECEIVED, bytes);
  }

  /// A call has its answer.
  void answered(Count how, long nanos) {
    long took = Math.max(0, nanos);
    add(how, 1);
    add(Count.ANSWER_NANOS, took);
    add(LinkFigures.slot(took), 1);
  }

  private void add(int slot, long more) {
    long sum = numbers.getPlain(slot) + more;
    numbers.setOpaque(slot, sum < 0 ? Long.MAX_VALUE : sum);
  }

  LinkFigures figures() {
    long[] now = new long[numbers.length()];
    for (int i = 0; i < now.length; i++) {
      now[i] = numbers.getOpaque(i);
    }
    return LinkFigures.of(now);
  }

  RingFill fill() {
    ConnectionPort last = port;
    return last == null ? RingFill.UNKNOWN : last.fill();
  }
}
