package ringfence.sandbox.file;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import ringfence.sandbox.file.FileStatus.Kind;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.Errno;
import ringfence.sandbox.os.FileCalls;
import ringfence.sandbox.os.FileCalls.Status;
import ringfence.sandbox.os.SystemCallException;

/// What lies beneath one granted root: a folder, or a single file. Nothing is held open between calls. Thread-safe.
///
/// Paths beneath it are `/`-separated names without `.`, `..` and empty ones; the empty path is the root itself, which
/// is reached from the folder above it. Every method throws [LeavesRootException] where a name leads out of the root,
/// and [FileException] for what the file system says.
public final class FileTree {
  private static final int BENEATH = FileCalls.RESOLVE_BENEATH | FileCalls.RESOLVE_NO_MAGICLINKS;
  private static final int WITHOUT_LINKS = FileCalls.RESOLVE_NO_SYMLINKS | FileCalls.RESOLVE_NO_MAGICLINKS;
  private static final int OPENING = FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY;
  private static final int PERMISSION_BITS = 0x1ff;

  /// Each level of a tree that is being removed holds a descriptor.
  private static final int MOST_DEPTH = 100;

  /// File systems whose files are the kernel's own words and levers, by the magic numbers of statfs(2): /proc, /sys,
  /// cgroups (both), debugfs, tracefs, securityfs, SELinux, bpf, configfs, efivarfs, pstore, binfmt_misc, devpts,
  /// mqueue, nsfs, FUSE's control.
  private static final Set<Long> KERNELS_OWN =
      Set.of(
          0x9fa0L, 0x62656572L, 0x27e0ebL, 0x63677270L, 0x64626720L, 0x74726163L, 0x73636673L, 0xf97cff8cL,
          0xcafe4a11L, 0x62656570L, 0xde5e81e4L, 0x6165676cL, 0x42494e4dL, 0x1cd1L, 0x19800202L, 0x6e736673L,
          0x65735543L);

  private final Path root;

  /// @param root absolute, and without a link on its way: one that is there is refused, since whoever can write in a
  ///     folder above could have put it there
  public FileTree(Path root) {
    if (!root.isAbsolute()) {
      throw new IllegalArgumentException("the root of a tree must be absolute, not " + root);
    }
    this.root = root;
  }

  // ---- opening

  /// Opens a regular file.
  ///
  /// @param permissionBits of a file that is made, less the host's umask
  public OpenFile open(String beneath, OpenFile.Mode mode, int permissionBits) throws FileException {
    int access = mode.read() ? mode.write() ? FileCalls.O_RDWR : FileCalls.O_RDONLY : FileCalls.O_WRONLY;
    int flags =
        access | OPENING | (mode.append() ? FileCalls.O_APPEND : 0) | (mode.truncate() ? FileCalls.O_TRUNC : 0);
    return call(
        () -> {
          try (Start start = start(beneath)) {
            if (!mode.exclusive()) {
              try (Fd found = start.open(FileCalls.O_PATH, 0)) {
                checkRegular(found);
                // The descriptor's own way to what it stands for: no name is looked up again, and what is no
                // regular file was never opened.
                return opened(
                    FileCalls.open(FileCalls.AT_FDCWD, "/proc/self/fd/" + found.number(), flags, 0, 0), false);
              } catch (SystemCallException e) {
                if (e.errno() != Errno.ENOENT || !mode.create()) {
                  throw e;
                }
              }
            }
            int created = FileCalls.O_CREAT | (mode.exclusive() ? FileCalls.O_EXCL : 0);
            try (Fd made = start.open(flags | created, permissionBits & PERMISSION_BITS)) {
              // Somebody may have put another thing there a moment ago; it was opened without waiting for it.
              checkRegular(made);
              return opened(Descriptors.duplicate(made.number(), 3), true);
            }
          }
        });
  }

  private static OpenFile opened(int fd, boolean made) throws SystemCallException {
    try {
      return new OpenFile(fd, FileCalls.status(fd), made);
    } catch (SystemCallException e) {
      Descriptors.close(fd);
      throw e;
    }
  }

  private static void checkRegular(Fd fd) throws SystemCallException, FileException {
    Kind kind = Kind.ofMode(FileCalls.status(fd.number()).mode());
    if (kind == Kind.FOLDER) {
      throw new FileException("EISDIR", "illegal operation on a directory");
    }
    if (kind != Kind.FILE) {
      throw new FileException("ENXIO", "not a regular file");
    }
  }

  /// Opens a folder to see its names.
  public Listing list(String beneath) throws FileException {
    return call(
        () -> {
          try (Start start = start(beneath);
              Fd found = start.open(FileCalls.O_PATH | FileCalls.O_DIRECTORY, 0)) {
            return new Listing(openFolder(found.number(), "."));
          }
        });
  }

  // ---- looking

