package ringfence.host.manifest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ringfence.sandbox.file.FileException;
import ringfence.sandbox.file.FileTree;
import ringfence.sandbox.file.LeavesRootException;
import ringfence.sandbox.file.OpenFile;

/// The modules that a service's code is made of: those that its entry imports or starts as Workers, directly or not, and
/// that lie beneath the entry's folder. Links may lead around in there, never out of it.
public final class CodeFolder {
  private static final int MOST_MODULES = 1000;
  private static final long MOST_BYTES = 8L << 20;

  /// Declarations, `.d.ts`, are for the author's tools alone.
  private static final Pattern MODULE = Pattern.compile("\\.{1,2}/.+(\\.(js|mjs|json)|(?<!\\.d)\\.m?ts)");

  private final Path path;
  private final FileTree folder;
  private final Consumer<Path> looked;
  private final SequencedMap<String, String> modules = new LinkedHashMap<>();
  private long bytes;

  private CodeFolder(Path path, FileTree folder, Consumer<Path> looked) {
    this.path = path;
    this.folder = folder;
    this.looked = looked;
  }

  /// Collects what an entry imports.
  ///
  /// @param entry the file that was named
  /// @param code its text
  /// @return the other modules' names, relative to the entry's folder, and texts
  /// @throws IllegalArgumentException if one can't be used, saying which and why
  public static SequencedMap<String, String> importsOf(Path entry, String code) {
    return importsOf(entry, code, _ -> {});
  }

  /// Collects them as [#importsOf(Path, String)].
  ///
  /// @param looked told of each file that is looked for, whether or not it is there
  static SequencedMap<String, String> importsOf(Path entry, String code, Consumer<Path> looked) {
    Path parent = entry.toAbsolutePath().getParent();
    Path name = entry.getFileName();
    if (parent == null || name == null) {
      return new LinkedHashMap<>();
    }
    try {
      CodeFolder folder = new CodeFolder(parent, new FileTree(parent.toRealPath()), looked);
      folder.collect(name.toString(), code);
      folder.modules.remove(name.toString());
      return folder.modules;
    } catch (IOException e) {
      throw new IllegalArgumentException("the folder of " + name + " can't be read: " + e.getMessage(), e);
    }
  }

  private void collect(String entry, String code) throws FileException {
    modules.put(entry, code);
    Queue<String> unread = new ArrayDeque<>();
    unread.add(entry);
    while (!unread.isEmpty()) {
      String importer = unread.remove();
      if (importer.endsWith(".json")) {
        continue;
      }
      for (String name : named(importer, modules.getOrDefault(importer, ""))) {
        if (modules.containsKey(name)) {
          continue;
        }
        Optional<String> text = read(name, importer);
        if (text.isPresent()) {
          modules.put(name, text.get());
          unread.add(name);
          if (modules.size() > MOST_MODULES) {
            throw new IllegalArgumentException("its code imports more than " + MOST_MODULES + " modules");
          }
        }
      }
    }
  }

  /// The names of the modules that one names.
  private static SequencedSet<String> named(String importer, String code) {
    SequencedSet<String> names = new LinkedHashSet<>();
    for (String specifier : ImportScanner.imports(code)) {
      resolve(importer, specifier).ifPresent(names::add);
    }
    for (String specifier : ImportScanner.workers(code)) {
      // A URL is relative to the module that makes it, a mere string to the entry, which lies in the folder itself.
      String relative = specifier.startsWith("/") ? "." + specifier : specifier;
      String dotted = relative.startsWith(".") ? relative : "./" + relative;
      resolve("", dotted).ifPresent(names::add);
      if (!specifier.startsWith("/")) {
        resolve(importer, dotted).ifPresent(names::add);
      }
    }
    return names;
  }

  /// The name of a module, if it is one beneath the folder.
  private static Optional<String> resolve(String importer, String specifier) {
    if (!MODULE.matcher(specifier).matches()) {
      return Optional.empty();
    }
    ArrayDeque<String> names = new ArrayDeque<>(Stream.of(importer.split("/", -1)).collect(Collectors.toList()));
    names.removeLast();
    for (String part : specifier.split("/", -1)) {
      if (part.equals("..")) {
        if (names.pollLast() == null) {
          return Optional.empty();
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        names.addLast(part);
      }
    }
    return Optional.of(String.join("/", names));
  }

  private void look(String name) {
    try {
      looked.accept(path.resolve(name));
    } catch (InvalidPathException _) {
      // No file has such a name, as opening it tells.
    }
  }

  /// The text of a module; empty if there is none, which the service learns when it asks for it.
  private Optional<String> read(String name, String importer) throws FileException {
    look(name);
    try (OpenFile file = folder.open(name, OpenFile.Mode.READ, 0)) {
      long size = file.statusAtOpen().size();
      if (bytes + size > MOST_BYTES) {
        throw new IllegalArgumentException(
            "its modules have more than " + MOST_BYTES + " bytes, " + name + " (imported by " + importer + ") included");
      }
      byte[] read = file.read(0, (int) size);
      bytes += read.length;
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(read)).toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(name + " (imported by " + importer + ") is not UTF-8 text", e);
    } catch (LeavesRootException e) {
      throw new IllegalArgumentException(
          name + " (imported by " + importer + ") can't be a module of the service: " + e.why(), e);
    } catch (FileException e) {
      return switch (e.code()) {
        case "ENOENT", "ENOTDIR", "EISDIR", "EINVAL", "ENAMETOOLONG" -> Optional.empty();
        default -> throw new IllegalArgumentException(name + " (imported by " + importer + ") can't be read: " + e.getMessage(), e);
      };
    }
  }
}
