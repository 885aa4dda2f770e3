package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import ringfence.sandbox.os.Processes;

/// A folder with what is made for workers: AOT caches, each `worker-KEY.aot`, and JDKs, each `jdk-KEY`.
///
/// Both are code that workers run, so they are used only where nobody else can have put them: they and the folder
/// belong to the host's user or to root, and neither group nor others can write to them.
///
/// @param path need not exist
record CacheFolder(Path path) {
  /// What the name of an unfinished training begins with.
  static final String TEMPORARY = ".training-";

  /// What is made.
  enum Kind {
    CACHE("worker-", ".aot"),
    JDK("jdk-", "");

    private final String prefix;
    private final String suffix;

    Kind(String prefix, String suffix) {
      this.prefix = prefix;
      this.suffix = suffix;
    }

    private String name(String key) {
      return prefix + key + suffix;
    }

    private static boolean isOne(String name) {
      return Stream.of(values()).anyMatch(kind -> name.startsWith(kind.prefix) && name.endsWith(kind.suffix));
    }
  }

  private static final String LOCK = ".training.lock";
  private static final Duration KEPT_UNUSED = Duration.ofDays(30);
  private static final Duration LONGEST_TRAINING = Duration.ofHours(1);

  /// Held while this process trains: a file's lock is the whole process's.
  private static final Object TRAINING = new Object();

  /// The one that belongs to the host's user.
  static CacheFolder ofUser() {
    if (Processes.effectiveUserId() == 0) {
      return new CacheFolder(Path.of("/var/cache/ringfence/aot"));
    }
    String given = System.getenv("XDG_CACHE_HOME");
    Path base =
        given != null && given.startsWith("/")
            ? Path.of(given)
            : Path.of(System.getProperty("user.home"), ".cache");
    return new CacheFolder(base.resolve("ringfence"));
  }

  /// What has that key, if it may be used.
  Optional<Path> find(Kind kind, String key) {
    Path file = path.resolve(kind.name(key));
    try {
      return usable() && isOurs(file) && !Files.isSymbolicLink(file)
          ? Optional.of(file)
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// Whether caches from here can be used: it is ours, and workers, who are other users under a root host, can reach it.
  boolean usable() throws IOException {
    return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
        && isOurs(path)
        && (Processes.effectiveUserId() != 0 || ReadableImages.reachable(path.toRealPath().resolve("file")));
  }

  /// Makes the folder, readable by all, where it is missing.
  ///
  /// @throws IOException if caches can't be used from here; the message says why
  void prepare() throws IOException {
    Files.createDirectories(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    if (!usable()) {
      throw new IOException(
          path + " must be a folder that only its user can write to, and workers must be able to reach it");
    }
  }

  /// Makes what has that key unless somebody else does meanwhile: one at a time in a folder.
  ///
  /// @return the file or folder
  /// @throws IOException if it can't be made
  Path make(Kind kind, String key, Making making) throws IOException {
    prepare();
    synchronized (TRAINING) {
      try (FileChannel channel =
              FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        assert lock.isValid();
        Optional<Path> before = find(kind, key);
        if (before.isPresent()) {
          return before.get();
        }
        deleteStale();
        Path target = path.resolve(kind.name(key));
        making.make(target);
        return find(kind, key).orElseThrow(() -> new IOException(target + " is not ours after it was made"));
      }
    }
  }

  /// Puts it at the place that it is told, whole.
  interface Making {
    void make(Path target) throws IOException;
  }

  /// Notes that a cache is in use.
  static void touch(Path cache) {
    try {
      FileTime now = FileTime.from(Instant.now());
      Files.setLastModifiedTime(cache, now);
      // The folder too: root's is among the copies that ReadableImages deletes when they have not been used.
      Files.setLastModifiedTime(cache.resolveSibling(""), now);
    } catch (IOException _) {
      // Root's, most likely; then root's hosts say when it was used.
    }
  }

  /// What no host has used for a month, and what a training left behind that was killed.
  private void deleteStale() throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      for (Path entry : entries.toList()) {
        String name = WorkerImage.name(entry);
        Instant time = Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS).toInstant();
        if (Kind.isOne(name) && time.isBefore(Instant.now().minus(KEPT_UNUSED))) {
          ReadableImages.deleteTree(entry);
        } else if (name.startsWith(TEMPORARY)
            && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)
            && time.isBefore(Instant.now().minus(LONGEST_TRAINING))) {
          ReadableImages.deleteTree(entry);
        }
      }
    }
  }

  /// Deletes all but these: what they were made from has been overwritten.
  void deleteOthers(Set<Path> kept) throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      for (Path entry : entries.toList()) {
        if (Kind.isOne(WorkerImage.name(entry)) && !kept.contains(entry)) {
          ReadableImages.deleteTree(entry);
        }
      }
    }
  }

  private static boolean isOurs(Path file) throws IOException {
    Set<PosixFilePermission> rights =
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS).permissions();
    Object owner = Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    return (owner.equals(0) || owner.equals(Processes.effectiveUserId()))
        && !rights.contains(PosixFilePermission.GROUP_WRITE)
        && !rights.contains(PosixFilePermission.OTHERS_WRITE);
  }
}
