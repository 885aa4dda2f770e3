package ringfence.sandbox.permission;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Which files a service may read and write. A granted folder stands for all that is beneath it.
///
/// Paths are compared as names, with `.` and `..` taken out; no file is looked at. So what a name leads to is
/// not decided here: whoever opens it goes from the granted root down and never through a link that leaves it.
///
/// @param base what relative paths are relative to, the granted ones and the asked ones: absolute
/// @param read granted for reading: absolute, without `.` and `..`
/// @param write granted for writing; that alone does not let a service read
/// @param real where granted paths lie whose way leads through links, for those that do: who opens a root follows no
///     link on the way to it, so what is not here and has a link can't be opened
public record FileAccess(Path base, List<Path> read, List<Path> write, Map<Path, Path> real) {
  /// No file at all.
  public static final FileAccess NONE = new FileAccess(Path.of("/"), List.of(), List.of(), Map.of());

  /// A place beneath a granted root.
  ///
  /// @param root where the granted path lies
  /// @param beneath names below it with `/` between them, none of them `.` or `..`; empty for the root itself. Text
  ///     and no path of Java's, which can't have every name where the locale is plain ASCII
  public record Place(Path root, String beneath) {}

  public FileAccess {
    if (!base.isAbsolute()) {
      throw new IllegalArgumentException("the base of granted paths must be absolute, not " + base);
    }
    base = base.normalize();
    read = granted("read", base, read);
    write = granted("write", base, write);
    real = Map.copyOf(real);
  }

  /// Grants nothing yet.
  public static FileAccess relativeTo(Path base) {
    return new FileAccess(base, List.of(), List.of(), Map.of());
  }

  /// Grants more for reading.
  ///
  /// @param paths absolute, or relative to the base
  public FileAccess withRead(List<Path> paths) {
    return new FileAccess(base, joined(read, paths), write, real);
  }

  /// Grants more for writing.
  ///
  /// @param paths absolute, or relative to the base
  public FileAccess withWrite(List<Path> paths) {
    return new FileAccess(base, read, joined(write, paths), real);
  }

  /// Takes down where the granted paths lie. For definitions of an operator's only: a service that could have a path
  /// of its choice looked up could have it lead anywhere.
  ///
  /// @param where from a granted path to the place that its links lead to
  public FileAccess located(UnaryOperator<Path> where) {
    Map<Path, Path> found = new HashMap<>();
    Stream.concat(read.stream(), write.stream())
        .forEach(
            path -> {
              Path place = where.apply(path);
              if (!place.equals(path)) {
                found.put(path, place);
              }
            });
    return new FileAccess(base, read, write, found);
  }

  /// These grants as those of a child: each lies where the parent's grant lies that covers it. No file is looked at.
  public FileAccess within(FileAccess parent) {
    return located(
        path -> {
          Optional<Path> reading = parent.place(parent.read, path);
          Optional<Path> writing = parent.place(parent.write, path);
          // Where the two disagree it stays a name, and can't be opened if a link is on its way.
          return reading.isEmpty() || writing.isEmpty() || reading.equals(writing)
              ? reading.or(() -> writing).orElse(path)
              : path;
        });
  }

  private Optional<Path> place(List<Path> granted, Path path) {
    return granted.stream()
        .filter(path::startsWith)
        .max(Comparator.comparingInt(Path::getNameCount))
        .map(root -> real.getOrDefault(root, root).resolve(root.relativize(path)).normalize());
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
    if (asked.isEmpty() || asked.indexOf('\0') >= 0) {
      return Optional.empty();
    }
    String path = absolute(asked);
    // The innermost root: its descriptor leads the shortest way.
    return granted.stream()
        .filter(root -> isBeneath(path, root.toString()))
        .max(Comparator.comparingInt(Path::getNameCount))
        .map(
            root -> {
              String name = root.toString();
              int start = name.equals("/") ? 1 : Math.min(path.length(), name.length() + 1);
              return new Place(real.getOrDefault(root, root), path.substring(start));
            });
  }

  private static boolean isBeneath(String path, String root) {
    return root.equals("/")
        || (path.startsWith(root) && (path.length() == root.length() || path.charAt(root.length()) == '/'));
  }

  /// From the top, without `.`, `..` and doubled slashes, as names and not as links have it.
  private String absolute(String asked) {
    Deque<String> names = new ArrayDeque<>();
    String full = asked.startsWith("/") ? asked : base + "/" + asked;
    for (String name : full.split("/", -1)) {
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    return "/" + String.join("/", names);
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
