package ringfence.sandbox.protocol;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.ServiceMessage.Cancel;
import ringfence.sandbox.protocol.ServiceMessage.Credit;
import ringfence.sandbox.protocol.ServiceMessage.Event;
import ringfence.sandbox.protocol.ServiceMessage.Failure;
import ringfence.sandbox.protocol.ServiceMessage.Gap;
import ringfence.sandbox.protocol.ServiceMessage.Request;
import ringfence.sandbox.protocol.ServiceMessage.Response;
import ringfence.sandbox.protocol.ServiceMessage.StreamCancel;
import ringfence.sandbox.protocol.ServiceMessage.StreamEnd;
import ringfence.sandbox.protocol.ServiceMessage.StreamItem;
import ringfence.sandbox.protocol.ServiceMessage.Subscribe;
import ringfence.sandbox.protocol.ServiceMessage.Transfer;
import ringfence.sandbox.protocol.ServiceMessage.Unsubscribed;

/// The bytes of a [ServiceMessage]; their form is drawn in `MessageReader`. A transfer is an i64 and a flag. What belongs to no trace,
/// which is the usual case, says nothing of one.
public final class ServiceMessageCodec {
  private static final int VERSION = 3;

  private static final int REQUEST = 1;
  private static final int RESPONSE = 2;
  private static final int FAILURE = 3;
  private static final int EVENT = 4;
  private static final int GAP = 5;
  private static final int CANCEL = 6;
  private static final int SUBSCRIBE = 7;
  private static final int UNSUBSCRIBED = 8;
  private static final int STREAM_ITEM = 9;
  private static final int STREAM_END = 10;
  private static final int STREAM_CANCEL = 11;
  private static final int CREDIT = 12;
  private static final int TRACED_REQUEST = 13;
  private static final int TRACED_EVENT = 14;

  private static final int TRANSFER_BYTES = 9;

  /// Of a trace, but its state.
  private static final int TRACE_BYTES = 29;

  private static final CancelCause[] CAUSES = CancelCause.values();
  private static final EventPolicy[] POLICIES = EventPolicy.values();

  private ServiceMessageCodec() {}

  /// The bytes of a message. What is expected of its length is exact for names in ASCII, so that nothing is copied twice.
  public static byte[] encode(ServiceMessage message) {
    return switch (message) {
      case Request m ->
          transfers(
                  traced(
                          REQUEST,
                          TRACED_REQUEST,
                          m.trace(),
                          30 + m.function().length() + m.arguments().length + TRANSFER_BYTES * m.transfers().size())
                      .i64(m.id())
                      .i64(m.timeoutMillis())
                      .text(m.function())
                      .bytes(m.arguments()),
                  m.transfers())
              .toBytes();
      case Cancel m -> writer(CANCEL, 24).i64(m.id()).constant(m.cause()).toBytes();
      case Response m ->
          transfers(
                  writer(RESPONSE, 18 + m.value().length + TRANSFER_BYTES * m.transfers().size())
                      .i64(m.id())
                      .bytes(m.value()),
                  m.transfers())
              .toBytes();
      case Failure m ->
          writer(FAILURE, 14 + m.error().length).i64(m.id()).bytes(m.error()).toBytes();
      case Subscribe m ->
          writer(SUBSCRIBE, 40).i64(m.number()).constant(m.policy()).u32(m.limit()).toBytes();
      case Event m ->
          traced(EVENT, TRACED_EVENT, m.trace(), 10 + m.name().length() + m.arguments().length)
              .text(m.name())
              .bytes(m.arguments())
              .toBytes();
      case Gap m -> writer(GAP, 16).i64(m.lost()).toBytes();
      case Unsubscribed m -> writer(UNSUBSCRIBED, 10).i64(m.number()).toBytes();
      case StreamItem m ->
          transfers(
                  writer(STREAM_ITEM, 19 + m.part().length + TRANSFER_BYTES * m.transfers().size())
                      .i64(m.stream())
                      .flag(m.last())
                      .bytes(m.part()),
                  m.transfers())
              .toBytes();
      case StreamEnd m ->
          writer(STREAM_END, 16 + m.value().length)
              .i64(m.stream())
              .flag(m.fine())
              .bytes(m.value())
              .toBytes();
      case StreamCancel m ->
          writer(STREAM_CANCEL, 16 + m.reason().length).i64(m.stream()).bytes(m.reason()).toBytes();
      case Credit m -> writer(CREDIT, 18).i64(m.stream()).i64(m.bytes()).toBytes();
    };
  }

  /// Reads a message that a port handed over.
  ///
  /// @throws MalformedMessageException if the bytes are not exactly one message
  public static ServiceMessage decode(byte[] buffer, int offset, int length) {
    MessageReader in = new MessageReader(buffer, offset, length, VERSION);
    int kind = in.u8("kind");
    ServiceMessage message =
        switch (kind) {
          case REQUEST -> request(in, null);
          case TRACED_REQUEST -> request(in, TraceContext.read(in));
          case CANCEL -> new Cancel(in.i64("id"), in.constant(CAUSES, "cause"));
          case RESPONSE -> new Response(in.i64("id"), in.bytes("value"), transfers(in));
          case FAILURE -> new Failure(in.i64("id"), in.bytes("error"));
          case SUBSCRIBE ->
              new Subscribe(in.i64("number"), in.constant(POLICIES, "policy"), in.u32("limit"));
          case EVENT -> event(in, null);
          case TRACED_EVENT -> event(in, TraceContext.read(in));
          case GAP -> new Gap(in.i64("lost"));
          case UNSUBSCRIBED -> new Unsubscribed(in.i64("number"));
          case STREAM_ITEM ->
              new StreamItem(in.i64("stream"), in.flag("last"), in.bytes("part"), transfers(in));
          case STREAM_END -> new StreamEnd(in.i64("stream"), in.flag("fine"), in.bytes("value"));
          case STREAM_CANCEL -> new StreamCancel(in.i64("stream"), in.bytes("reason"));
          case CREDIT -> new Credit(in.i64("stream"), in.i64("bytes"));
          default -> throw new MalformedMessageException("no service message has kind " + kind);
        };
    in.end();
    return message;
  }

  private static Request request(MessageReader in, @Nullable TraceContext trace) {
    return new Request(
        in.i64("id"), in.i64("timeout"), in.text("function"), in.bytes("arguments"), transfers(in), trace);
  }

  private static Event event(MessageReader in, @Nullable TraceContext trace) {
    return new Event(in.text("event"), in.bytes("arguments"), trace);
  }

  private static MessageWriter traced(int kind, int tracedKind, @Nullable TraceContext trace, int expectedBytes) {
    if (trace == null) {
      return writer(kind, expectedBytes);
    }
    MessageWriter out = writer(tracedKind, expectedBytes + TRACE_BYTES + trace.state().length());
    trace.write(out);
    return out;
  }

  private static MessageWriter transfers(MessageWriter out, List<Transfer> transfers) {
    out.u32(transfers.size());
    transfers.forEach(t -> out.i64(t.stream()).flag(t.fromSender()));
    return out;
  }

  private static List<Transfer> transfers(MessageReader in) {
    int count = in.count("transfers", TRANSFER_BYTES);
    if (count == 0) {
      return List.of();
    }
    List<Transfer> transfers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      transfers.add(new Transfer(in.i64("stream"), in.flag("from sender")));
    }
    return transfers;
  }

  private static MessageWriter writer(int kind, int expectedBytes) {
    return new MessageWriter(VERSION, kind, expectedBytes);
  }
}
