package ringfence.host.broker;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import okio.GzipSource;
import okio.Okio;

/// The decoded bytes of a response's body, no more than may be. Decoding goes along with reading, a few KiB at a time,
/// so a body that unfolds to terabytes costs as much as what is read of it. One thread at a time.
final class ResponseBody {
  private static final int MOST_ENCODINGS = 3;

  private final InputStream raw;
  private final List<String> encodings;
  private final long mostBytes;
  private final byte[] buffer;
  private InputStream decoded;
  private boolean begun;

  /// The body is longer than it may be.
  static final class TooLargeException extends IOException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    TooLargeException(long mostBytes) {
      super("the response's body is longer than limits.response allows, which is " + mostBytes + " bytes");
    }
  }

  /// Counts, and stops at a bound.
  private static final class Bounded extends FilterInputStream {
    private final long boundBytes;
    private final long saidBytes;
    private long bytes;

    Bounded(InputStream in, long boundBytes, long saidBytes) {
      super(in);
      this.boundBytes = boundBytes;
      this.saidBytes = saidBytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int count = in.read(into, offset, length);
      bytes += Math.max(0, count);
      if (bytes > boundBytes) {
        throw new TooLargeException(saidBytes);
      }
      return count;
    }
  }

  /// @param contentEncoding the header's value; empty if there is none
  /// @param mostBytes after decoding
  /// @param pieceBytes the most that one read gives
  ResponseBody(InputStream raw, String contentEncoding, long mostBytes, int pieceBytes) {
    // Some bytes more than of the decoded ones, for what can't be compressed; not endlessly many that decode to none.
    this.raw = new Bounded(raw, mostBytes + mostBytes / 8 + 1024, mostBytes);
    this.encodings =
        Arrays.stream(contentEncoding.toLowerCase(Locale.ROOT).split(","))
            .map(String::strip)
            .filter(one -> !one.isEmpty() && !one.equals("identity"))
            .toList();
    this.mostBytes = mostBytes;
    this.buffer = new byte[pieceBytes];
    this.decoded = this.raw;
  }

  /// The next bytes; none at the end. Blocks.
  byte[] read() throws IOException {
    if (!begun) {
      begun = true;
      decoded = new Bounded(decoding(), mostBytes, mostBytes);
    }
    int count = decoded.read(buffer, 0, buffer.length);
    return count < 0 ? new byte[0] : Arrays.copyOf(buffer, count);
  }

  /// A coding that we don't know stays for the guest, and all before it.
  private InputStream decoding() throws IOException {
    if (encodings.size() > MOST_ENCODINGS) {
      throw new IOException("more than " + MOST_ENCODINGS + " content codings");
    }
    InputStream in = raw;
    for (String encoding : encodings.reversed()) {
      switch (encoding) {
        case "gzip", "x-gzip" -> in = gunzip(in);
        case "deflate" -> in = inflate(in);
        default -> {
          return in;
        }
      }
    }
    return in;
  }

  /// One member, and nothing behind it: the JDK's own decoder goes one call deeper for each empty member.
  private static InputStream gunzip(InputStream in) throws IOException {
    PushbackInputStream first = new PushbackInputStream(in, 1);
    int next = first.read();
    if (next < 0) {
      // Nothing at all is an empty body, whatever the header says.
      return first;
    }
    first.unread(next);
    return Okio.buffer(new GzipSource(Okio.source(first))).inputStream();
  }

  /// With a zlib header as the standard has it, or without one as some servers do.
  private static InputStream inflate(InputStream in) throws IOException {
    PushbackInputStream first = new PushbackInputStream(in, 2);
    byte[] head = first.readNBytes(2);
    first.unread(head);
    boolean zlib =
        head.length == 2 && (head[0] & 0x0f) == 8 && (((head[0] & 0xff) << 8) | (head[1] & 0xff)) % 31 == 0;
    if (head.length == 0) {
      return first;
    }
    Inflater inflater = new Inflater(!zlib);
    return new InflaterInputStream(first, inflater) {
      @Override
      public void close() throws IOException {
        super.close();
        inflater.end();
      }
    };
  }

  /// Frees the decoder and the connection.
  void close() throws IOException {
    decoded.close();
  }
}
