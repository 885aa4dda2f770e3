package ringfence.jsruntime.context;

import java.util.Locale;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import ringfence.sandbox.link.Calling;
import ringfence.sandbox.link.Sent;
import ringfence.sandbox.link.StreamBlock;
import ringfence.sandbox.protocol.EventPolicy;
import ringfence.sandbox.protocol.ServiceMessage;

/// The functions of links, as the prelude finds them.
final class LinkFunctions {
  /// Instead of what [LinkCalls#emit] says.
  private static final int TOO_LARGE = -2;

  private LinkFunctions() {}

  /// Takes a function under a name.
  @FunctionalInterface
  interface Binder {
    void bind(String name, ProxyExecutable function);
  }

  static void bind(Binder host, LinkCalls links) {
    host.bind("callLimit", a -> links.callLimit(a[0].asString()));
    host.bind("answerLimit", a -> links.answerLimit(a[0].asInt()));
    host.bind("emitLimit", _ -> links.emitLimit());
    host.bind("streamLimit", a -> links.streamLimit(a[0].asInt()));
    host.bind(
        "call",
        a ->
            number(
                links.call(
                    a[0].asString(),
                    a[1].asString(),
                    bytes(a[2], a[3]),
                    a[4].asDouble(),
                    streams(a[5], a[6]))));
    host.bind(
        "callPlain",
        a -> {
          byte[] arguments = PlainValues.list(links.callLimit(a[0].asString()), a[3], a[4]);
          return arguments == null
              ? word(Sent.LARGE)
              : number(links.call(a[0].asString(), a[1].asString(), arguments, a[2].asDouble(), StreamBlock.NONE));
        });
    host.bind(
        "answerPlain",
        a -> {
          byte[] value = PlainValues.one(links.answerLimit(a[0].asInt()), a[1], a[2]);
          return word(value == null ? Sent.LARGE : links.answer(a[0].asInt(), true, value, StreamBlock.NONE));
        });
    host.bind(
        "emitPlain",
        a -> {
          byte[] arguments = PlainValues.list(links.emitLimit(), a[1], a[2]);
          return arguments == null ? TOO_LARGE : links.emit(a[0].asString(), arguments);
        });
    host.bind(
        "cancelCall",
        a -> {
          links.cancelCall(a[0].asInt());
          return null;
        });
    host.bind(
        "answer",
        a ->
            word(
                links.answer(
                    a[0].asInt(), a[1].asBoolean(), bytes(a[2], a[3]), streams(a[4], a[5]))));
    host.bind("emit", a -> links.emit(a[0].asString(), bytes(a[1], a[2])));
    host.bind(
        "subscribe",
        a -> {
          links.subscribe(
              a[0].asString(),
              EventPolicy.valueOf(a[1].asString().toUpperCase(Locale.ROOT).replace('-', '_')),
              a[2].asInt());
          return null;
        });
    host.bind(
        "listeners",
        a -> {
          links.listeners(a[0].asString(), a[1].asInt());
          return null;
        });
    host.bind("isConnected", a -> links.isConnected(a[0].asString()));
    host.bind("openStreams", a -> links.openStreams(a[0].asString(), a[1].asString()));
    host.bind("openAnswerStreams", a -> links.openStreams(a[0].asInt(), a[1].asString()));
    host.bind("openStreamsInItem", a -> links.openStreamsInItem(a[0].asInt(), a[1].asString()));
    host.bind(
        "discardStreams",
        a -> {
          links.discardStreams(streams(a[0], a[1]));
          return null;
        });
    host.bind(
        "sendItem",
        a -> word(links.sendItem(a[0].asInt(), bytes(a[1], a[2]), streams(a[3], a[4]))));
    host.bind(
        "sendPlainItem",
        a -> {
          byte[] value = PlainValues.one(ServiceMessage.MOST_ITEM_BYTES, a[1], a[2]);
          return word(value == null ? Sent.LARGE : links.sendItem(a[0].asInt(), value, StreamBlock.NONE));
        });
    host.bind(
        "holdStream",
        a -> {
          links.holdStream(a[0].asInt(), a[1].asBoolean());
          return null;
        });
    host.bind(
        "endStream",
        a -> {
          links.endStream(a[0].asInt(), a[1].asBoolean(), bytes(a[2], a[3]));
          return null;
        });
    host.bind(
        "readStream",
        a -> {
          links.readStream(a[0].asInt(), a[1].asInt(), a[2].asInt());
          return null;
        });
    host.bind(
        "cancelStream",
        a -> {
          links.cancelStream(a[0].asInt(), bytes(a[1], a[2]));
          return null;
        });
  }

  private static StreamBlock streams(Value first, Value directions) {
    int key = first.asInt();
    return key == 0 ? StreamBlock.NONE : new StreamBlock(key, directions.asString());
  }

  private static byte[] bytes(Value buffer, Value size) {
    byte[] bytes = new byte[size.asInt()];
    buffer.readBuffer(0, bytes, 0, bytes.length);
    return bytes;
  }

  /// The number of a call, or why there is none.
  private static Object number(Calling call) {
    return call.id() > 0 ? (Object) call.id() : word(call.sent());
  }

  static String word(Sent sent) {
    return switch (sent) {
      case SENT -> "sent";
      case CLOSED -> "closed";
      case FULL -> "full";
      case LARGE -> "large";
    };
  }
}
