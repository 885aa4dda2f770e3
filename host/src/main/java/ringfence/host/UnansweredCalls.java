package ringfence.host;

import java.util.HashMap;
import java.util.Map;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.MalformedMessageException;

/// The calls of one worker that have no answer yet: bounded, since each holds memory of the host. Thread-safe.
final class UnansweredCalls {
  // Both guarded by this.
  private final Map<Long, Integer> bytesById = new HashMap<>();
  private long bytes;

  /// Takes note of a call.
  ///
  /// @throws MalformedMessageException if the worker should have held it back, or uses its number already
  synchronized void begin(long id, int messageBytes) {
    if (bytesById.putIfAbsent(id, messageBytes) != null) {
      throw new MalformedMessageException("call " + id + " has no answer yet and comes again");
    }
    bytes += messageBytes;
    if (bytesById.size() > BrokerMessage.MOST_CALLS) {
      throw new MalformedMessageException(
          "more than " + BrokerMessage.MOST_CALLS + " calls without an answer");
    }
    if (bytes > BrokerMessage.MOST_CALL_BYTES && bytesById.size() > 1) {
      throw new MalformedMessageException(
          "calls of %d bytes without an answer, more than %d"
              .formatted(bytes, BrokerMessage.MOST_CALL_BYTES));
    }
  }

  /// Its answer is about to be sent.
  ///
  /// @throws IllegalStateException if it has one already
  synchronized void end(long id) {
    Integer size = bytesById.remove(id);
    if (size == null) {
      throw new IllegalStateException("call " + id + " has an answer already");
    }
    bytes -= size;
  }
}
