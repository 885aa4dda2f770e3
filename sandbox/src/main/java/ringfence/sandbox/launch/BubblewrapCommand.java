package ringfence.sandbox.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The command line that shuts a program in. It reads the file system and changes nothing.
///
/// What the program sees, all read-only: the JDK at `/w/jdk`, its jars in `/w/lib`, the C library's few
/// files where the loader looks for them, `/proc` of its own pid namespace, three devices. No `/etc`,
/// no `/tmp`, no `/sys`, no shell.
final class BubblewrapCommand {
  static final Path JDK = Path.of("/w/jdk");
  static final Path LIBRARIES = Path.of("/w/lib");
  static final String JAVA = "/w/jdk/bin/java";

  /// Where the training of a cache writes, and no worker: see [#writable].
  static final Path OUTPUT = Path.of("/w/out");

  /// What the JDKs of the known distributions link to. Temurin needs the first six, Debian's also C++'s.
  private static final List<String> SYSTEM_LIBRARIES =
      List.of(
          "libc.so.6",
          "libm.so.6",
          "libdl.so.2",
          "libpthread.so.0",
          "librt.so.1",
          "libz.so.1",
          "libstdc++.so.6",
          "libgcc_s.so.1");

  /// Debian's folders first, then those of the distributions without multi-arch.
  private static final List<String> LIBRARY_FOLDERS =
      List.of(
          "/lib/x86_64-linux-gnu",
          "/usr/lib/x86_64-linux-gnu",
          "/lib/aarch64-linux-gnu",
          "/usr/lib/aarch64-linux-gnu",
          "/lib64",
          "/usr/lib64",
          "/lib",
          "/usr/lib");

  /// The paths that the ABI writes into every program.
  private static final List<String> LOADERS =
      List.of("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1");

  private static final List<String> DEVICES = List.of("/dev/null", "/dev/urandom", "/dev/random");

  private final Path bubblewrap;
  private final Map<Path, Path> binds = new LinkedHashMap<>();
  private final Map<Path, Path> optional = new LinkedHashMap<>();
  private @Nullable Path writable;
  private List<String> prefix = List.of();
  private List<String> program = List.of();

  BubblewrapCommand(Path bubblewrap) {
    this.bubblewrap = bubblewrap;
    for (String loader : LOADERS) {
      bindIfThere(Path.of(loader));
    }
    for (String library : SYSTEM_LIBRARIES) {
      LIBRARY_FOLDERS.stream()
          .map(folder -> Path.of(folder, library))
          .filter(Files::exists)
          .findFirst()
          .ifPresent(this::bindIfThere);
    }
  }

  /// Shows a file or folder, read-only.
  ///
  /// @param place where the program sees it
  BubblewrapCommand bind(Path source, Path place) {
    binds.put(place, source);
    return this;
  }

  /// As [#bind], for a file that may vanish before the program starts, and that it can do without.
  BubblewrapCommand bindIfStillThere(Path source, Path place) {
    optional.put(place, source);
    return this;
  }

  /// Shows a JDK, and the files outside it that it links to: Debian keeps a JDK's configuration in /etc.
  BubblewrapCommand bindJdk(Path home) throws LaunchException {
    bind(home, JDK);
    for (Path target : outwardLinks(home)) {
      bindIfThere(target);
    }
    return this;
  }

  /// Shows a folder as [#OUTPUT] that the program may write to, files of any size. For our own code only.
  BubblewrapCommand writable(Path folder) {
    writable = folder;
    return this;
  }

  /// Has a program of the host, which becomes what follows it, go first.
  BubblewrapCommand after(List<String> command) {
    prefix = List.copyOf(command);
    return this;
  }

  BubblewrapCommand program(List<String> command) {
    program = List.copyOf(command);
    return this;
  }

  /// The whole command.
  ///
  /// @param openFiles most descriptors of the program
  /// @param user whom the processes belong to outside, or [WorkerUsers#SAME] for the host's own user
  /// @throws LaunchException if a program on the way is missing
  List<String> build(int openFiles, int user) throws LaunchException {
    List<String> command = new ArrayList<>(prefix);
    command.add(Programs.require("setpriv", "util-linux").toString());
    if (user != WorkerUsers.SAME) {
      // bubblewrap's --uid only renames: outside, the process would still be root's.
      command.addAll(
          List.of("--reuid=" + user, "--regid=" + user, "--clear-groups", "--no-new-privs"));
    }
    // Binds the outer process to the host; the change of user would have undone it any earlier.
    command.add("--pdeathsig=KILL");
    command.addAll(HostCheck.command(Programs.require("sh", "dash")));
    // No --nproc here: under a host that is not root it would count all the processes of its user.
    // The worker bounds its threads itself, within its own user namespace, when it is sealed.
    command.add(Programs.require("prlimit", "util-linux").toString());
    command.addAll(List.of("--nofile=" + openFiles, "--core=0", "--memlock=0"));
    if (writable == null) {
      command.add("--fsize=0");
    }
    // A pid namespace around bubblewrap, whose pid 1 bubblewrap is: with pid 1 the kernel kills all the
    // others. Without it, a bubblewrap that is killed before it has spoken to its child leaves that child
    // waiting for ever. Who is not root gets a pid namespace only together with a user namespace.
    command.add(Programs.require("unshare", "util-linux").toString());
    command.addAll(List.of("--user", "--map-current-user", "--pid", "--kill-child=KILL", "--"));
    command.add(bubblewrap.toString());
    command.addAll(
        List.of(
            "--seccomp", Integer.toString(Spawner.FILTER_DESCRIPTOR),
            "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-net",
            "--unshare-cgroup-try", "--disable-userns", "--die-with-parent", "--new-session",
            "--as-pid-1", "--hostname", "worker", "--uid", "65534", "--gid", "65534",
            "--cap-drop", "ALL"));
    binds.forEach(
        (place, source) ->
            command.addAll(List.of("--ro-bind", source.toString(), place.toString())));
    optional.forEach(
        (place, source) ->
            command.addAll(List.of("--ro-bind-try", source.toString(), place.toString())));
    if (writable != null) {
      command.addAll(List.of("--bind", writable.toString(), OUTPUT.toString()));
    }
    command.addAll(List.of("--proc", "/proc"));
    for (String device : DEVICES) {
      command.addAll(List.of("--dev-bind", device, device));
    }
    command.addAll(List.of("--remount-ro", "/", "--chdir", "/", "--"));
    command.addAll(program);
    return List.copyOf(command);
  }

  private void bindIfThere(Path path) {
    if (Files.exists(path)) {
      bind(path, path);
    }
  }

  private static List<Path> outwardLinks(Path home) throws LaunchException {
    try (Stream<Path> files = Files.walk(home)) {
      List<Path> targets = new ArrayList<>();
      for (Path file : files.filter(Files::isSymbolicLink).toList()) {
        Path target = file.resolveSibling(Files.readSymbolicLink(file)).normalize();
        if (!target.startsWith(home) && Files.isRegularFile(target) && Files.isReadable(target)) {
          targets.add(target);
        }
      }
      return targets;
    } catch (IOException | UncheckedIOException e) {
      // The walk throws the latter on its way, for example when the host has no descriptors left.
      throw new LaunchException("JDK " + home + " can't be listed: " + e.getMessage(), e);
    }
  }
}
