package ringfence.jsruntime.web.crypto;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/// Writes the forms of DER that [DerReader] draws.
final class DerWriter {
  private DerWriter() {}

  static byte[] sequence(byte[]... parts) {
    return part(DerReader.SEQUENCE, parts);
  }

  static byte[] integer(BigInteger number) {
    return part(DerReader.INTEGER, number.toByteArray());
  }

  static byte[] octets(byte[] content) {
    return part(DerReader.OCTET_STRING, content);
  }

  static byte[] bits(byte[] content) {
    return part(DerReader.BIT_STRING, new byte[1], content);
  }

  static byte[] oid(byte[] content) {
    return part(DerReader.OID, content);
  }

  static byte[] nothing() {
    return part(DerReader.NULL);
  }

  /// A part with that tag around other bytes.
  static byte[] part(int tag, byte[]... parts) {
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(length + 5);
    out.write(tag);
    if (length < 0x80) {
      out.write(length);
    } else {
      int count = length < 1 << 8 ? 1 : length < 1 << 16 ? 2 : 3;
      out.write(0x80 + count);
      for (int i = count - 1; i >= 0; i--) {
        out.write(length >> (8 * i));
      }
    }
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
