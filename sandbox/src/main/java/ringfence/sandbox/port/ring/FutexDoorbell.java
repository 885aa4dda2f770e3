package ringfence.sandbox.port.ring;

import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import ringfence.sandbox.os.Futex;
import ringfence.sandbox.os.KernelCalls;
import ringfence.sandbox.os.SystemCallException;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.NotifyingPort;

/// Sleeps in the kernel on the words of many ports at once, and on one of its own for [#ring()].
///
/// ```
///   our thread                                   the peer, or whoever rings
///   sleeps = 1                                   publish a record
///   full fence                                   full fence
///   look at all ports: ready?  -> get up         sleeps == 1?  -> sleeps = 0, wake
///   futex_waitv(sleeps == 1, ...)
///   sleeps = 0
/// ```
///
/// With a fence on both sides, one of the two always sees the other. The kernel looks at the words again
/// before it lets the thread sleep. A hostile peer can only leave its own news unannounced: all ports are looked at
/// after 100 ms of sleep, and then after twice as long each time, up to 800 ms.
///
/// Sleeping pins a virtual thread's carrier, so this belongs on a platform thread.
///
/// @see "futex_waitv(2), Linux 5.16"
public final class FutexDoorbell implements Doorbell {
  /// The kernel's limit less the word of our own.
  static final int MAX_PORTS = Futex.MAX_WORDS - 1;

  /// How long to look before sleeping: about what one sleep and wake costs.
  private static final long SPIN_NANOS =
      Runtime.getRuntime().availableProcessors() > 1 ? 10_000 : 0;

  private static final long FIRST_NAP_NANOS = 100_000_000;

  /// A look at 50 ports costs 0.2 ms on a busy machine: eight of them a second are worth saving.
  private static final long LONGEST_NAP_NANOS = 800_000_000;

  private static final VarHandle INT = RingLayout.INT;
  private static final int QUIET = 0;
  private static final int RUNG = 1;
  private static final int ASLEEP = 2;

  // Freed by the collector, so that a late ring() of another thread never touches freed memory.
  private final Arena arena = Arena.ofAuto();
  private final MemorySegment bell = arena.allocate(ValueLayout.JAVA_INT);
  private final Futex.WaitSet sleepers = new Futex.WaitSet(arena);
  private final List<Watched> watched = new ArrayList<>();
  private volatile boolean closed;

  /// A port, and whether room in it is wanted.
  private static final class Watched {
    final ConnectionPort port;
    boolean wantsRoom;

    Watched(ConnectionPort port) {
      this.port = port;
    }

    boolean hasNews() {
      if (wantsRoom && port instanceof RingPort ring && ring.roomSinceRefusal()) {
        wantsRoom = false;
        return true;
      }
      return port.ready();
    }
  }

  /// Asked once, by the first doorbell.
  private static final class Kernel {
    static final boolean HAS_WAITV = KernelCalls.hasFutexWaitv();
  }

  private FutexDoorbell() {}

  /// Makes a doorbell that watches nothing yet.
  ///
  /// @throws UnsupportedOperationException on a kernel without futex_waitv
  public static FutexDoorbell open() {
    if (!Kernel.HAS_WAITV) {
      throw new UnsupportedOperationException(
          "this kernel has no futex_waitv, or a filter refuses it: nobody can sleep on several rings; "
              + "it needs Linux 5.16 or later");
    }
    return new FutexDoorbell();
  }

  @Override
  public void add(ConnectionPort port) {
    requireOpen();
    if (find(port) >= 0) {
      return;
    }
    if (watched.size() == MAX_PORTS) {
      throw new IllegalStateException(
          "the doorbell watches " + MAX_PORTS + " ports, the most it can; open another doorbell");
    }
    switch (port) {
      case RingPort _ -> {}
      case NotifyingPort notifying -> notifying.onArrival(this::ring);
      default ->
          throw new IllegalArgumentException(
              "a doorbell watches ring ports and notifying ports, not " + port.getClass().getName());
    }
    watched.add(new Watched(port));
  }

