package ringfence.sandbox.protocol;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What a worker and the host tell each other on the broker port: calls, and one answer to each.
///
/// ```
///   worker                                    host
///     BrokerCall(id) ---------------------------->
///     <---- BrokerReply, BrokerFailure or BrokerDenied(id)
///     <------------------------------ ChildChanged      unasked, after CreateChild
/// ```
/// Answers come in any order. Who has too much without an answer holds the next call back; the host ends a worker
/// that does not, so that no worker can fill its memory.
public sealed interface BrokerMessage {
  /// The most calls without an answer.
  int MOST_CALLS = 10_000;

  /// The most bytes of calls without an answer, a single call aside.
  long MOST_CALL_BYTES = 16L << 20;

  /// The most bytes that the replies to calls without an answer may bring, a single call aside. A worker keeps to it for
  /// its own sake: the host ends one that leaves much more unread.
  long MOST_REPLY_BYTES = 4L << 20;

  /// From the worker: a request.
  ///
  /// @param id chosen by the worker, unique among its calls without an answer, from 1
  record BrokerCall(long id, BrokerRequest request) implements BrokerMessage {}

  /// From the host: it is done.
  ///
  /// @param value what was asked for, in the form that the request names; empty when there is nothing to say
  // Passed on, never compared but in tests; a copy of each would cost more than it protects.
  @SuppressWarnings("ArrayRecordComponent")
  record BrokerReply(long id, byte[] value) implements BrokerMessage {
    private static final byte[] NOTHING = {};

    /// It is done, and there is nothing to say.
    public BrokerReply(long id) {
      this(id, NOTHING);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof BrokerReply reply && reply.id == id && Arrays.equals(reply.value, value);
    }

    @Override
    public int hashCode() {
      return Long.hashCode(id) * 31 + Arrays.hashCode(value);
    }
  }

  /// From the host: it was allowed and failed.
  ///
  /// @param name of the error that the guest gets
  /// @param code of that error, such as `ENOENT`; empty if it has none
  /// @param message of that error
  record BrokerFailure(long id, String name, String code, String message) implements BrokerMessage {}

  /// From the host: the service may not do this.
  ///
  /// @param permission the key under `permissions` that would allow it, such as `create`
  /// @param resource what it asked for
  /// @param reason says why, and what would grant it
  record BrokerDenied(long id, String permission, String resource, String reason)
      implements BrokerMessage {}

  /// From the host: a child of this service has another state.
  ///
  /// @param cause a sentence; empty if the state needs none
  record ChildChanged(ServiceName child, ServiceState state, String cause) implements BrokerMessage {}
}
