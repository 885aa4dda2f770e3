package ringfence.sandbox.file;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import ringfence.sandbox.os.FileCalls;
import ringfence.sandbox.os.SystemCallException;

/// An open folder whose names are read page by page, so that a huge one needs no more memory than a page. Thread-safe.
public final class Listing extends Descriptor {
  private static final int PAGE_BYTES = 32 * 1024;
  private static final int NAME_AT = 19;

  Listing(int fd) {
    super(fd);
  }

  /// A name in a folder.
  ///
  /// @param name as text; bytes that are no UTF-8 become U+FFFD
  public record Entry(String name, FileStatus.Kind kind) {}

  /// The next names, in no order, some hundred at most; empty at the end.
  public List<Entry> next() throws FileException {
    List<Entry> entries = new ArrayList<>();
    // A page may hold nothing but . and ..
    while (entries.isEmpty()) {
      int bytes =
          use(
              fd -> {
                byte[] page = new byte[PAGE_BYTES];
                int got = FileCalls.list(fd, page);
                read(fd, page, got, entries);
                return got;
              });
      if (bytes == 0) {
        break;
      }
    }
    return entries;
  }

  private static void read(int fd, byte[] page, int size, List<Entry> into) {
    int at = 0;
    while (at < size) {
      // struct linux_dirent64 {u64 inode; s64 offset; u16 length; u8 type; char name[]}, little-endian.
      int length = (page[at + 16] & 0xff) | (page[at + 17] & 0xff) << 8;
      int end = at + NAME_AT;
      while (page[end] != 0) {
        end++;
      }
      String name = new String(page, at + NAME_AT, end - at - NAME_AT, StandardCharsets.UTF_8);
      if (!name.equals(".") && !name.equals("..")) {
        into.add(new Entry(name, kind(fd, name, page[at + 18])));
      }
      at += length;
    }
  }

  private static FileStatus.Kind kind(int fd, String name, int type) {
    return switch (type) {
      case 8 -> FileStatus.Kind.FILE;
      case 4 -> FileStatus.Kind.FOLDER;
      case 10 -> FileStatus.Kind.LINK;
      case 0 -> {
        // The file system does not say.
        try {
          yield FileStatus.Kind.ofMode(FileCalls.statusOfName(fd, name).mode());
        } catch (SystemCallException _) {
          yield FileStatus.Kind.OTHER;
        }
      }
      default -> FileStatus.Kind.OTHER;
    };
  }
}
