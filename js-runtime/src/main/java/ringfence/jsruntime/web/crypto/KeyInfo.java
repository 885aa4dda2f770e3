package ringfence.jsruntime.web.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// The two envelopes of keys: what they have in common is an algorithm and a key in the algorithm's own form.
///
/// ```
///   spki    SEQUENCE { algorithm, BIT STRING key }
///   pkcs8   SEQUENCE { INTEGER 0 or 1, algorithm, OCTET STRING key, [0] attributes?, [1] public key? }
///   algorithm   SEQUENCE { OID, parameters? }
/// ```
/// Specification: RFC 5280 section 4.1, RFC 5208 section 5, RFC 5958 section 2.
final class KeyInfo {
  static final byte[] RSA = HexFormat.of().parseHex("2a864886f70d010101");
  static final byte[] EC = HexFormat.of().parseHex("2a8648ce3d0201");

  private static final int PRIMITIVE_PUBLIC_KEY = 0x81;

  private final DerReader algorithm;
  private final byte[] key;

  /// Checks the algorithm, and leaves its parameters to the caller.
  private KeyInfo(DerReader algorithm, byte[] oid, byte[] key) {
    if (!Arrays.equals(algorithm.oid(), oid)) {
      throw CryptoRefusal.data("the key is of another algorithm");
    }
    this.algorithm = algorithm;
    this.key = key;
  }

  static KeyInfo readSpki(byte[] bytes, byte[] oid) {
    DerReader all = new DerReader(bytes);
    DerReader info = all.sequence();
    all.end();
    DerReader algorithm = info.sequence();
    byte[] key = info.bits();
    info.end();
    return new KeyInfo(algorithm, oid, key);
  }

  static KeyInfo readPkcs8(byte[] bytes, byte[] oid) {
    DerReader all = new DerReader(bytes);
    DerReader info = all.sequence();
    all.end();
    if (info.integer().compareTo(BigInteger.ONE) > 0) {
      throw DerReader.malformed();
    }
    DerReader algorithm = info.sequence();
    byte[] key = info.octets();
    if (info.isNext(DerReader.context(0))) {
      info.skip();
    }
    if (info.isNext(DerReader.context(1)) || info.isNext(PRIMITIVE_PUBLIC_KEY)) {
      // The private key determines it.
      info.skip();
    }
    info.end();
    return new KeyInfo(algorithm, oid, key);
  }

  static byte[] spki(byte[] algorithm, byte[] key) {
    return DerWriter.sequence(algorithm, DerWriter.bits(key));
  }

  static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return DerWriter.sequence(DerWriter.integer(BigInteger.ZERO), algorithm, DerWriter.octets(key));
  }

  /// @param parameters DER, or null for none
  static byte[] algorithm(byte[] oid, byte @Nullable [] parameters) {
    return parameters == null
        ? DerWriter.sequence(DerWriter.oid(oid))
        : DerWriter.sequence(DerWriter.oid(oid), parameters);
  }

  /// What follows the algorithm's identifier.
  DerReader parameters() {
    return algorithm;
  }

  byte[] key() {
    return key;
  }
}
