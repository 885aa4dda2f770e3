package ringfence.jsruntime.web.crypto;

import org.graalvm.polyglot.proxy.Proxy;

/// What a context holds of a key: an object without members, which only Java can look into.
///
/// The guest never gets even that: it lies in a private field of its `CryptoKey`, read by the runtime's own
/// JavaScript alone. Whether the key may leave is decided here a second time, whatever that JavaScript thinks.
final class KeyHandle implements Proxy {
  private final KeyMaterial material;
  private final boolean extractable;

  KeyHandle(KeyMaterial material, boolean extractable) {
    this.material = material;
    this.extractable = extractable;
  }

  /// For use by an operation.
  KeyMaterial material() {
    return material;
  }

  /// For a way out of the worker.
  ///
  /// @throws CryptoRefusal if the key must stay
  KeyMaterial leaving() {
    if (!extractable) {
      throw CryptoRefusal.access("the key is not extractable");
    }
    return material;
  }

  /// The public half of a private key, which may always leave.
  KeyHandle publicHalf() {
    return new KeyHandle(((KeyMaterial.Private) material).publicHalf(), true);
  }
}
