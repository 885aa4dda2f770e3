package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Copies of worker images for a root host's workers, which run as users that can't enter, say, /root.
///
/// A worker's user must be able to reach the JDK and the jars, since bubblewrap mounts them with that
/// user's rights. What it can reach is used where it is. The rest is copied once to a folder named by the
/// SHA-256 of what is in it, `/var/cache/ringfence/HASH`, or `ringfence-0/HASH` in the folder for
/// temporary files where /var/cache can't be written; the next host finds it there. Refused: descriptors
/// of the folders for `bwrap --bind-fd`, because bubblewrap turns them back into paths; mounts made by
/// root beforehand, because a container's root may not mount.
///
/// Nobody but root can write to the folder: its owner and its rights are checked before each first use.
/// A copy that no host has asked for in 30 days is deleted when the next one is made; workers that run
/// from it keep it, since their mounts do.
final class ReadableImages {
  private static final Set<PosixFilePermission> OPEN = PosixFilePermissions.fromString("rwxr-xr-x");

  private static final Duration KEPT_UNUSED = Duration.ofDays(30);

  private final Map<WorkerImage, WorkerImage> known = new ConcurrentHashMap<>();
  private final List<Path> caches;

  ReadableImages() {
    this(
        List.of(
            Path.of("/var/cache/ringfence"),
            Path.of(System.getProperty("java.io.tmpdir"), "ringfence-0")));
  }

  /// @param caches folders to copy to, the first that is usable
  ReadableImages(List<Path> caches) {
    this.caches = caches;
  }

  /// The same image, from files that every user can read.
  ///
  /// @throws LaunchException if a part is neither readable nor could be copied
  WorkerImage readableByAll(WorkerImage image) throws LaunchException {
    WorkerImage before = known.get(image);
    if (before != null) {
      return before;
    }
    try {
      Path home = image.javaHome().toRealPath();
      Path java = readable(home) ? home : copy(List.of(home)).getFirst();
      boolean jarsReadable = true;
      for (Path jar : image.jars()) {
        jarsReadable &= readable(jar.toRealPath());
      }
      List<Path> jars = jarsReadable ? image.jars() : copy(image.jars());
      WorkerImage result = new WorkerImage(java, jars, image.mainModule(), image.buildId());
      known.put(image, result);
      return result;
    } catch (IOException e) {
      throw new LaunchException("worker's files can't be made readable for its user: " + e, e);
    }
  }

  /// Whether any user can reach the file, or the folder and all in it.
  ///
  /// @param real without symbolic links
  static boolean readable(Path real) throws IOException {
    if (!reachable(real)) {
      return false;
    }
    try (Stream<Path> all = Files.walk(real)) {
      for (Path path : all.toList()) {
        boolean readable =
            Files.isSymbolicLink(path)
                || (allows(path, PosixFilePermission.OTHERS_READ)
                    && (!Files.isDirectory(path)
                        || allows(path, PosixFilePermission.OTHERS_EXECUTE)));
        if (!readable) {
          return false;
        }
      }
    }
    return true;
  }

  /// Whether any user can go to where the file is.
  static boolean reachable(Path real) throws IOException {
    for (Path up = real.getParent(); up != null; up = up.getParent()) {
      if (!allows(up, PosixFilePermission.OTHERS_EXECUTE)) {
        return false;
      }
    }
    return true;
  }

  private List<Path> copy(List<Path> sources) throws IOException {
    Path cache = usableCache();
    Path entry = cache.resolve(contentHash(sources));
    if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
      deleteUnused(cache);
      Path fresh =
          Files.createTempDirectory(
              cache, ".new-", PosixFilePermissions.asFileAttribute(OPEN));
      try {
        for (Path source : sources) {
          copyTree(source.toRealPath(), fresh.resolve(WorkerImage.name(source)));
        }
        // Whole or not at all, also for another host that does the same at this moment.
        Files.setPosixFilePermissions(fresh, OPEN);
        Files.move(fresh, entry, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        deleteTree(fresh);
        if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          throw e;
        }
      }
    }
    requireOurs(entry);
    Files.setLastModifiedTime(entry, FileTime.from(Instant.now()));
    return sources.stream().map(source -> entry.resolve(WorkerImage.name(source))).toList();
  }

  private Path usableCache() throws IOException {
    IOException first = null;
    for (Path cache : caches) {
      try {
        try {
          Files.createDirectory(cache, PosixFilePermissions.asFileAttribute(OPEN));
          Files.setPosixFilePermissions(cache, OPEN);
        } catch (FileAlreadyExistsException e) {
          // Somebody's; whose, is asked next.
        }
        requireOurs(cache);
        if (!reachable(cache.toRealPath())) {
          throw new IOException(cache + " can't be reached by all users");
        }
        return cache;
      } catch (IOException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    throw first == null ? new IOException("no folder to copy to") : first;
  }

  /// @throws IOException if the folder is a link, not root's, or writable by anybody else
  private static void requireOurs(Path folder) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Set<PosixFilePermission> rights = attributes.permissions();
    Object owner = Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!attributes.isDirectory()
        || !owner.equals(0)
        || rights.contains(PosixFilePermission.GROUP_WRITE)
        || rights.contains(PosixFilePermission.OTHERS_WRITE)) {
      throw new IOException(
          folder + " must be a folder that only root can write to, but belongs to user " + owner
              + " with " + PosixFilePermissions.toString(rights) + "; delete it");
    }
  }

  private static String contentHash(List<Path> sources) throws IOException {
    MessageDigest digest = WorkerImage.sha256();
    for (Path source : sources) {
      Path real = source.toRealPath();
      for (Path path : filesIn(real)) {
        String place = WorkerImage.name(source) + "/" + real.relativize(path);
        digest.update(place.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
        if (Files.isRegularFile(path)) {
          WorkerImage.digest(path, digest);
        }
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /// Links are followed: what they lead to may be as unreachable as the link.
  private static void copyTree(Path source, Path target) throws IOException {
    for (Path path : filesIn(source)) {
      Path place = target.resolve(source.relativize(path).toString());
      boolean executable = Files.isExecutable(path);
      if (Files.isDirectory(path)) {
        Files.createDirectories(place);
      } else if (Files.exists(path)) {
        Files.copy(path, place);
        // The JVM takes a cache only with the times of the files that it was made from.
        Files.setLastModifiedTime(place, Files.getLastModifiedTime(path));
      } else {
        continue;
      }
      Files.setPosixFilePermissions(
          place, executable ? OPEN : PosixFilePermissions.fromString("rw-r--r--"));
    }
  }

  private static void deleteUnused(Path cache) throws IOException {
    FileTime oldest = FileTime.from(Instant.now().minus(KEPT_UNUSED));
    try (Stream<Path> entries = Files.list(cache)) {
      for (Path entry : entries.toList()) {
        if (Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS).compareTo(oldest) < 0) {
          deleteTree(entry);
        }
      }
    }
  }

  /// Deletes a file or a folder and all in it, without following links.
  static void deleteTree(Path folder) throws IOException {
    List<Path> paths = new ArrayList<>(filesIn(folder));
    for (Path path : paths.reversed()) {
      Files.deleteIfExists(path);
    }
  }

  private static List<Path> filesIn(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.sorted().toList();
    }
  }

  private static boolean allows(Path path, PosixFilePermission right) throws IOException {
    return Files.getPosixFilePermissions(path).contains(right);
  }
}
