package ringfence.sandbox.protocol;

import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.BrokerMessage.BrokerDenied;
import ringfence.sandbox.protocol.BrokerMessage.BrokerFailure;
import ringfence.sandbox.protocol.BrokerMessage.BrokerReply;
import ringfence.sandbox.protocol.BrokerMessage.ChildChanged;
import ringfence.sandbox.protocol.BrokerRequest.CloseChild;
import ringfence.sandbox.protocol.BrokerRequest.CloseHandle;
import ringfence.sandbox.protocol.BrokerRequest.CreateChild;
import ringfence.sandbox.protocol.BrokerRequest.DestroyChild;
import ringfence.sandbox.protocol.BrokerRequest.EndThread;
import ringfence.sandbox.protocol.BrokerRequest.StartChild;
import ringfence.sandbox.protocol.BrokerRequest.StartThread;

/// The bytes of a [BrokerMessage]; their form is drawn in `MessageReader`. A request is a kind and fields,
/// in the place of a field.
public final class BrokerCodec {
  private static final int VERSION = 1;

  private static final int CALL = 1;
  private static final int REPLY = 2;
  private static final int FAILURE = 3;
  private static final int DENIED = 4;
  private static final int CHILD_CHANGED = 5;

  private static final int CREATE_CHILD = 1;
  private static final int START_CHILD = 2;
  private static final int CLOSE_CHILD = 3;
  private static final int DESTROY_CHILD = 4;
  private static final int CLOSE_HANDLE = 5;
  private static final int START_THREAD = 64;
  private static final int END_THREAD = 65;

  private static final ServiceState[] STATES = ServiceState.values();

  private BrokerCodec() {}

  public static byte[] encode(BrokerMessage message) {
    return switch (message) {
      case BrokerCall m -> request(writer(CALL).i64(m.id()), m.request()).toBytes();
      case BrokerReply m -> writer(REPLY).i64(m.id()).bytes(m.value()).toBytes();
      case BrokerFailure m ->
          writer(FAILURE).i64(m.id()).text(m.name()).text(m.code()).text(m.message()).toBytes();
      case BrokerDenied m ->
          writer(DENIED)
              .i64(m.id())
              .text(m.permission())
              .text(m.resource())
              .text(m.reason())
              .toBytes();
      case ChildChanged m ->
          writer(CHILD_CHANGED)
              .text(m.child().value())
              .constant(m.state())
              .text(m.cause())
              .toBytes();
    };
  }

  /// Reads a message that a port handed over.
  ///
  /// @throws MalformedMessageException if the bytes are not exactly one message
  public static BrokerMessage decode(byte[] buffer, int offset, int length) {
    MessageReader in = new MessageReader(buffer, offset, length, VERSION);
    int kind = in.u8("kind");
    BrokerMessage message =
        switch (kind) {
          case CALL -> new BrokerCall(in.i64("id"), request(in));
          case REPLY -> new BrokerReply(in.i64("id"), in.bytes("value"));
          case FAILURE -> 
              new BrokerFailure(in.i64("id"), in.text("name"), in.text("code"), in.text("message"));
          case DENIED ->
              new BrokerDenied(
                  in.i64("id"), in.text("permission"), in.text("resource"), in.text("reason"));
          case CHILD_CHANGED ->
              new ChildChanged(
                  in.serviceName("child"), in.constant(STATES, "state"), in.text("cause"));
          default -> throw new MalformedMessageException("no broker message has kind " + kind);
        };
    in.end();
    return message;
  }

  private static MessageWriter request(MessageWriter out, BrokerRequest request) {
    return switch (request) {
      case CreateChild r -> out.u8(CREATE_CHILD).text(r.definitionJson());
      case StartChild r -> out.u8(START_CHILD).text(r.child().value());
      case CloseChild r -> out.u8(CLOSE_CHILD).text(r.child().value());
      case DestroyChild r -> out.u8(DESTROY_CHILD).text(r.child().value());
      case CloseHandle r -> out.u8(CLOSE_HANDLE).u32(r.handle());
      case NetworkRequest r -> NetworkRequestCodec.write(out, r);
      case FileRequest r -> FileRequestCodec.write(out, r);
      case StartThread _ -> out.u8(START_THREAD);
      case EndThread _ -> out.u8(END_THREAD);
    };
  }

  private static BrokerRequest request(MessageReader in) {
    int kind = in.u8("request");
    if (NetworkRequestCodec.knows(kind)) {
      return NetworkRequestCodec.read(kind, in);
    }
    if (FileRequestCodec.knows(kind)) {
      return FileRequestCodec.read(kind, in);
    }
    return switch (kind) {
      case CREATE_CHILD -> new CreateChild(in.text("definition"));
      case START_CHILD -> new StartChild(in.serviceName("child"));
      case CLOSE_CHILD -> new CloseChild(in.serviceName("child"));
      case DESTROY_CHILD -> new DestroyChild(in.serviceName("child"));
      case CLOSE_HANDLE -> new CloseHandle(in.u32("handle"));
      case START_THREAD -> new StartThread();
      case END_THREAD -> new EndThread();
      default -> throw new MalformedMessageException("no broker request has kind " + kind);
    };
  }

  private static MessageWriter writer(int kind) {
    return new MessageWriter(VERSION, kind, 64);
  }
}
