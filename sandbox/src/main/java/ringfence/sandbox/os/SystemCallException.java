package ringfence.sandbox.os;

import java.io.IOException;
import java.io.Serial;
import java.util.Map;

/// A system call that failed: which one, on what, and the kernel's `errno`.
public final class SystemCallException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /// The codes that this project meets; the same on every Linux architecture.
  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(1, "EPERM"),
          Map.entry(2, "ENOENT"),
          Map.entry(3, "ESRCH"),
          Map.entry(4, "EINTR"),
          Map.entry(9, "EBADF"),
          Map.entry(10, "ECHILD"),
          Map.entry(11, "EAGAIN"),
          Map.entry(12, "ENOMEM"),
          Map.entry(13, "EACCES"),
          Map.entry(14, "EFAULT"),
          Map.entry(22, "EINVAL"),
          Map.entry(23, "ENFILE"),
          Map.entry(24, "EMFILE"),
          Map.entry(27, "EFBIG"),
          Map.entry(28, "ENOSPC"),
          Map.entry(32, "EPIPE"),
          Map.entry(38, "ENOSYS"),
          Map.entry(90, "EMSGSIZE"),
          Map.entry(104, "ECONNRESET"),
          Map.entry(110, "ETIMEDOUT"));

  private final int errno;

  SystemCallException(String call, int errno) {
    super(call + " failed: " + NAMES.getOrDefault(errno, "errno") + " (" + errno + ")");
    this.errno = errno;
  }

  /// The kernel's error number, positive.
  public int errno() {
    return errno;
  }
}
