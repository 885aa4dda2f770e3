package ringfence.sandbox.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What two services tell each other on a link. Values are opaque here: whoever uses the link encodes them.
///
/// ```
///   importer                      exporter
///     Request(id) ------------------>
///     Cancel(id) ------------------->       nobody waits for it any more
///     <--------- Response(id) or Failure(id)   one of them to each request, also to a cancelled one
///     Subscribe -------------------->
///     <------------------------------ Event
///     <------------------------------ Gap      in the place of events that were dropped
///     <------------------------ Unsubscribed
///
///   source of a stream            sink of a stream       either may be the importer
///     <------------------------------ Credit
///     StreamItem, ... -------------->
///     StreamEnd -------------------->       the last word, also after StreamCancel
///     <------------------------ StreamCancel
/// ```
/// A request, a response or an item of a stream brings the streams that its value holds as [Transfer]s. A port is two
/// of them, one each way.
// Messages are passed on, never compared; a copy of each payload would cost more than it protects.
@SuppressWarnings("ArrayRecordComponent")
public sealed interface ServiceMessage {
  /// The most requests on a link that have no answer.
  int MOST_CALLS = 4096;

  /// The most streams on a link that one end has opened and that have not ended.
  int MOST_STREAMS = 64;

  /// The longest value of a [StreamItem] or [StreamEnd], in bytes.
  int MOST_ITEM_BYTES = 1 << 20;

  /// The longest part of an item, in bytes: what a small message may have to wait for at a time. A chunk of 64 KiB, as streams
  /// of bytes are usually cut, fits with what encloses it.
  int MOST_PART_BYTES = (64 << 10) + 64;

  /// What one item costs of the credit beside its bytes, so that empty ones are bounded too.
  int ITEM_OVERHEAD_BYTES = 32;

  /// What each stream that an item brings costs of the credit, so that a source is few of them ahead of its sink.
  int BROUGHT_STREAM_BYTES = 16 << 10;

  /// How many bytes of stream items may be under way on a link, in one direction, whatever the streams' own credit
  /// says. An item that has begun may go beyond by one part.
  int LINK_WINDOW_BYTES = 256 << 10;

  /// How many bytes a sink lets come before it has used any.
  int STREAM_WINDOW_BYTES = 256 << 10;

  /// Calls an exported function.
  ///
  /// @param id chosen by the importer, unique among its requests without an answer, from 1
  /// @param timeoutMillis how much longer the caller waits, from 1
  /// @param function the exported name
  /// @param arguments an encoded array
  /// @param trace that the call belongs to, with the caller's span as parent; null for none
  record Request(
      long id,
      long timeoutMillis,
      String function,
      byte[] arguments,
      List<Transfer> transfers,
      @Nullable TraceContext trace)
      implements ServiceMessage {
    public Request(long id, long timeoutMillis, String function, byte[] arguments) {
      this(id, timeoutMillis, function, arguments, List.of(), null);
    }
  }

  /// Nobody waits for a request any more. It is answered all the same, which frees its number.
  record Cancel(long id, CancelCause cause) implements ServiceMessage {}

  /// The call has returned.
  ///
  /// @param value the encoded result
  record Response(long id, byte[] value, List<Transfer> transfers) implements ServiceMessage {
    public Response(long id, byte[] value) {
      this(id, value, List.of());
    }
  }

  /// The call has thrown.
  ///
  /// @param error the encoded error; may be empty after a [Cancel]
  record Failure(long id, byte[] error) implements ServiceMessage {}

  /// The importer wants events from now on. A second one changes the policy; one after [Unsubscribed] is followed by
  /// a [Gap] that counts what was missed.
  ///
  /// @param number larger than that of the one before, from 1
  /// @param limit how many events may wait for this importer, from 1
  record Subscribe(long number, EventPolicy policy, int limit) implements ServiceMessage {
    /// The largest limit.
    public static final int MOST_EVENTS = 4096;
  }

  /// Something that the exporter emitted.
  ///
  /// @param arguments an encoded array
  /// @param trace that what emitted it belongs to; null for none
  record Event(String name, byte[] arguments, @Nullable TraceContext trace) implements ServiceMessage {
    public Event(String name, byte[] arguments) {
      this(name, arguments, null);
    }
  }

  /// Events were dropped.
  ///
  /// @param lost how many events were dropped just before this message, from 1
  record Gap(long lost) implements ServiceMessage {}

  /// The importer was too slow for [EventPolicy#DISCONNECT]: no event comes until it subscribes again.
  ///
  /// @param number of the last [Subscribe] that came; a later one may be on its way
  record Unsubscribed(long number) implements ServiceMessage {}

  /// A part of an item. The parts of one item follow each other without those of another stream between.
  ///
  /// @param last whether the item is complete with it
  /// @param part of the encoded value, at most [#MOST_PART_BYTES]
  /// @param transfers what the item brings; empty unless the part is the last
  record StreamItem(long stream, boolean last, byte[] part, List<Transfer> transfers)
      implements ServiceMessage {
    public StreamItem(long stream, boolean last, byte[] part) {
      this(stream, last, part, List.of());
    }
  }

  /// The stream has ended.
  ///
  /// @param fine false if it broke
  /// @param value the encoded value that it returned or the error that broke it; may be empty after a [StreamCancel]
  record StreamEnd(long stream, boolean fine, byte[] value) implements ServiceMessage {}

  /// The sink wants no more.
  ///
  /// @param reason an encoded value
  record StreamCancel(long stream, byte[] reason) implements ServiceMessage {}

  /// The sink has room for more.
  ///
  /// @param stream 0 for the link as a whole
  /// @param bytes from 1
  record Credit(long stream, long bytes) implements ServiceMessage {}

  /// A stream that a value holds.
  ///
  /// @param stream chosen by the sender of the message, never used before on the link; odd for an importer's, even
  ///     for an exporter's
  /// @param fromSender whether the sender of the message is the source of the stream; otherwise its receiver is
  record Transfer(long stream, boolean fromSender) {}
}
