package ringfence.sandbox.protocol;

/// The bytes of a [ServiceMessage]; their form is drawn in `MessageReader`.
public final class ServiceMessageCodec {
  private static final int VERSION = 1;

  private static final int REQUEST = 1;
  private static final int RESPONSE = 2;
  private static final int FAILURE = 3;
  private static final int EVENT = 4;
  private static final int GAP = 5;

  private ServiceMessageCodec() {}

  public static byte[] encode(ServiceMessage message) {
    return switch (message) {
      case ServiceMessage.Request m ->
          writer(REQUEST, 32 + m.function().length() + m.arguments().length)
              .i64(m.id())
              .i64(m.timeoutMillis())
              .text(m.function())
              .bytes(m.arguments())
              .toBytes();
      case ServiceMessage.Response m ->
          writer(RESPONSE, 16 + m.value().length).i64(m.id()).bytes(m.value()).toBytes();
      case ServiceMessage.Failure m ->
          writer(FAILURE, 16 + m.error().length).i64(m.id()).bytes(m.error()).toBytes();
      case ServiceMessage.Event m ->
          writer(EVENT, 16 + m.name().length() + m.arguments().length)
              .text(m.name())
              .bytes(m.arguments())
              .toBytes();
      case ServiceMessage.Gap m -> writer(GAP, 16).i64(m.lost()).toBytes();
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
          case REQUEST ->
              new ServiceMessage.Request(
                  in.i64("id"), in.i64("timeout"), in.text("function"), in.bytes("arguments"));
          case RESPONSE -> new ServiceMessage.Response(in.i64("id"), in.bytes("value"));
          case FAILURE -> new ServiceMessage.Failure(in.i64("id"), in.bytes("error"));
          case EVENT -> new ServiceMessage.Event(in.text("event"), in.bytes("arguments"));
          case GAP -> new ServiceMessage.Gap(in.i64("lost"));
          default -> throw new MalformedMessageException("no service message has kind " + kind);
        };
    in.end();
    return message;
  }

  private static MessageWriter writer(int kind, int expectedBytes) {
    return new MessageWriter(VERSION, kind, expectedBytes);
  }
}
