package ringfence.host.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Waits until one of some files may have changed: written, replaced by a rename, made or removed, itself, a folder above
/// it, or what a link in its place leads to. One thread waits; any may close.
///
/// It watches folders, since an editor that renames leaves another file in the same place. What it tells is a hint: whoever
/// waits reads the files again and compares.
final class FileWatch implements AutoCloseable {
  /// An editor writes a file in steps, and a checkout many files; they are told of as one change.
  private static final Duration QUIET = Duration.ofMillis(50);

  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final Path base;
  private final WatchService events;

  /// By how each watched folder is named: two names of one folder have one key.
  private Map<WatchKey, Set<Path>> folders = Map.of();

  private Set<Path> files = Set.of();

  private FileWatch(Path base, WatchService events) {
    this.base = base;
    this.events = events;
  }

  /// @param base folders from here on down to a file are watched, so that none of them is swapped unseen
  static FileWatch open(Path base) throws IOException {
    return new FileWatch(base.toAbsolutePath().normalize(), base.getFileSystem().newWatchService());
  }

  /// Watches these files from now on, and no others; they need not exist.
  ///
  /// @return whether a folder is watched that was not before, so that files in it may have changed unseen
  /// @throws IOException if the machine gives no more watches
  /// @throws ClosedWatchServiceException after [#close()]
  boolean watch(Collection<Path> named) throws IOException {
    Set<Path> all = new LinkedHashSet<>();
    for (Path file : named) {
      Path absolute = file.toAbsolutePath().normalize();
      all.add(absolute);
      real(absolute).ifPresent(all::add);
    }
    Map<WatchKey, Set<Path>> watched = new HashMap<>();
    for (Path folder : foldersOf(all)) {
      try {
        WatchKey key =
            folder.register(
                events,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
        watched.computeIfAbsent(key, _ -> new HashSet<>()).add(folder);
      } catch (NoSuchFileException | NotDirectoryException _) {
        // Removed just now, of which the folder above tells.
      }
    }
    boolean more = !folders.keySet().containsAll(watched.keySet());
    folders.keySet().stream().filter(key -> !watched.containsKey(key)).forEach(WatchKey::cancel);
    folders = watched;
    files = all;
    return more;
  }

  /// Where links lead; empty if nowhere.
  private static Optional<Path> real(Path file) {
    try {
      return Optional.of(file.toRealPath());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Set<Path> foldersOf(Set<Path> all) {
    Set<Path> found = new LinkedHashSet<>();
    for (Path file : all) {
      for (Path folder = file.getParent(); folder != null; folder = folder.getParent()) {
        if (Files.isDirectory(folder)) {
          found.add(folder);
          if (folder.equals(base) || !folder.startsWith(base)) {
            break;
          }
        }
      }
    }
    return found;
  }

  /// Waits for a change, and on until none has followed for 50 ms, at most for 1 s.
  ///
  /// @return false once this is closed
  boolean awaitChange() throws InterruptedException {
    try {
      while (!concerns(events.take())) {
        // Some other file of the folder.
      }
      long end = System.nanoTime() + LONGEST.toNanos();
      while (System.nanoTime() < end) {
        WatchKey key = events.poll(QUIET.toMillis(), TimeUnit.MILLISECONDS);
        if (key == null) {
          break;
        }
        boolean _ = concerns(key);
      }
      return true;
    } catch (ClosedWatchServiceException e) {
      return false;
    }
  }

  private boolean concerns(WatchKey key) {
    Set<Path> named = folders.getOrDefault(key, Set.of());
    boolean concerns = false;
    for (WatchEvent<?> event : key.pollEvents()) {
      // Without a name it says that there were more events than it could keep.
      concerns |=
          !(event.context() instanceof Path name)
              || named.stream().map(folder -> folder.resolve(name)).anyMatch(this::leadsToFile);
    }
    // What can't be watched on has been removed.
    return !key.reset() || concerns;
  }

  private boolean leadsToFile(Path changed) {
    return files.stream().anyMatch(file -> file.startsWith(changed));
  }

  @Override
  public void close() {
    try {
      events.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