  @Override
  public void remove(ConnectionPort port) {
    int at = find(port);
    if (at >= 0) {
      watched.remove(at);
      if (port instanceof NotifyingPort notifying) {
        notifying.onArrival(null);
      }
    }
  }

  @Override
  public void wakeOnRoom(ConnectionPort port) {
    int at = find(port);
    if (at < 0) {
      throw new IllegalArgumentException("the doorbell does not watch this port; add it first");
    }
    if (port instanceof NotifyingPort notifying) {
      notifying.onRoom(this::ring);
    } else {
      watched.get(at).wantsRoom = true;
    }
  }

  @Override
  public boolean await(Duration timeout) {
    requireOpen();
    long start = System.nanoTime();
    long nanos = TimeUnit.NANOSECONDS.convert(timeout);
    long spin = Math.min(nanos, SPIN_NANOS);
    boolean news = look();
    while (!news && System.nanoTime() - start < spin) {
      Thread.onSpinWait();
      news = look();
    }
    long left = nanos - (System.nanoTime() - start);
    while (!news && left > 0) {
      news = sleep(left) || look();
      left = nanos - (System.nanoTime() - start);
    }
    return news;
  }

  @Override
  public void ring() {
    if ((int) INT.getAndSet(bell, 0L, RUNG) == ASLEEP) {
      Futex.wake(bell);
    }
  }

  @Override
  public void close() {
    closed = true;
    ring();
    for (Watched each : watched) {
      if (each.port instanceof NotifyingPort notifying) {
        notifying.onArrival(null);
      }
    }
  }

  /// Whether a thread sleeps here now, or is about to.
  boolean isAsleep() {
    return (int) INT.getVolatile(bell, 0L) == ASLEEP;
  }

  /// Whether somebody rang or a port has news. Takes notice of the ring.
  private boolean look() {
    // Looked at first, since this is spun on: a plain load costs less than a failing exchange.
    boolean news =
        (int) INT.getOpaque(bell, 0L) == RUNG && INT.compareAndSet(bell, 0L, RUNG, QUIET);
    for (int i = 0; i < watched.size(); i++) {
      news |= watched.get(i).hasNews();
    }
    return news;
  }

  /// Sleeps until somebody wakes us or the time is over, unless there is news.
  ///
  /// @return whether there was news; what ended the last sleep is for the caller to find
  private boolean sleep(long nanos) {
    if (!INT.compareAndSet(bell, 0L, QUIET, ASLEEP)) {
      return look();
    }
    sleepers.clear();
    sleepers.add(bell, ASLEEP);
    int down = 0;
    try {
      boolean news = false;
      while (!news && down < watched.size()) {
        Watched each = watched.get(down);
        if (each.port instanceof RingPort ring) {
          if (ring.lieDown(each.wantsRoom)) {
            sleepers.add(ring.sleepWord(), 1);
          } else {
            news = true;
            break;
          }
        }
        down++;
      }
      VarHandle.fullFence();
      // Kept, since looking takes notice of a ring and of room: a second look would not see them.
      news = news || look();
      long until = System.nanoTime() + nanos;
      long left = nanos;
      long nap = FIRST_NAP_NANOS;
      while (!news && left > 0 && !sleepers.sleep(Math.min(left, nap))) {
        news = look();
        left = until - System.nanoTime();
        nap = Math.min(2 * nap, LONGEST_NAP_NANOS);
      }
      return news;
    } catch (SystemCallException e) {
      throw new UncheckedIOException(e);
    } finally {
      for (int i = 0; i < down; i++) {
        if (watched.get(i).port instanceof RingPort ring) {
          ring.getUp();
        }
      }
      // Fails when somebody rang: that stays for the next look, or the look above has taken it.
      boolean _ = INT.compareAndSet(bell, 0L, ASLEEP, QUIET);
      Reference.reachabilityFence(arena);
    }
  }

  private int find(ConnectionPort port) {
    for (int i = 0; i < watched.size(); i++) {
      if (watched.get(i).port.equals(port)) {
        return i;
      }
    }
    return -1;
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the doorbell is closed");
    }
  }
}
