package ringfence.jsruntime.web;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Deflates a stream. What zlib holds outside the heap is freed at the end, or by the garbage collector.
final class Compressor implements StreamCodec {
  /// No name, no time, no operating system: the same input always gives the same bytes.
  private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};

  private final CompressionFormat format;
  private final Deflater deflater;
  private final CRC32 checksum = new CRC32();
  private final byte[] buffer = new byte[LARGEST_OUTPUT];
  private boolean headed;
  private boolean trailed;

  Compressor(CompressionFormat format) {
    this.format = format;
    this.deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, format.bare());
  }

  @Override
  public byte[] step(byte[] input, boolean end) {
    if (trailed) {
      return new byte[0];
    }
    if (input.length > 0) {
      checksum.update(input);
      deflater.setInput(input);
    }
    if (end) {
      deflater.finish();
    }
    if (format == CompressionFormat.GZIP && !headed) {
      headed = true;
      return GZIP_HEADER.clone();
    }
    int count = deflater.deflate(buffer);
    if (count > 0) {
      return Arrays.copyOf(buffer, count);
    }
    return deflater.finished() ? trailer() : new byte[0];
  }

  private byte[] trailer() {
    trailed = true;
    long size = deflater.getBytesRead();
    deflater.end();
    if (format != CompressionFormat.GZIP) {
      return new byte[0];
    }
    return ByteBuffer.allocate(8)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt((int) checksum.getValue())
        .putInt((int) size)
        .array();
  }
}
