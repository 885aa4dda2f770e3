package ringfence.host;

import java.util.HashMap;
import java.util.Map;
import ringfence.host.flight.Flight;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.MalformedMessageException;

/// The calls of one worker that have no answer yet: bounded, since each holds memory of the host. Thread-safe.
final class UnansweredCalls {
  // Both guarded by this.
  private final Map<Long, Unanswered> byId = new HashMap<>();
  private long bytes;

  private record Unanswered(int bytes, Flight.Span flight) {}

  /// Takes note of a call.
  ///
  /// @param flight ended with its answer
  /// @throws MalformedMessageException if the worker should have held it back, or uses its number already
  synchronized void begin(long id, int messageBytes, Flight.Span flight) {
    if (byId.putIfAbsent(id, new Unanswered(messageBytes, flight)) != null) {
      throw new MalformedMessageException("call " + id + " has no answer yet and comes again");
    }
    bytes += messageBytes;
    if (byId.size() > BrokerMessage.MOST_CALLS) {
      throw new MalformedMessageException(
          "more than " + BrokerMessage.MOST_CALLS + " calls without an answer");
    }
    if (bytes > BrokerMessage.MOST_CALL_BYTES && byId.size() > 1) {
      throw new MalformedMessageException(
          "calls of %d bytes without an answer, more than %d"
              .formatted(bytes, BrokerMessage.MOST_CALL_BYTES));
    }
  }

  /// Its answer is about to be sent.
  ///
  /// @param answer its kind
  /// @throws IllegalStateException if it has one already
  synchronized void end(long id, String answer) {
    Unanswered call = byId.remove(id);
    if (call == null) {
      throw new IllegalStateException("call " + id + " has an answer already");
    }
    bytes -= call.bytes;
    call.flight.end(answer);
  }
}
