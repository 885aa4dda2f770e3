package ringfence.host.typescript;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A folder of modules without types, each `KEY.js`: a line with the hash of the rest, then the code.
///
/// They are code that services run, so they are used only where nobody else can have put them: folder and file belong to
/// the host's user or to root, and neither group nor others can write to them. What can't be read or written counts as
/// not there: the tool makes it again.
///
/// @param path need not exist
record StrippedFolder(Path path) {
  private static final String SUFFIX = ".js";
  private static final int HASH = 64;
  private static final long LONGEST = 16L << 20;
  private static final int MOST_FILES = 1000;
  private static final System.Logger LOG = System.getLogger("ringfence.host");

  Optional<String> find(String key) {
    Path file = path.resolve(key + SUFFIX);
    try {
      if (!isOurs(path) || !isOurs(file) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
          || Files.size(file) > LONGEST) {
        return Optional.empty();
      }
      String text = Files.readString(file);
      if (text.length() <= HASH) {
        return Optional.empty();
      }
      String code = text.substring(HASH + 1);
      if (!text.startsWith(StrippedModules.hash(code))) {
        return Optional.empty();
      }
      Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
      return Optional.of(code);
    } catch (IOException | UnsupportedOperationException _) {
      return Optional.empty();
    }
  }

  void put(String key, String code) {
    try {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      if (!isOurs(path)) {
        throw new IOException("others can write to it");
      }
      Path unfinished = Files.createTempFile(path, ".", ".tmp");
      try {
        Files.write(unfinished, (StrippedModules.hash(code) + "\n" + code).getBytes(StandardCharsets.UTF_8));
        Files.move(unfinished, path.resolve(key + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
      deleteOldest();
    } catch (IOException | UnsupportedOperationException e) {
      LOG.log(System.Logger.Level.DEBUG, "typescript-not-kept folder=" + path, e);
    }
  }

  /// Down to half of what there may be, so that it is not done each time.
  private void deleteOldest() throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      List<Path> files = entries.toList();
      if (files.size() <= MOST_FILES) {
        return;
      }
      List<Path> oldest =
          files.stream()
              .sorted(Comparator.comparingLong(StrippedFolder::time))
              .limit(files.size() - MOST_FILES / 2)
              .toList();
      for (Path file : oldest) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static long time(Path file) {
    try {
      return Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toMillis();
    } catch (IOException _) {
      // Another host has deleted it.
      return 0;
    }
  }

  private static boolean isOurs(Path file) throws IOException {
    PosixFileAttributes attributes =
        Files.readAttributes(file, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    Set<PosixFilePermission> rights = attributes.permissions();
    String owner = attributes.owner().getName();
    return (owner.equals("root") || owner.equals(System.getProperty("user.name")))
        && !rights.contains(PosixFilePermission.GROUP_WRITE)
        && !rights.contains(PosixFilePermission.OTHERS_WRITE);
  }
}
