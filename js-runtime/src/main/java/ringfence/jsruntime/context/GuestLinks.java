package ringfence.jsruntime.context;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.link.CallFailure;
import ringfence.sandbox.link.LinkUser;
import ringfence.sandbox.link.StreamBlock;
import ringfence.sandbox.protocol.CancelCause;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.value.PlainReader;
import ringfence.sandbox.value.PlainReader.Plain;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.ValueCodec;

/// What links say, brought to the prelude. Each call is a macrotask.
public final class GuestLinks implements LinkUser {
  private final Supplier<@Nullable Guest> guest;

  /// @param guest null until the code has come
  public GuestLinks(Supplier<@Nullable Guest> guest) {
    this.guest = guest;
  }

  /// Encodes an error as the prelude would.
  public static byte[] error(String name, String message) {
    return ValueCodec.encode(ServiceValue.error(name, message), 2048);
  }

  @Override
  public boolean returned(int call, byte[] value, StreamBlock streams) {
    Plain plain = streams.size() > 0 ? null : PlainReader.one(value);
    if (plain != null) {
      return tell("resolvePlain", PlainValues.arguments(plain, call));
    }
    return tell("resolveCall", call, buffer(value), value.length, streams.first(), streams.directions());
  }

  @Override
  public boolean threw(int call, byte[] error) {
    return tell("rejectCall", call, buffer(error), error.length);
  }

  @Override
  public void failed(int call, CallFailure failure) {
    boolean _ = tell("failCall", call, failure.name(), failure.message(), failure.delivered());
  }

  @Override
  public boolean event(ServiceName peer, String name, byte[] arguments) {
    Plain plain = PlainReader.list(arguments);
    if (plain != null) {
      return tell("eventPlain", PlainValues.arguments(plain, peer.value(), name));
    }
    return tell("event", peer.value(), name, buffer(arguments), arguments.length);
  }

  @Override
  public void gap(ServiceName peer, long lost) {
    boolean _ = tell("gap", peer.value(), (double) lost);
  }

  @Override
  public void unsubscribed(ServiceName peer) {
    boolean _ = tell("unsubscribed", peer.value());
  }

  @Override
  public void connected(ServiceName peer, boolean connected) {
    if (guest.get() != null) {
      boolean _ = tell("connected", peer.value(), connected);
    }
  }

  @Override
  public boolean serve(
      int key,
      ServiceName caller,
      String function,
      byte[] arguments,
      long timeoutMillis,
      StreamBlock streams) {
    Plain plain = streams.size() > 0 ? null : PlainReader.list(arguments);
    if (plain != null) {
      return tell("servePlain", PlainValues.arguments(plain, key, function, caller.value(), (double) timeoutMillis));
    }
    return tell(
        "serve",
        key,
        function,
        buffer(arguments),
        arguments.length,
        caller.value(),
        (double) timeoutMillis,
        streams.first(),
        streams.directions());
  }

  @Override
  public void cancelled(int key, CancelCause cause) {
    boolean _ = tell("cancelled", key, cause.name().toLowerCase(Locale.ROOT));
  }

  @Override
  public void emitted(int wait, boolean complete) {
    boolean _ = tell("emitted", wait, complete);
  }

  @Override
  public boolean item(int stream, byte[] value, StreamBlock brought) {
    Plain plain = brought.size() > 0 ? null : PlainReader.one(value);
    if (plain != null) {
      // The bytes too: a port passes them on as they are.
      return tell("streamPlainItem", PlainValues.arguments(plain, stream, buffer(value), value.length));
    }
    return tell("streamItem", stream, buffer(value), value.length, brought.first(), brought.directions());
  }

  @Override
  public boolean ended(int stream, boolean fine, byte[] value) {
    return tell("streamEnded", stream, fine, buffer(value), value.length);
  }

  @Override
  public void lost(int stream, String why) {
    boolean _ = tell("streamLost", stream, why);
  }

  @Override
  public void resumed(int stream) {
    boolean _ = tell("streamResumed", stream);
  }

  @Override
  public boolean stopped(int stream, byte[] reason) {
    return tell("streamStopped", stream, buffer(reason), reason.length);
  }

  private boolean tell(String what, Object... arguments) {
    return Objects.requireNonNull(guest.get()).tell(what, arguments);
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes);
  }
}
