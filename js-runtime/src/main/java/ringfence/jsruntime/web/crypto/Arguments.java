package ringfence.jsruntime.web.crypto;

import java.math.BigInteger;
import org.graalvm.polyglot.Value;

/// The arguments of one call, each taken as what it should be; anything else is a bug of the JavaScript's.
final class Arguments {
  private final Value[] values;

  Arguments(Value[] values) {
    this.values = values;
  }

  String text(int index) {
    return values[index].asString();
  }

  boolean flag(int index) {
    return values[index].asBoolean();
  }

  int whole(int index) {
    return values[index].asInt();
  }

  /// A whole number of up to 53 bits.
  long large(int index) {
    return (long) values[index].asDouble();
  }

  /// The bytes of an ArrayBuffer, copied.
  byte[] bytes(int index) {
    Value buffer = values[index];
    byte[] bytes = new byte[Math.toIntExact(buffer.getBufferSize())];
    buffer.readBuffer(0, bytes, 0, bytes.length);
    return bytes;
  }

  BigInteger integer(int index) {
    return Numbers.of(bytes(index));
  }

  Hash hash(int index) {
    return Hash.named(text(index));
  }

  NistCurve curve(int index) {
    return NistCurve.named(text(index));
  }

  EdwardsCurve edwards(int index) {
    return EdwardsCurve.named(text(index));
  }

  KeyHandle handle(int index) {
    return values[index].asProxyObject();
  }

  RsaSearch search(int index) {
    return values[index].asProxyObject();
  }

  <K extends KeyMaterial> K key(int index, Class<K> kind) {
    return kind.cast(handle(index).material());
  }

  SecretBytes secret(int index) {
    return key(index, SecretBytes.class);
  }
}
