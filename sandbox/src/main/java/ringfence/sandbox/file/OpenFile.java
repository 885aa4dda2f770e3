package ringfence.sandbox.file;

import java.util.Arrays;
import ringfence.sandbox.os.FileCalls;
import ringfence.sandbox.os.Memory;

/// A regular file that is open. Thread-safe.
public final class OpenFile extends Descriptor {
  private final FileCalls.Status opened;
  private final boolean made;

  OpenFile(int fd, FileCalls.Status opened, boolean made) {
    super(fd);
    this.opened = opened;
    this.made = made;
  }

  /// How to open a file.
  ///
  /// @param append each write goes to the end
  /// @param create make it if it is not there
  /// @param exclusive with `create`: fail if it is there, be it a link
  public record Mode(
      boolean read, boolean write, boolean append, boolean create, boolean truncate, boolean exclusive) {
    public static final Mode READ = new Mode(true, false, false, false, false, false);
  }

  /// What it was when it was opened.
  public FileStatus statusAtOpen() {
    return FileStatus.of(opened);
  }

  /// Whether it was not there before, as far as could be seen.
  public boolean made() {
    return made;
  }

  /// Whether two names led to one file.
  public boolean isSameAs(OpenFile other) {
    return opened.device() == other.opened.device() && opened.inode() == other.opened.inode();
  }

  /// What it is now.
  public FileStatus status() throws FileException {
    return use(fd -> FileStatus.of(FileCalls.status(fd)));
  }

  /// Reads.
  ///
  /// @param position from the start of the file; -1 for where the last such read or write ended
  /// @param most bytes
  /// @return what there is, empty at the end
  public byte[] read(long position, int most) throws FileException {
    byte[] into = new byte[most];
    int got = use(fd -> FileCalls.read(fd, into, position));
    return got == most ? into : Arrays.copyOf(into, got);
  }

  /// Writes all.
  ///
  /// @param position from the start of the file; -1 for where the last such read or write ended
  public void write(long position, byte[] bytes, int offset, int length) throws FileException {
    int done = 0;
    while (done < length) {
      int from = done;
      done +=
          use(
              fd ->
                  FileCalls.write(
                      fd, bytes, offset + from, length - from, position < 0 ? -1 : position + from));
    }
  }

  /// Cuts it, or makes it longer by zeroes.
  public void truncate(long bytes) throws FileException {
    act(fd -> Memory.truncate(fd, bytes));
  }

  /// Has it on the disk before this returns.
  ///
  /// @param dataOnly not its times
  public void sync(boolean dataOnly) throws FileException {
    act(fd -> FileCalls.sync(fd, dataOnly));
  }
}
