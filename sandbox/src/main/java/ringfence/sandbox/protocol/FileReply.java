package ringfence.sandbox.protocol;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import ringfence.sandbox.file.FileStatus;
import ringfence.sandbox.file.Listing;

/// The bytes of the replies to a [FileRequest], which the prelude's fs.js reads. All little-endian; numbers are f64,
/// which JavaScript reads without BigInt, exact to 2^53.
///
/// ```
///   opened   handle f64 | status
///   status   kind f64 (1 file, 2 folder, 3 link, 4 other) | mode f64 | links f64 | size f64
///            | accessed f64 | modified f64 | changed f64 | born f64          in milliseconds
///   count    f64
///   page     handle f64, 0 if the list has ended | kind u8, length u16, name u8[length] | ...
/// ```
public final class FileReply {
  private static final int STATUS_BYTES = 8 * Double.BYTES;

  private FileReply() {}

  /// A file that is open.
  public static byte[] opened(int handle, FileStatus status) {
    byte[] bytes = new byte[Double.BYTES + STATUS_BYTES];
    status(buffer(bytes).putDouble(handle), status);
    return bytes;
  }

  /// What is known of a file.
  public static byte[] status(FileStatus status) {
    byte[] bytes = new byte[STATUS_BYTES];
    status(buffer(bytes), status);
    return bytes;
  }

  /// A number.
  public static byte[] count(int count) {
    byte[] bytes = new byte[Double.BYTES];
    buffer(bytes).putDouble(count);
    return bytes;
  }

  /// Names in a folder.
  ///
  /// @param handle to go on with, or 0
  public static byte[] page(int handle, List<Listing.Entry> entries) {
    int size = Double.BYTES;
    List<byte[]> names = new ArrayList<>(entries.size());
    for (Listing.Entry entry : entries) {
      // A name of Linux has at most 255 bytes, which are 765 if each becomes U+FFFD.
      byte[] name = entry.name().getBytes(StandardCharsets.UTF_8);
      names.add(name);
      size += 3 + name.length;
    }
    byte[] bytes = new byte[size];
    ByteBuffer out = buffer(bytes).putDouble(handle);
    for (int i = 0; i < names.size(); i++) {
      byte[] name = names.get(i);
      out.put((byte) code(entries.get(i).kind())).putShort((short) name.length).put(name);
    }
    return bytes;
  }

  private static void status(ByteBuffer out, FileStatus s) {
    out.putDouble(code(s.kind())).putDouble(s.permissionBits());
    long[] numbers = {
      s.links(), s.size(), s.accessedMillis(), s.modifiedMillis(), s.changedMillis(), s.bornMillis()
    };
    for (long number : numbers) {
      out.putDouble((double) number);
    }
  }

  private static int code(FileStatus.Kind kind) {
    return switch (kind) {
      case FILE -> 1;
      case FOLDER -> 2;
      case LINK -> 3;
      case OTHER -> 4;
    };
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
