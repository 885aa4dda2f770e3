package ringfence.sandbox.permission;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which files a service may read and write. A granted folder stands for all that is beneath it.
///
/// Paths are compared as names, with `.` and `..` taken out; no file is looked at. So what a name leads to is
/// not decided here: whoever opens it goes from the granted root down and never through a link that leaves it.
///
/// @param base what relative paths are relative to, the granted ones and the asked ones: absolute
/// @param read granted for reading: absolute, without `.` and `..`
/// @param write granted for writing; that alone does not let a service read
public record FileAccess(Path base, List<Path> read, List<Path> write) {
  /// No file at all.
  public static final FileAccess NONE = new FileAccess(Path.of("/"), List.of(), List.of());

  /// A place beneath a granted root.
  ///
  /// @param root as granted
  /// @param beneath relative to it, without `.` and `..`; empty for the root itself
  public record Place(Path root, Path beneath) {}

  public FileAccess {
    if (!base.isAbsolute()) {
      throw new IllegalArgumentException("the base of granted paths must be absolute, not " + base);
    }
    base = base.normalize();
    read = granted("read", base, read);
    write = granted("write", base, write);
  }

  /// Grants nothing yet.
  public static FileAccess relativeTo(Path base) {
    return new FileAccess(base, List.of(), List.of());
  }

  /// Grants more for reading.
  ///
  /// @param paths absolute, or relative to the base
  public FileAccess withRead(List<Path> paths) {
    return new FileAccess(base, joined(read, paths), write);
  }

  /// Grants more for writing.
  ///
  /// @param paths absolute, or relative to the base
  public FileAccess withWrite(List<Path> paths) {
    return new FileAccess(base, read, joined(write, paths));
  }

  /// Where a file lies that may be read.
  ///
  /// @param asked absolute, or relative to the base; any text at all
  /// @return empty if it may not be read
  public Optional<Place> readable(String asked) {
    return place(read, asked);
  }

  /// Where a file lies that may be written.
  ///
  /// @param asked absolute, or relative to the base; any text at all
  /// @return empty if it may not be written
  public Optional<Place> writable(String asked) {
    return place(write, asked);
  }

  /// Whether all that `other` grants is granted here.
  public boolean contains(FileAccess other) {
    return beyond(other).isEmpty();
  }

  /// What `other` grants and this does not, each as `read PATH` or `write PATH`.
  List<String> beyond(FileAccess other) {
    List<String> beyond = new ArrayList<>();
    other.read.stream().filter(path -> !covers(read, path)).forEach(path -> beyond.add("read " + path));
    other.write.stream().filter(path -> !covers(write, path)).forEach(path -> beyond.add("write " + path));
    return beyond;
  }

  private static boolean covers(List<Path> granted, Path path) {
    return granted.stream().anyMatch(path::startsWith);
  }

  private Optional<Place> place(List<Path> granted, String asked) {
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    Path path;
    try {
      path = base.resolve(asked).normalize();
    } catch (InvalidPathException _) {
      // A NUL, or what this machine's encoding can't say.
      return Optional.empty();
    }
    // The innermost root: its descriptor leads the shortest way.
    return granted.stream()
        .filter(path::startsWith)
        .max(Comparator.comparingInt(Path::getNameCount))
        .map(root -> new Place(root, root.relativize(path)));
  }

  private static List<Path> granted(String key, Path base, List<Path> paths) {
    List<Path> absolute = new ArrayList<>();
    for (Path path : paths) {
      if (path.toString().isEmpty()) {
        throw new IllegalArgumentException("permissions." + key + ": an empty path; write . for the folder itself");
      }
      Path full = base.resolve(path).normalize();
      if (!absolute.contains(full)) {
        absolute.add(full);
      }
    }
    return List.copyOf(absolute);
  }

  private static List<Path> joined(List<Path> first, List<Path> second) {
    List<Path> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
