package ringfence.benchmarks.carrier;

import java.util.List;
import ringfence.sandbox.port.PortHandler;

/// One process's end of a carrier. One thread at a time.
public interface End extends AutoCloseable {
  /// Sends one message and makes it visible at once; waits for room.
  void send(byte[] buffer, int offset, int length);

  /// Sends messages in order, as fast as the carrier can; some may stay here until the next [#send].
  void sendAll(List<byte[]> messages);

  /// Hands over what has arrived, each message copied to an array that the sender can't change.
  ///
  /// @param limit most messages, from 1
  /// @return how many; 0 if none is there
  int poll(PortHandler handler, int limit);

  /// Called after a poll that found nothing: spins, or sleeps, as the regime of this end says. May return for nothing.
  void idle();

  @Override
  void close();
}
