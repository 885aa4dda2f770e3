package ringfence.sandbox.launch;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/// The name of a cache: a hash over all that decides whether it fits.
///
/// ```
///   the JDK      its release file; size and time of lib/modules
///   each jar     name, size, time, and a checksum of its zip directory, which has the CRC of every entry
///   the command  the worker's JVM options, main module and path, but for the heap's bound
/// ```
/// The JVM itself compares sizes and times only, and would run the old code of a jar that was replaced by another
/// of the same size and time. Whole contents are not read: that would cost each host a tenth of a second.
final class CacheKey {
  private static final int DIGITS = 12;
  private static final int END_BYTES = 22;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int LONGEST_COMMENT = 0xffff;

  private CacheKey() {}

  /// 24 hexadecimal digits.
  ///
  /// @param image of files as the worker gets them
  /// @throws IOException if a file can't be read
  static String of(WorkerImage image) throws IOException {
    MessageDigest digest = WorkerImage.sha256();
    Path home = image.javaHome().toRealPath();
    WorkerImage.digest(home.resolve("release"), digest);
    add(digest, stamp(home.resolve("lib").resolve("modules")));
    List<Path> inside = new ArrayList<>();
    for (Path jar : image.jars()) {
      inside.add(BubblewrapCommand.LIBRARIES.resolve(WorkerImage.name(jar)));
      add(digest, WorkerImage.name(jar));
      add(digest, stamp(jar));
      add(digest, Long.toHexString(checksum(jar)));
    }
    JvmOptions.command(BubblewrapCommand.JAVA, inside, image, CacheTraining.POLICY)
        .forEach(word -> add(digest, word));
    return HexFormat.of().formatHex(digest.digest(), 0, DIGITS);
  }

  /// Gives a jar a time that says what is in it, so that a jar which was packed again keeps its caches, and the JVM
  /// itself sees one that differs.
  ///
  /// @throws IOException if the file is not ours to change
  static void settleTime(Path jar) throws IOException {
    // Within the four years from 2021 on: none is in the future, which some tools complain of.
    Instant time = Instant.parse("2021-01-01T00:00:00Z").plusSeconds(checksum(jar) % (1 << 27));
    Files.setLastModifiedTime(jar, FileTime.from(time));
  }

  /// Against accidents, so this will do; without C2, SHA-256 of some megabytes takes 40 ms.
  private static long checksum(Path jar) throws IOException {
    CRC32C checksum = new CRC32C();
    checksum.update(directory(jar));
    return checksum.getValue();
  }

  /// Size and time of a file, as text.
  static String stamp(Path file) throws IOException {
    return Files.size(file) + " " + Files.getLastModifiedTime(file).toMillis();
  }

  private static void add(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  /// The central directory of a zip file and what follows it; all of a file that is none.
  ///
  /// @see "APPNOTE.TXT, 4.3.16: end of central directory record"
  static byte[] directory(Path jar) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(jar.toFile(), "r")) {
      int length = (int) Math.min(file.length(), END_BYTES + LONGEST_COMMENT);
      byte[] end = read(file, file.length() - length, length);
      for (int at = length - END_BYTES; at >= 0; at--) {
        if (int32(end, at) == END_SIGNATURE) {
          // Unsigned; a zip64 file has all ones here, which is past its end.
          long start = Integer.toUnsignedLong(int32(end, at + 16));
          if (start < file.length()) {
            return read(file, start, Math.toIntExact(file.length() - start));
          }
        }
      }
      return read(file, 0, Math.toIntExact(file.length()));
    }
  }

  private static byte[] read(RandomAccessFile file, long position, int length) throws IOException {
    byte[] bytes = new byte[length];
    file.seek(position);
    file.readFully(bytes);
    return bytes;
  }

  private static int int32(byte[] bytes, int at) {
    return (bytes[at] & 0xff)
        | (bytes[at + 1] & 0xff) << 8
        | (bytes[at + 2] & 0xff) << 16
        | (bytes[at + 3] & 0xff) << 24;
  }
}
