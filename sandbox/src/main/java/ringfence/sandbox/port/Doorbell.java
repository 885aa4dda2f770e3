package ringfence.sandbox.port;

import java.time.Duration;

/// What one thread sleeps on while it serves several ports.
///
/// One thread adds, removes and awaits; any thread rings. The doorbell does not own its ports.
public interface Doorbell extends AutoCloseable {

  /// Watches a port until it is removed. Adding a port twice changes nothing.
  ///
  /// A port that has ended stays ready for ever, so whoever learns of the end removes it.
  ///
  /// @throws IllegalStateException if the doorbell can't watch one more; the message says how many it can
  void add(ConnectionPort port);

  void remove(ConnectionPort port);

  /// Also wakes this doorbell's thread when a port that refused an offer has room again, once.
  void wakeOnRoom(ConnectionPort port);

  /// Sleeps until a port is ready or has room as asked, somebody rings, or the time is over.
  ///
  /// @param timeout longest sleep; zero asks once
  /// @return false if the time is over; true may be a false alarm, so callers look and loop
  boolean await(Duration timeout);

  /// Wakes the sleeping thread, or makes its next sleep return at once.
  void ring();

  @Override
  void close();
}
