package ringfence.jsruntime.web;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// Inflates a stream, and holds it to its checksum and its end.
///
/// ```
///   HEADER (gzip only) --> BODY --> TRAILER (gzip only) --> DONE: any further byte is an error
/// ```
final class Decompressor implements StreamCodec {
  private static final int FIXED_HEADER = 10;
  private static final int TRAILER_BYTES = 8;

  /// A gzip header may hold a name and a comment of any length; ours need not.
  private static final int LONGEST_HEADER = 128 * 1024;

  private enum Part {
    HEADER,
    BODY,
    TRAILER,
    DONE
  }

  private final CompressionFormat format;
  private final Inflater inflater;
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer = new byte[LARGEST_OUTPUT];

  /// The bytes of a header or a trailer that is not complete.
  private final ByteArrayOutputStream pending = new ByteArrayOutputStream();

  /// The last input that zlib was given: what it has left of it is behind the deflated part.
  private byte[] taken = new byte[0];

  private Part part;

  Decompressor(CompressionFormat format) {
    this.format = format;
    this.inflater = new Inflater(format.bare());
    this.part = format == CompressionFormat.GZIP ? Part.HEADER : Part.BODY;
  }

  @Override
  public byte[] step(byte[] input, boolean end) throws DamagedException {
    byte[] left = input;
    if (part == Part.HEADER) {
      left = header(left);
    }
    byte[] output = new byte[0];
    if (part == Part.BODY) {
      if (left.length > 0) {
        taken = left;
        inflater.setInput(left);
      }
      output = inflate();
      left = new byte[0];
      if (inflater.finished()) {
        left = finishBody();
      }
    }
    if (part == Part.TRAILER) {
      left = trailer(left);
    }
    if (part == Part.DONE && left.length > 0) {
      throw new DamagedException("bytes follow the end of the compressed data");
    }
    if (end && output.length == 0 && part != Part.DONE) {
      throw new DamagedException("the compressed data ends too early");
    }
    return output;
  }

  private byte[] inflate() throws DamagedException {
    try {
      int count = inflater.inflate(buffer);
      if (count == 0 && inflater.needsDictionary()) {
        throw new DamagedException("the compressed data needs a dictionary");
      }
      if (count > 0) {
        checksum.update(buffer, 0, count);
      }
      return Arrays.copyOf(buffer, count);
    } catch (DataFormatException e) {
      throw new DamagedException("the compressed data is damaged: " + e.getMessage());
    }
  }

  /// What follows the deflated part.
  private byte[] finishBody() {
    part = format == CompressionFormat.GZIP ? Part.TRAILER : Part.DONE;
    int unread = inflater.getRemaining();
    if (unread == 0) {
      return new byte[0];
    }
    return Arrays.copyOfRange(taken, taken.length - unread, taken.length);
  }

  private byte[] header(byte[] input) throws DamagedException {
    pending.writeBytes(input);
    byte[] bytes = pending.toByteArray();
    if (bytes.length > LONGEST_HEADER) {
      throw new DamagedException("the gzip header is too long");
    }
    int end = headerEnd(bytes);
    if (end < 0) {
      return new byte[0];
    }
    pending.reset();
    part = Part.BODY;
    return Arrays.copyOfRange(bytes, end, bytes.length);
  }

  /// Where the header ends, or -1 if not in these bytes.
  private static int headerEnd(byte[] bytes) throws DamagedException {
    if ((bytes.length > 0 && bytes[0] != 0x1f)
        || (bytes.length > 1 && bytes[1] != (byte) 0x8b)
        || (bytes.length > 2 && bytes[2] != 8)) {
      throw new DamagedException("this is no gzip data");
    }
    if (bytes.length < FIXED_HEADER) {
      return -1;
    }
    int flags = bytes[3];
    int at = FIXED_HEADER;
    if ((flags & 4) != 0) {
      if (bytes.length < at + 2) {
        return -1;
      }
      at += 2 + (bytes[at] & 255) + ((bytes[at + 1] & 255) << 8);
    }
    for (int flag = 8; flag <= 16; flag *= 2) {
      if ((flags & flag) != 0) {
        while (at < bytes.length && bytes[at] != 0) {
          at++;
        }
        at++;
      }
    }
    at += (flags & 2) != 0 ? 2 : 0;
    return at <= bytes.length ? at : -1;
  }

  private byte[] trailer(byte[] input) throws DamagedException {
    pending.writeBytes(input);
    if (pending.size() < TRAILER_BYTES) {
      return new byte[0];
    }
    byte[] bytes = pending.toByteArray();
    ByteBuffer trailer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (trailer.getInt() != (int) checksum.getValue() || trailer.getInt() != (int) inflater.getBytesWritten()) {
      throw new DamagedException("the compressed data does not agree with its checksum");
    }
    part = Part.DONE;
    return Arrays.copyOfRange(bytes, TRAILER_BYTES, bytes.length);
  }
}
