package ringfence.jsruntime.web.crypto;

import org.jspecify.annotations.Nullable;

/// The functions that make keys, bring them in and let them out.
final class KeyFunctions {
  private KeyFunctions() {}

  static @Nullable Object run(String operation, Arguments a) {
    return switch (operation) {
      case "secretRandom" -> new KeyHandle(SecretBytes.random(a.whole(1)), a.flag(2));
      case "secretImport" -> new KeyHandle(SecretBytes.of(a.bytes(1), a.whole(2)), a.flag(3));

      case "rsaSearch" -> new RsaSearch(a.whole(1), Numbers.of(a.bytes(2)));
      case "rsaStep" -> {
        RsaPrivate found = a.search(1).step();
        yield found == null ? null : new KeyHandle(found, a.flag(2));
      }
      case "rsaPublicJwk" -> new KeyHandle(new RsaPublic(a.integer(1), a.integer(2)), a.flag(3));
      case "rsaPrivateJwk" -> new KeyHandle(RsaPrivate.of(a.integer(1), a.integer(2), a.integer(3)), a.flag(4));
      case "rsaPrimesJwk" ->
          new KeyHandle(
              RsaPrivate.of(
                  a.integer(1), a.integer(2), a.integer(3), a.integer(4), a.integer(5), a.integer(6), a.integer(7),
                  a.integer(8)),
              a.flag(9));
      case "rsaSpki" -> new KeyHandle(RsaPublic.fromSpki(a.bytes(1)), a.flag(2));
      case "rsaPkcs8" -> new KeyHandle(RsaPrivate.fromPkcs8(a.bytes(1)), a.flag(2));
      case "rsaBits" -> a.key(1, RsaPublic.class).modulusBits();
      case "rsaExponent" -> Numbers.bytes(a.key(1, RsaPublic.class).key().getPublicExponent());

      case "ecGenerate" -> new KeyHandle(EcPrivate.generate(a.curve(1)), a.flag(2));
      case "ecRaw" -> new KeyHandle(EcPublic.fromRaw(a.curve(1), a.bytes(2)), a.flag(3));
      case "ecSpki" -> new KeyHandle(EcPublic.fromSpki(a.curve(1), a.bytes(2)), a.flag(3));
      case "ecPkcs8" -> new KeyHandle(EcPrivate.fromPkcs8(a.curve(1), a.bytes(2)), a.flag(3));
      case "ecPublicJwk" ->
          new KeyHandle(EcPublic.fromCoordinates(a.curve(1), a.bytes(2), a.bytes(3)), a.flag(4));
      case "ecPrivateJwk" ->
          new KeyHandle(
              EcPrivate.of(EcPublic.fromCoordinates(a.curve(1), a.bytes(2), a.bytes(3)), a.bytes(4)), a.flag(5));

      case "okpGenerate" -> new KeyHandle(EdwardsPrivate.generate(a.edwards(1)), a.flag(2));
      case "okpRaw" -> new KeyHandle(new EdwardsPublic(a.edwards(1), a.bytes(2)), a.flag(3));
      case "okpSpki" -> new KeyHandle(EdwardsPublic.fromSpki(a.edwards(1), a.bytes(2)), a.flag(3));
      case "okpPkcs8" -> new KeyHandle(EdwardsPrivate.fromPkcs8(a.edwards(1), a.bytes(2)), a.flag(3));
      case "okpPrivateJwk" ->
          new KeyHandle(EdwardsPrivate.of(new EdwardsPublic(a.edwards(1), a.bytes(2)), a.bytes(3)), a.flag(4));

      case "publicHalf" -> a.handle(1).publicHalf();
      case "export" -> export(a.text(1), a.handle(2).leaving());
      case "exportJwk" -> exportJwk(a.handle(1).leaving(), a.text(2), a.text(3));
      default -> throw new IllegalArgumentException(operation);
    };
  }

  private static byte[] export(String format, KeyMaterial material) {
    return switch (material) {
      case KeyMaterial.Secret secret when format.equals("raw") -> secret.raw();
      case KeyMaterial.Public key when format.equals("raw") -> key.raw();
      case KeyMaterial.Public key when format.equals("spki") -> key.spki();
      case KeyMaterial.Private key when format.equals("pkcs8") -> key.pkcs8();
      default -> throw new IllegalArgumentException(format);
    };
  }

  /// @param algorithm empty if the key's algorithm has no name there
  private static byte[] exportJwk(KeyMaterial material, String algorithm, String usages) {
    JsonWebKey json = new JsonWebKey();
    material.describe(json);
    if (!algorithm.isEmpty()) {
      json.text("alg", algorithm);
    }
    return json.list("key_ops", usages).flag("ext", true).utf8();
  }
}
