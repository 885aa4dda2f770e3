package ringfence.sandbox.file;

import java.io.IOException;
import java.io.Serial;
import java.util.Map;
import ringfence.sandbox.os.SystemCallException;

/// The file system refused something. Says nothing of the path.
public class FileException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  private record Word(String code, String text) {}

  /// In the words of Node, where it has some.
  private static final Map<Integer, Word> WORDS =
      Map.ofEntries(
          Map.entry(1, new Word("EPERM", "operation not permitted")),
          Map.entry(2, new Word("ENOENT", "no such file or directory")),
          Map.entry(4, new Word("EINTR", "interrupted system call")),
          Map.entry(5, new Word("EIO", "i/o error")),
          Map.entry(6, new Word("ENXIO", "no such device or address")),
          Map.entry(9, new Word("EBADF", "bad file descriptor")),
          Map.entry(11, new Word("EAGAIN", "resource temporarily unavailable")),
          Map.entry(12, new Word("ENOMEM", "not enough memory")),
          Map.entry(13, new Word("EACCES", "permission denied")),
          Map.entry(16, new Word("EBUSY", "resource busy or locked")),
          Map.entry(17, new Word("EEXIST", "file already exists")),
          Map.entry(18, new Word("EXDEV", "cross-device link not permitted")),
          Map.entry(19, new Word("ENODEV", "no such device")),
          Map.entry(20, new Word("ENOTDIR", "not a directory")),
          Map.entry(21, new Word("EISDIR", "illegal operation on a directory")),
          Map.entry(22, new Word("EINVAL", "invalid argument")),
          Map.entry(23, new Word("ENFILE", "file table overflow")),
          Map.entry(24, new Word("EMFILE", "too many open files")),
          Map.entry(26, new Word("ETXTBSY", "text file is busy")),
          Map.entry(27, new Word("EFBIG", "file too large")),
          Map.entry(28, new Word("ENOSPC", "no space left on device")),
          Map.entry(30, new Word("EROFS", "read-only file system")),
          Map.entry(31, new Word("EMLINK", "too many links")),
          Map.entry(36, new Word("ENAMETOOLONG", "name too long")),
          Map.entry(38, new Word("ENOSYS", "function not implemented")),
          Map.entry(39, new Word("ENOTEMPTY", "directory not empty")),
          Map.entry(40, new Word("ELOOP", "too many symbolic links encountered")),
          Map.entry(75, new Word("EOVERFLOW", "value too large for defined data type")),
          Map.entry(95, new Word("ENOTSUP", "operation not supported")),
          Map.entry(116, new Word("ESTALE", "stale file handle")),
          Map.entry(122, new Word("EDQUOT", "disk quota exceeded")));

  private final String code;

  /// @param code such as `ENOENT`
  /// @param text without the code
  public FileException(String code, String text) {
    super(code + ": " + text);
    this.code = code;
  }

  /// What a system call's error is in words.
  static FileException of(SystemCallException e) {
    Word word = WORDS.getOrDefault(e.errno(), new Word("EIO", "i/o error"));
    FileException made = new FileException(word.code, word.text);
    made.initCause(e);
    return made;
  }

  /// Its code, such as `ENOENT`.
  public String code() {
    return code;
  }
}
