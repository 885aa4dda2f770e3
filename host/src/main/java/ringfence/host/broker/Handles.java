package ringfence.host.broker;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the host holds open for one run: files, bodies, servers. Bounded, and closed with the run. Thread-safe.
public final class Handles implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("ringfence.host.broker");

  private final int most;
  // All guarded by this.
  private final Map<Integer, Closeable> open = new HashMap<>();
  private int last;
  private boolean closed;

  /// There is no room for one more.
  public static final class FullException extends IOException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    FullException(int most) {
      super("too many open files: " + most + " are open, as many as limits.files allows; close some first");
    }
  }

  /// @param most how many may be open at once
  public Handles(int most) {
    this.most = most;
  }

  /// Holds something open.
  ///
  /// @return its number, from 1; not given out again while it is open
  /// @throws FullException if too many are open; the caller closes it
  /// @throws IOException if the run has ended; the caller closes it
  public synchronized int add(Closeable opened) throws IOException {
    if (closed) {
      throw new IOException("the run has ended");
    }
    if (open.size() >= most) {
      throw new FullException(most);
    }
    do {
      last = last == Integer.MAX_VALUE ? 1 : last + 1;
    } while (open.containsKey(last));
    open.put(last, opened);
    return last;
  }

  /// What a number stands for, if it is of this kind.
  public synchronized <T extends Closeable> Optional<T> get(int handle, Class<T> kind) {
    return Optional.ofNullable(open.get(handle)).filter(kind::isInstance).map(kind::cast);
  }

  /// Lets go of one; nothing happens if it is closed already.
  public void close(int handle) throws IOException {
    Closeable closing;
    synchronized (this) {
      closing = open.remove(handle);
    }
    if (closing != null) {
      closing.close();
    }
  }

  /// How many are open.
  public synchronized int size() {
    return open.size();
  }

  /// Lets go of all, for good.
  @Override
  public void close() {
    List<Closeable> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(open.values());
      open.clear();
    }
    for (Closeable one : all) {
      try {
        one.close();
      } catch (IOException | RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "handle-not-closed", e);
      }
    }
  }
}
