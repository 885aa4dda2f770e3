package ringfence.jsruntime.web.crypto;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// The curves of ECDSA and ECDH.
///
/// ```
///   point   04 x y, or 02 x and 03 x for the even and the odd y; x and y have the field's length
/// ```
/// Specification: SEC 1, sections 2.3.3 and 2.3.4; RFC 5480, section 2.1.1.1.
final class NistCurve {
  private static final List<NistCurve> ALL =
      List.of(
          new NistCurve("P-256", "secp256r1", 32, "2a8648ce3d030107"),
          new NistCurve("P-384", "secp384r1", 48, "2b81040022"),
          new NistCurve("P-521", "secp521r1", 66, "2b81040023"));

  private final String webName;
  private final int bytes;
  private final byte[] oid;
  private final ECParameterSpec parameters;

  private NistCurve(String webName, String javaName, int bytes, String oid) {
    this.webName = webName;
    this.bytes = bytes;
    this.oid = HexFormat.of().parseHex(oid);
    try {
      AlgorithmParameters named = AlgorithmParameters.getInstance("EC");
      named.init(new ECGenParameterSpec(javaName));
      parameters = named.getParameterSpec(ECParameterSpec.class);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static NistCurve named(String webName) {
    for (NistCurve curve : ALL) {
      if (curve.webName.equals(webName)) {
        return curve;
      }
    }
    throw new IllegalArgumentException(webName);
  }

  String webName() {
    return webName;
  }

  /// Length of a coordinate and of a private key.
  int bytes() {
    return bytes;
  }

  ECParameterSpec parameters() {
    return parameters;
  }

  BigInteger order() {
    return parameters.getOrder();
  }

  /// Demands that what stands there names this curve.
  void expect(DerReader reader) {
    if (!reader.isNext(DerReader.OID) || !Arrays.equals(reader.oid(), oid)) {
      throw CryptoRefusal.data("the key is not of " + webName);
    }
    reader.end();
  }

  byte[] algorithm() {
    return KeyInfo.algorithm(KeyInfo.EC, DerWriter.oid(oid));
  }

  byte[] encode(ECPoint point) {
    byte[] encoded = new byte[1 + 2 * bytes];
    encoded[0] = 4;
    System.arraycopy(Numbers.bytes(point.getAffineX(), bytes), 0, encoded, 1, bytes);
    System.arraycopy(Numbers.bytes(point.getAffineY(), bytes), 0, encoded, 1 + bytes, bytes);
    return encoded;
  }

  ECPoint decode(byte[] encoded) {
    int form = encoded.length == 0 ? 0 : encoded[0];
    if (form == 4 && encoded.length == 1 + 2 * bytes) {
      return point(
          Numbers.of(Arrays.copyOfRange(encoded, 1, 1 + bytes)),
          Numbers.of(Arrays.copyOfRange(encoded, 1 + bytes, encoded.length)));
    }
    if ((form == 2 || form == 3) && encoded.length == 1 + bytes) {
      BigInteger x = Numbers.of(Arrays.copyOfRange(encoded, 1, encoded.length));
      BigInteger y = rootOf(x);
      return point(x, y.testBit(0) == (form == 3) ? y : prime().subtract(y));
    }
    throw unfit();
  }

  /// The point of these coordinates, which must be one of the curve. All of them but the identity, which has no
  /// coordinates, are of the one order.
  ECPoint point(BigInteger x, BigInteger y) {
    BigInteger prime = prime();
    boolean inField = x.compareTo(prime) < 0 && y.compareTo(prime) < 0;
    if (!inField || !y.multiply(y).mod(prime).equals(squareOf(x))) {
      throw unfit();
    }
    return new ECPoint(x, y);
  }

  /// One of the two y that belong to an x; if there are none, a number that [#point] refuses.
  BigInteger rootOf(BigInteger x) {
    // The primes of these curves leave 3 when divided by 4.
    return squareOf(x).modPow(prime().add(BigInteger.ONE).shiftRight(2), prime());
  }

  BigInteger prime() {
    return ((ECFieldFp) parameters.getCurve().getField()).getP();
  }

  private BigInteger squareOf(BigInteger x) {
    return x.multiply(x)
        .add(parameters.getCurve().getA())
        .multiply(x)
        .add(parameters.getCurve().getB())
        .mod(prime());
  }

  private CryptoRefusal unfit() {
    return CryptoRefusal.data("the key is no point of " + webName);
  }
}