  /// What is known of it.
  ///
  /// @param follow whether a link at the end of the path is followed
  public FileStatus status(String beneath, boolean follow) throws FileException {
    int flags = FileCalls.O_PATH | (follow ? 0 : FileCalls.O_NOFOLLOW);
    return call(
        () -> {
          try (Start start = start(beneath);
              Fd found = start.open(flags, 0)) {
            return FileStatus.of(FileCalls.status(found.number()));
          }
        });
  }

  /// Throws if the host's process may not do this with it.
  ///
  /// @param mode a sum of 4 to read, 2 to write, 1 to execute; 0 asks whether it is there
  public void access(String beneath, int mode) throws FileException {
    act(
        () -> {
          try (Start start = start(beneath);
              Fd found = start.open(FileCalls.O_PATH, 0)) {
            FileCalls.access(found.number(), mode);
          }
        });
  }

  // ---- changing

  /// Makes a folder.
  public void makeFolder(String beneath, int permissionBits) throws FileException {
    act(
        () -> {
          try (Spot spot = find(beneath)) {
            FileCalls.makeFolder(spot.folder.number(), spot.name, permissionBits & PERMISSION_BITS);
          }
        });
  }

  /// Makes a folder and those above it that are missing, the root included.
  ///
  /// @param allowed asked before each; throws if it may not be made
  /// @return how many were made
  public int makeFolders(String beneath, int permissionBits, Allowance allowed) throws FileException {
    int made = 0;
    // From the root down: the path cut at each of its slashes, the empty one first.
    for (int end = 0; ; ) {
      made += makeMissing(beneath.substring(0, end), end == beneath.length(), permissionBits, allowed);
      if (end == beneath.length()) {
        return made;
      }
      int slash = beneath.indexOf('/', end + 1);
      end = slash < 0 ? beneath.length() : slash;
    }
  }

  /// Says whether one more may be made.
  public interface Allowance {
    void one() throws FileException;
  }

  private int makeMissing(String beneath, boolean last, int permissionBits, Allowance allowed)
      throws FileException {
    if (isFolder(beneath, last)) {
      return 0;
    }
    allowed.one();
    try {
      makeFolder(beneath, permissionBits);
      return 1;
    } catch (FileException e) {
      // Another may have made it a moment ago.
      if (e.code().equals("EEXIST") && isFolder(beneath, last)) {
        return 0;
      }
      throw e;
    }
  }

  private boolean isFolder(String beneath, boolean last) throws FileException {
    try {
      if (status(beneath, true).kind() == Kind.FOLDER) {
        return true;
      }
    } catch (FileException e) {
      if (e.code().equals("ENOENT")) {
        return false;
      }
      throw e;
    }
    throw last ? new FileException("EEXIST", "file already exists") : new FileException("ENOTDIR", "not a directory");
  }

  /// Removes what is no folder; of a link, the link.
  public void removeFile(String beneath) throws FileException {
    act(
        () -> {
          try (Spot spot = find(beneath)) {
            FileCalls.removeFile(spot.folder.number(), spot.name);
          }
        });
  }

  /// Removes an empty folder.
  public void removeFolder(String beneath) throws FileException {
    act(
        () -> {
          try (Spot spot = find(beneath)) {
            FileCalls.removeFolder(spot.folder.number(), spot.name);
          }
        });
  }

  /// Removes it and all that it holds; no link is followed. Ends early, with EINTR, when the thread is interrupted.
  public void removeTree(String beneath) throws FileException {
    act(
        () -> {
          try (Spot spot = find(beneath)) {
            removeTree(spot.folder, spot.name, 0);
          }
        });
  }

  private void removeTree(Fd folder, String name, int depth) throws SystemCallException, FileException {
    try {
      FileCalls.removeFile(folder.number(), name);
      return;
    } catch (SystemCallException e) {
      if (e.errno() != Errno.EISDIR) {
        throw e;
      }
    }
    if (depth == MOST_DEPTH) {
      throw new FileException("ENAMETOOLONG", "nested deeper than " + MOST_DEPTH + " folders");
    }
    int opened = FileCalls.open(
        folder.number(), name, FileCalls.O_DIRECTORY | FileCalls.O_NOFOLLOW, 0, BENEATH | WITHOUT_LINKS);
    // The names of a listing that is being emptied may be skipped, so it is read again until it is empty.
    try (Fd inner = checked(opened, folder.device())) {
      while (removeNames(inner, depth)) {
        // What was there at the last look is gone.
      }
    }
    FileCalls.removeFolder(folder.number(), name);
  }

  private boolean removeNames(Fd folder, int depth) throws SystemCallException, FileException {
    boolean any = false;
    try (Listing names = new Listing(openFolder(folder.number(), "."))) {
      for (List<Listing.Entry> page = names.next(); !page.isEmpty(); page = names.next()) {
        for (Listing.Entry entry : page) {
          if (Thread.currentThread().isInterrupted()) {
            throw new FileException("EINTR", "interrupted system call");
          }
          try {
            removeTree(folder, entry.name(), depth + 1);
          } catch (SystemCallException e) {
            if (e.errno() != Errno.ENOENT) {
              throw e;
            }
          }
          any = true;
        }
      }
    }
    return any;
  }

