package ringfence.host.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ringfence.host.ServiceDefinition;
import ringfence.host.cli.AuditedRequests.Outcome;
import ringfence.host.cli.Suggestion.Item;

/// Turns paths that were asked for into paths to grant: one that another one covers is left out, and many files of
/// one folder become the folder, which is said, since it grants its other files too.
final class FileGrants {
  /// More files of one folder than this are written as the folder.
  static final int MOST_FILES_OF_A_FOLDER = 8;

  private final Path base;

  /// @param service whose base its paths are relative to; null if that is not known
  FileGrants(@Nullable ServiceDefinition service) {
    base = service == null ? Path.of("") : service.permissions().files().base();
  }

  /// @param asked path, as the service wrote it -> what became of it
  /// @param notes where to say what can't be granted
  List<Item> items(Map<String, Outcome> asked, List<String> notes) {
    Map<Path, Boolean> refused = new TreeMap<>();
    asked.forEach(
        (text, outcome) -> {
          try {
            refused.merge(base.resolve(text).normalize(), outcome.refused(), Boolean::logicalOr);
          } catch (InvalidPathException _) {
            notes.add("no path: " + Quote.yaml(text));
          }
        });
    Map<Path, Long> filesOf =
        uncovered(List.copyOf(refused.keySet())).stream()
            .filter(path -> mayFold(path.getParent()))
            .collect(Collectors.groupingBy(Path::getParent, TreeMap::new, Collectors.counting()));
    filesOf.values().removeIf(files -> files <= MOST_FILES_OF_A_FOLDER);
    List<Path> granted = new ArrayList<>(refused.keySet());
    granted.addAll(filesOf.keySet());
    return uncovered(granted).stream().map(path -> item(path, refused, filesOf.get(path))).toList();
  }

  /// Not the manifest's own folder, nor all of the disk: that is for a person to decide.
  private boolean mayFold(@Nullable Path folder) {
    return folder != null && folder.getNameCount() > 0 && !base.startsWith(folder);
  }

  private Item item(Path path, Map<Path, Boolean> refused, @Nullable Long folded) {
    List<String> remarks = new ArrayList<>();
    if (folded != null) {
      remarks.add("the folder: " + folded + " files of it were asked for");
    }
    if (refused.entrySet().stream().anyMatch(e -> e.getValue() && e.getKey().startsWith(path))) {
      remarks.add(folded == null ? "was refused" : "some were refused");
    }
    Path shown = path.startsWith(base) ? base.relativize(path) : path;
    if (shown.isAbsolute() || shown.startsWith("..")) {
      remarks.add("outside the manifest's folder");
    }
    return new Item(shown.toString().isEmpty() ? "." : shown.toString(), String.join(", ", remarks));
  }

  private static List<Path> uncovered(List<Path> paths) {
    return paths.stream()
        .distinct()
        .filter(path -> paths.stream().noneMatch(other -> !other.equals(path) && path.startsWith(other)))
        .sorted()
        .toList();
  }
}
