package ringfence.jsruntime.web.crypto;

import java.math.BigInteger;
import java.util.Arrays;

/// Reads the few forms of DER that keys consist of.
///
/// ```
///   tag u8 | length: u8 below 0x80, or 0x81 u8, 0x82 u16, 0x83 u24 | content
/// ```
/// The bytes are the guest's: each length is checked against what is left before anything is made of it, and lengths
/// that are longer than they need to be are refused.
final class DerReader {
  static final int INTEGER = 0x02;
  static final int BIT_STRING = 0x03;
  static final int OCTET_STRING = 0x04;
  static final int NULL = 0x05;
  static final int OID = 0x06;
  static final int SEQUENCE = 0x30;

  private final byte[] bytes;
  private final int end;
  private int at;

  DerReader(byte[] bytes) {
    this(bytes, 0, bytes.length);
  }

  private DerReader(byte[] bytes, int at, int end) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  /// The tag of a part `[n]` that holds other parts.
  static int context(int n) {
    return 0xa0 + n;
  }

  boolean atEnd() {
    return at == end;
  }

  /// Demands that nothing follows.
  void end() {
    if (at != end) {
      throw malformed();
    }
  }

  boolean isNext(int tag) {
    return at < end && (bytes[at] & 0xff) == tag;
  }

  DerReader sequence() {
    return part(SEQUENCE);
  }

  /// The content of the next part, which must have that tag.
  DerReader part(int tag) {
    if (!isNext(tag)) {
      throw malformed();
    }
    at++;
    int length = length();
    DerReader part = new DerReader(bytes, at, at + length);
    at += length;
    return part;
  }

  /// Passes over the next part, whatever it is.
  void skip() {
    if (at == end) {
      throw malformed();
    }
    part(bytes[at] & 0xff);
  }

  byte[] octets() {
    return part(OCTET_STRING).rest();
  }

  byte[] oid() {
    return part(OID).rest();
  }

  /// A string of whole bytes.
  byte[] bits() {
    byte[] content = part(BIT_STRING).rest();
    if (content.length == 0 || content[0] != 0) {
      throw malformed();
    }
    return Arrays.copyOfRange(content, 1, content.length);
  }

  /// A whole number that is not negative.
  BigInteger integer() {
    byte[] content = part(INTEGER).rest();
    boolean longer = content.length > 1 && content[0] == 0 && content[1] >= 0;
    if (content.length == 0 || content[0] < 0 || longer) {
      throw malformed();
    }
    return new BigInteger(content);
  }

  static CryptoRefusal malformed() {
    return CryptoRefusal.data("the key is not the DER of its format");
  }

  private byte[] rest() {
    byte[] rest = Arrays.copyOfRange(bytes, at, end);
    at = end;
    return rest;
  }

  private int length() {
    int first = next();
    int length = first;
    if (first >= 0x80) {
      int count = first - 0x80;
      if (count == 0 || count > 3) {
        throw malformed();
      }
      length = 0;
      for (int i = 0; i < count; i++) {
        length = (length << 8) | next();
      }
      if (length < 0x80 || length < 1 << (8 * (count - 1))) {
        throw malformed();
      }
    }
    if (length > end - at) {
      throw malformed();
    }
    return length;
  }

  private int next() {
    if (at == end) {
      throw malformed();
    }
    return bytes[at++] & 0xff;
  }
}
