package ringfence.sandbox.link;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.link.Outbox.Departure;
import ringfence.sandbox.link.Outbox.Entry;
import ringfence.sandbox.protocol.EventPolicy;

/// The events for one importer that wait in its outbox among other messages, and what was lost of them.
///
/// ```
///   outbox   [answer][event 1][event 2][answer][event 3]                 limit 3, one more comes:
///   oldest   [answer][1 lost, event 2][answer][event 3][event 4]
///   newest   [answer][event 1][event 2][answer][event 3][1 lost]
/// ```
/// What was lost is counted in the entry behind it, so it costs nothing more and each gap stands in its place.
final class EventQueue implements Departure {
  /// Beyond the limit under BLOCK, from emitters that do not wait for their promise.
  static final int MOST_UNAWAITED = 1024;

  /// Emitters should wait from half of it on; an event that is longer than the rest may go beyond.
  static final long MOST_BYTES = 4L << 20;

  private static final byte[] NOTHING = new byte[0];

  private final Outbox outbox;
  private final Queue<Entry> events = new ArrayDeque<>();
  private final Queue<EmitWait> waits = new ArrayDeque<>();
  private @Nullable EventPolicy policy;
  private long number;
  private int limit = 1;
  private long missed;
  private long bytes;

  /// Stands behind all events, if something was lost behind them.
  private @Nullable Entry gap;

  /// What became of an event.
  enum Outcome {
    ACCEPTED,
    /// Accepted, but the emitter should wait.
    CROWDED,
    LOST,
    /// Lost, and the subscription with it.
    DISCONNECTED
  }

  EventQueue(Outbox outbox) {
    this.outbox = outbox;
  }

  /// The importer wants events. What it missed since it was disconnected is told first.
  ///
  /// @return false if its number is not larger than the last one's
  boolean subscribe(long number, EventPolicy policy, int limit) {
    if (number <= this.number) {
      return false;
    }
    this.number = number;
    this.policy = policy;
    this.limit = limit;
    if (missed > 0) {
      lose(missed);
      missed = 0;
    }
    return true;
  }

  /// The number of the importer's last subscription; 0 before the first.
  long number() {
    return number;
  }

  /// An event comes while the importer is not subscribed; that matters if it has been.
  void miss() {
    missed += number > 0 ? 1 : 0;
  }

  boolean isSubscribed() {
    return policy != null;
  }

  int size() {
    return events.size();
  }

  /// Appends an event that the port had no room for.
  Outcome add(byte[] message) {
    EventPolicy by = policy;
    if (by == null) {
      return Outcome.ACCEPTED;
    }
    boolean fits = bytes + message.length <= MOST_BYTES || events.isEmpty();
    if (by != EventPolicy.BLOCK && events.size() < limit && fits) {
      append(message, 0);
      return Outcome.ACCEPTED;
    }
    return switch (by) {
      case BLOCK -> {
        // One that waits when it is asked to finds room for its next event, whatever the length.
        if (events.size() >= limit + MOST_UNAWAITED || (isHeavy() && !fits)) {
          lose();
          yield Outcome.LOST;
        }
        boolean full = events.size() >= limit;
        append(message, 0);
        yield full || isHeavy() ? Outcome.CROWDED : Outcome.ACCEPTED;
      }
      case DROP_OLDEST -> {
        long lost = 0;
        while (!events.isEmpty() && (events.size() >= limit || bytes + message.length > MOST_BYTES)) {
          lost += loseOldest();
        }
        append(message, lost);
        yield Outcome.LOST;
      }
      case DROP_NEWEST -> {
        lose();
        yield Outcome.LOST;
      }
      case DISCONNECT -> {
        lose();
        policy = null;
        yield Outcome.DISCONNECTED;
      }
    };
  }

  /// An event that comes now is lost.
  void lose() {
    lose(1);
  }

  private void lose(long count) {
    Entry last = gap;
    if (last == null) {
      last = new Entry(NOTHING, this);
      outbox.add(last);
      gap = last;
    }
    last.lost += count;
  }

  /// Has an emit wait until half of the queue has left.
  void await(EmitWait wait) {
    wait.queues++;
    waits.add(wait);
  }

  /// Takes out the emits that need not wait for this queue any more, all of them when the link has ended.
  @Nullable EmitWait takeReleased(boolean ended) {
    return ended || (events.size() <= limit / 2 && !isHeavy()) ? waits.poll() : null;
  }

  private boolean isHeavy() {
    return bytes > MOST_BYTES / 2;
  }

  /// One entry of ours has left: the gap behind the events, or the first of them.
  @Override
  public void departed() {
    Entry last = gap;
    if (last != null && !last.isWaiting()) {
      gap = null;
      return;
    }
    bytes -= events.remove().message.length;
  }

  private void append(byte[] message, long lostBefore) {
    Entry event = new Entry(message, this);
    event.lost = lostBefore;
    Entry last = gap;
    if (last != null) {
      event.lost += last.lost;
      outbox.remove(last);
      gap = null;
    }
    outbox.add(event);
    events.add(event);
    bytes += message.length;
  }

  /// Drops the event that has waited longest.
  ///
  /// @return how many were lost there, if no other event of ours is behind it to tell
  private long loseOldest() {
    Entry oldest = events.remove();
    bytes -= oldest.message.length;
    outbox.remove(oldest);
    long lost = oldest.lost + 1;
    Entry next = events.peek();
    if (next == null) {
      return lost;
    }
    next.lost += lost;
    return 0;
  }
}