  /// Goes to the folder that a name stands in, or would.
  ///
  /// @return to be closed
  public Spot spot(String beneath) throws FileException {
    return call(() -> find(beneath));
  }

  // ---- the way there

  /// Where a walk begins.
  ///
  /// @param path from there
  /// @param device that what is found must be of, or be no file of the kernel's own; -1 if it may be of any
  private record Start(Fd folder, String path, int resolve, long device) implements AutoCloseable {
    Fd open(int flags, int mode) throws SystemCallException, FileException {
      try {
        return checked(FileCalls.open(folder.number(), path, flags, mode, resolve), device);
      } catch (SystemCallException e) {
        throw (resolve & WITHOUT_LINKS) == WITHOUT_LINKS ? noLink(e) : e;
      }
    }

    @Override
    public void close() {
      folder.close();
    }
  }

  /// A name in a folder that is held open.
  public static final class Spot implements AutoCloseable {
    private final Fd folder;
    private final String name;

    private Spot(Fd folder, String name) {
      this.folder = folder;
      this.name = name;
    }

    /// Gives what it stands for another name, in the place of what that stood for.
    ///
    /// @param other in this tree or another
    public void rename(Spot other) throws FileException {
      try {
        FileCalls.rename(folder.number(), name, other.folder.number(), other.name);
      } catch (SystemCallException e) {
        // EXDEV means two file systems here, and no way that leaves the root.
        throw FileException.of(e);
      }
    }

    @Override
    public void close() {
      folder.close();
    }
  }

  private Start start(String beneath) throws SystemCallException, FileException {
    checkNames(beneath);
    if (!beneath.isEmpty()) {
      Fd folder = openRoot(root);
      return new Start(folder, beneath, BENEATH, folder.device());
    }
    Path above = root.getParent();
    Path name = root.getFileName();
    return above == null || name == null
        ? new Start(openRoot(root), ".", BENEATH, -1)
        : new Start(openRoot(above), name.toString(), BENEATH | WITHOUT_LINKS, -1);
  }

  private Spot find(String beneath) throws SystemCallException, FileException {
    checkNames(beneath);
    int last = beneath.lastIndexOf('/');
    if (last > 0) {
      try (Start start = start(beneath.substring(0, last))) {
        return new Spot(start.open(FileCalls.O_PATH | FileCalls.O_DIRECTORY, 0), beneath.substring(last + 1));
      }
    }
    Start start = start(beneath);
    return new Spot(start.folder(), start.path());
  }

  private static Fd openRoot(Path folder) throws SystemCallException, FileException {
    try {
      return checked(
          FileCalls.open(
              FileCalls.AT_FDCWD,
              folder.toString(),
              FileCalls.O_PATH | FileCalls.O_DIRECTORY,
              0,
              WITHOUT_LINKS),
          -1);
    } catch (SystemCallException e) {
      throw noLink(e);
    }
  }

  /// What stands in the way of a root: a link in it is a refusal.
  private static SystemCallException noLink(SystemCallException e) throws LeavesRootException {
    if (e.errno() == Errno.ELOOP) {
      throw new LeavesRootException("a link stands where the granted path leads along");
    }
    return e;
  }

  private static Fd checked(int fd, long device) throws SystemCallException, FileException {
    try {
      Status status = FileCalls.status(fd);
      if (device != -1 && status.device() != device && KERNELS_OWN.contains(FileCalls.fileSystem(fd))) {
        throw new LeavesRootException("it is the kernel's own and no file of a disk");
      }
      return new Fd(fd, status.device());
    } catch (SystemCallException | FileException e) {
      Descriptors.close(fd);
      throw e;
    }
  }

  private static int openFolder(int fd, String name) throws SystemCallException {
    return FileCalls.open(fd, name, FileCalls.O_DIRECTORY, 0, BENEATH | WITHOUT_LINKS);
  }

  private static void checkNames(String beneath) throws FileException {
    if (beneath.indexOf('\0') >= 0) {
      throw new FileException("EINVAL", "invalid argument");
    }
    if (beneath.isEmpty()) {
      return;
    }
    for (String name : beneath.split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..")) {
        throw new FileException("EINVAL", "invalid argument");
      }
    }
  }

  private interface Step {
    void run() throws SystemCallException, FileException;
  }

  private static void act(Step step) throws FileException {
    boolean _ =
        call(
            () -> {
              step.run();
              return true;
            });
  }

  private interface Act<T> {
    T run() throws SystemCallException, FileException;
  }

  private static <T> T call(Act<T> act) throws FileException {
    try {
      return act.run();
    } catch (SystemCallException e) {
      if (e.errno() == Errno.EXDEV) {
        throw new LeavesRootException("a link on the way leads out of what is granted");
      }
      throw FileException.of(e);
    }
  }
}
