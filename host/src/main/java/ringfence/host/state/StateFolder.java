package ringfence.host.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import ringfence.host.manifest.ManifestException;
import ringfence.host.manifest.StoredDefinition;
import ringfence.sandbox.protocol.ServiceName;

/// The files of a `--state` folder. Readable by their owner only, since code may hold secrets. Not thread-safe.
public final class StateFolder implements AutoCloseable {
  /// Twice what the largest definition makes as JSON, unless most of it is control characters.
  static final long MOST_BYTES = 32L << 20;

  static final int MOST_SERVICES = 10_000;

  private static final String ENDING = ".json";
  private static final String UNFINISHED = ".new";
  private static final Set<PosixFilePermission> OWNERS_FILE = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OWNERS_FOLDER = PosixFilePermissions.fromString("rwx------");

  private final Path services;
  private final Path setAside;
  private final FileChannel lockFile;

  /// Names whose files are there and are not what a host of now has; they make way, and are never overwritten.
  private final Set<String> foreign = new HashSet<>();

  /// What a folder held.
  ///
  /// @param complaints a sentence for each file that could not be used, saying where it is now
  public record Loaded(List<StoredDefinition> services, List<String> complaints) {}

  private StateFolder(Path folder, FileChannel lockFile) {
    this.services = folder.resolve("services");
    this.setAside = folder.resolve("set-aside");
    this.lockFile = lockFile;
  }

  /// Opens a folder, which is made if it is not there, and keeps other hosts out of it.
  ///
  /// @throws StateException if another host uses it, or it can't be written
  public static StateFolder open(Path folder) {
    try {
      make(folder);
      FileChannel lockFile =
          FileChannel.open(
              folder.resolve("lock"),
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(OWNERS_FILE));
      StateFolder opened = new StateFolder(folder, lockFile);
      try {
        opened.lock(folder);
        make(opened.services);
        make(opened.setAside);
      } catch (IOException | StateException e) {
        lockFile.close();
        throw e;
      }
      return opened;
    } catch (IOException | UnsupportedOperationException e) {
      throw new StateException("the state folder " + folder + " can't be used: " + e, e);
    }
  }

  // The lock ends with the process, however that ends.
  private void lock(Path folder) throws IOException {
    FileLock lock;
    try {
      lock = lockFile.tryLock();
    } catch (OverlappingFileLockException _) {
      lock = null;
    }
    if (lock == null) {
      throw new StateException(
          "the state folder %s is in use by another host%s; end that one, or give this one a folder of its own"
              .formatted(folder, holder()));
    }
    lockFile.truncate(0);
    int _ = lockFile.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
  }

  private String holder() {
    try {
      ByteBuffer pid = ByteBuffer.allocate(20);
      int read = lockFile.read(pid, 0);
      return read > 0 ? " (process " + new String(pid.array(), 0, read, StandardCharsets.UTF_8).strip() + ")" : "";
    } catch (IOException _) {
      return "";
    }
  }

  /// Reads all services. A file that can't be read as one is set aside.
  public Loaded load() {
    List<StoredDefinition> definitions = new ArrayList<>();
    List<String> complaints = new ArrayList<>();
    try {
      for (Path file : files()) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(UNFINISHED)) {
          // A host was killed while it wrote; what was there before is still in its place.
          Files.delete(file);
        } else if (name.endsWith(ENDING)) {
          load(file, name.substring(0, name.length() - ENDING.length()), definitions, complaints);
        }
      }
    } catch (IOException e) {
      throw new StateException("the state folder " + services + " can't be read: " + e, e);
    }
    return new Loaded(definitions, complaints);
  }

  private void load(Path file, String name, List<StoredDefinition> definitions, List<String> complaints) {
    try {
      StoredDefinition read = StoredDefinition.read(file.toString(), text(file));
      if (!read.definition().name().value().equals(name)) {
        throw new IOException("it holds the service \"" + read.definition().name() + "\"");
      }
      definitions.add(read);
    } catch (IOException | ManifestException e) {
      complaints.add(
          "%s can't be read and its service is not restored: %s; it is kept as %s"
              .formatted(file, e.getMessage(), setAside(file)));
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(services)) {
      List<Path> files = all.limit(2 * MOST_SERVICES + 1L).sorted().toList();
      if (files.size() > 2 * MOST_SERVICES) {
        throw new IOException("there are more than " + 2 * MOST_SERVICES + " files in it");
      }
      return files;
    }
  }

  private static String text(Path file) throws IOException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("it is no regular file");
    }
    if (Files.size(file) > MOST_BYTES) {
      throw new IOException("it has " + Files.size(file) + " bytes; at most " + MOST_BYTES);
    }
    try {
      return Files.readString(file);
    } catch (CharacterCodingException e) {
      throw new IOException("it is not UTF-8 text", e);
    }
  }

  /// Says that a service's file stays although the service is not there, so that nothing overwrites it.
  void keepAsIs(ServiceName name) {
    foreign.add(name.value());
  }

  /// Writes a service, in the place of an earlier version if there is one. On return it has reached the disk.
  ///
  /// @throws StateException if that fails; then the earlier version stays
  public void save(StoredDefinition stored) {
    String name = stored.definition().name().value();
    Path file = services.resolve(name + ENDING);
    if (foreign.contains(name) && Files.exists(file)) {
      Path _ = setAside(file);
    }
    foreign.remove(name);
    Path unfinished = services.resolve(name + ENDING + UNFINISHED);
    try {
      write(unfinished, stored.text().getBytes(StandardCharsets.UTF_8));
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      sync(services);
    } catch (IOException e) {
      throw new StateException("service \"" + name + "\" can't be kept in " + file + ": " + e, e);
    }
  }

  /// Forgets a service; does nothing if it is not kept.
  ///
  /// @throws StateException if that fails
  public void remove(ServiceName name) {
    Path file = services.resolve(name.value() + ENDING);
    try {
      if (Files.deleteIfExists(file)) {
        sync(services);
      }
    } catch (IOException e) {
      throw new StateException("service \"" + name + "\" can't be removed from " + file + ": " + e, e);
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.deleteIfExists(file);
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNERS_FILE))) {
      ByteBuffer left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        int _ = channel.write(left);
      }
      channel.force(true);
    }
  }

  // A rename is only on the disk when its folder is.
  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private Path setAside(Path file) {
    for (int i = 1; ; i++) {
      Path place = setAside.resolve(file.getFileName() + "." + i);
      if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        try {
          Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
          sync(setAside);
          sync(services);
          return place;
        } catch (IOException e) {
          throw new StateException(file + " can't be set aside as " + place + ": " + e, e);
        }
      }
    }
  }

  private static void make(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Path parent = folder.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Path _ = Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNERS_FOLDER));
    }
  }

  /// Lets other hosts use it.
  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new StateException("the lock of " + services.getParent() + " can't be released: " + e, e);
    }
  }
}
