package ringfence.jsruntime.web;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.value.JsonText;
import ringfence.jsruntime.web.crypto.CryptoFunctions;

/// What the web platform's JavaScript can call in Java.
///
/// Bytes come as (buffer, offset, length) and go as a host buffer, which the JavaScript copies at once.
public final class WebBindings {
  private static final SecureRandom RANDOM = new SecureRandom();

  private WebBindings() {}

  /// Gives a context's prelude the functions.
  ///
  /// @param context in which chunks run; entered, on its own thread
  /// @param put takes each function by its name
  public static void bind(Context context, BiConsumer<String, ProxyExecutable> put) {
    put.accept("chunk", a -> chunk(context, a[0].asString()));
    put.accept("wallClock", _ -> (double) System.currentTimeMillis());
    put.accept("randomUuid", _ -> UUID.randomUUID().toString());
    put.accept("randomBytes", a -> {
      byte[] bytes = new byte[a[0].asInt()];
      RANDOM.nextBytes(bytes);
      return ByteBuffer.wrap(bytes);
    });
    put.accept("utf16Text", a ->
        ByteBuffer.wrap(bytes(a[0], a[1], a[2])).order(ByteOrder.LITTLE_ENDIAN).asCharBuffer().toString());
    put.accept("jsonCost", a -> JsonText.cost(bytes(a[0], a[1], a[2])));
    put.accept("jsonText", a -> JsonText.bounded(bytes(a[0], a[1], a[2])));
    put.accept("charsetDecoder", a -> {
      LegacyDecoder decoder = LegacyDecoder.open(a[0].asString(), a[1].asBoolean());
      return decoder == null
          ? null
          : HostFunctions.guarded("decode", b -> decoder.decode(bytes(b[0], b[1], b[2]), b[3].asBoolean()));
    });
    put.accept("deflater", a -> codec(new Compressor(CompressionFormat.of(a[0].asString()))));
    put.accept("inflater", a -> codec(new Decompressor(CompressionFormat.of(a[0].asString()))));
    put.accept("cryptography", CryptoFunctions::call);
  }

  /// The function of a chunk; null if the guest's stack has no room for it, which it can bring about at will.
  private static @Nullable Value chunk(Context context, String name) {
    try {
      // A nested evaluation: the engine drains promise jobs when the outermost one ends, so none runs early.
      return context.eval(Chunks.source(name));
    } catch (PolyglotException e) {
      if (e.isSyntaxError() || e.isInternalError()) {
        throw e;
      }
      return null;
    }
  }

  private static ProxyExecutable codec(StreamCodec codec) {
    return HostFunctions.guarded(
        "codec",
        a -> {
          try {
            byte[] input = a[0].hasBufferElements() ? bytes(a[0], a[1], a[2]) : new byte[0];
            byte[] output = codec.step(input, a[3].asBoolean());
            return output.length == 0 ? null : ByteBuffer.wrap(output);
          } catch (StreamCodec.DamagedException e) {
            return e.getMessage();
          }
        });
  }

  private static byte[] bytes(Value buffer, Value offset, Value length) {
    byte[] bytes = new byte[length.asInt()];
    buffer.readBuffer(offset.asLong(), bytes, 0, bytes.length);
    return bytes;
  }
}
