package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The control group of one worker: one folder with v2, one a controller with v1. Thread-safe.
final class WorkerGroup {
  /// A worker that only the host's watch bounds.
  static final WorkerGroup NONE = new WorkerGroup(List.of(), List.of(), null, null);

  private static final String OOM_KILL = "oom_kill ";

  private final List<Path> folders;
  private final List<Path> entered;
  private final @Nullable Path memoryEvents;
  private final @Nullable Background background;

  /// Puts a worker behind the others, or among them again.
  @FunctionalInterface
  interface Background {
    void background(boolean background) throws IOException;
  }

  /// @param folders that are the worker's
  /// @param entered those of them that its processes enter
  /// @param memoryEvents the file that counts the kernel's kills; null where memory is not bounded
  /// @param background null where there is none
  WorkerGroup(
      List<Path> folders, List<Path> entered, @Nullable Path memoryEvents, @Nullable Background background) {
    this.folders = List.copyOf(folders);
    this.entered = List.copyOf(entered);
    this.memoryEvents = memoryEvents;
    this.background = background;
  }

  boolean knowsBackground() {
    return background != null;
  }

  /// As [WorkerProcess#background].
  void background(boolean background) throws IOException {
    if (this.background != null) {
      this.background.background(background);
    }
  }

  boolean boundsMemory() {
    return memoryEvents != null;
  }

  /// The program behind a shell that enters the group and then becomes it: the same process, so that whatever
  /// it starts is inside, and whatever watches it needs not know. Before the program gives up root, which it
  /// needs for entering.
  ///
  /// @throws LaunchException if there is no shell
  List<String> command(List<String> program) throws LaunchException {
    if (entered.isEmpty()) {
      return program;
    }
    List<String> command = new ArrayList<>();
    StringBuilder script = new StringBuilder();
    for (int i = 1; i <= entered.size(); i++) {
      script.append("echo $$ >\"$").append(i).append("\" && ");
    }
    // Shells export where they are; that is the host's, and must not show in the worker's environment.
    script.append("shift ").append(entered.size()).append(" && unset PWD OLDPWD SHLVL && exec \"$@\"");
    command.addAll(
        List.of(Programs.require("sh", "dash").toString(), "-c", script.toString(), "ringfence"));
    entered.forEach(folder -> command.add(folder.resolve("cgroup.procs").toString()));
    command.addAll(program);
    return List.copyOf(command);
  }

  /// Whether the kernel has killed a process of it for its memory.
  boolean ranOutOfMemory() {
    if (memoryEvents == null) {
      return false;
    }
    try {
      return Files.readAllLines(memoryEvents).stream()
          .filter(line -> line.startsWith(OOM_KILL))
          .anyMatch(line -> Long.parseLong(line.substring(OOM_KILL.length()).strip()) > 0);
    } catch (IOException | NumberFormatException _) {
      // Then nobody knows, and the exit is told as the kill that it is.
      return false;
    }
  }

  /// Removes it if nobody is in it any more. A process that has just ended may still be for some microseconds.
  ///
  /// @return whether it is gone
  boolean remove() {
    boolean gone = true;
    for (Path folder : folders) {
      gone &= remove(folder);
    }
    return gone;
  }

  static boolean remove(Path folder) {
    try {
      Files.deleteIfExists(folder);
      return true;
    } catch (NoSuchFileException _) {
      return true;
    } catch (DirectoryNotEmptyException _) {
      return false;
    } catch (IOException _) {
      // EBUSY: a process is in it.
      return false;
    }
  }
}
