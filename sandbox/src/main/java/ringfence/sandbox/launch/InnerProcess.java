package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.StringTokenizer;
import ringfence.sandbox.os.Processes;
import ringfence.sandbox.os.SystemCallException;

/// The worker's own process, the innermost behind the wall, as the host's kernel counts and stops it.
///
/// What a worker says of itself may be a lie; what is read here is not. Not thread-safe.
///
/// @see "proc_pid_stat(5), proc_pid_status(5); pid_namespaces(7): SIGSTOP of an outer namespace stops an init too"
final class InnerProcess implements AutoCloseable {
  private static final Path PROC = Path.of("/proc");
  private static final int SIGCONT = 18;
  private static final int SIGSTOP = 19;

  /// Of the times in /proc, on every Linux that runs a JVM.
  private static final long TICK_NANOS = 10_000_000;

  /// `setpriv` and the like become each other; `unshare`, bubblewrap and the worker are each a child of the one before.
  private static final int LONGEST_CHAIN = 4;

  /// What Truffle calls its compiler's threads, as far as the kernel keeps a name.
  private static final String COMPILER = "TruffleCompiler";

  /// The JVM's thread that ends it, so it ends with it.
  private static final String LASTING = "VM Thread\n";

  /// An eleventh of the weight of nice 0.
  private static final int COMPILER_NICE = 10;

  private final int pid;
  private final int pidfd;

  private InnerProcess(int pid, int pidfd) {
    this.pid = pid;
    this.pidfd = pidfd;
  }

  /// Finds it behind the outer process.
  ///
  /// @return empty while it does not exist yet, and when it has gone
  static Optional<InnerProcess> behind(int outer) {
    try {
      int parent = 0;
      int at = outer;
      for (int i = 0; i < LONGEST_CHAIN; i++) {
        OptionalLong child = onlyChild(at);
        if (child.isEmpty()) {
          break;
        }
        parent = at;
        at = (int) child.getAsLong();
      }
      if (!Files.readString(PROC.resolve(at + "/comm")).equals("java\n")) {
        return Optional.empty();
      }
      int fd = Processes.pidfdOpen(at);
      // The number may have become another's before it was opened; that one would have another parent.
      if (at != outer && fields(at)[PARENT] != parent) {
        SpawnedWorker.closeOwn(fd);
        return Optional.empty();
      }
      return Optional.of(new InnerProcess(at, fd));
    } catch (IOException | NumberFormatException _) {
      return Optional.empty();
    }
  }

  /// The CPU time of all its threads, those that have ended too, in steps of 10 ms; empty when it has gone.
  OptionalLong cpuNanos() {
    try {
      long[] fields = fields(pid);
      return OptionalLong.of((fields[USER_TICKS] + fields[SYSTEM_TICKS]) * TICK_NANOS);
    } catch (IOException | NumberFormatException _) {
      return OptionalLong.empty();
    }
  }

  /// The memory that is its own, swapped out or not; empty when it has gone. Not that of files, which it can only read.
  ///
  /// @param givenBytes of shared memory that others gave it, which does not count
  OptionalLong memoryBytes(long givenBytes) {
    try {
      long own = 0;
      long shared = 0;
      for (String line : Files.readAllLines(PROC.resolve(pid + "/status"), StandardCharsets.ISO_8859_1)) {
        if (line.startsWith("RssAnon:") || line.startsWith("VmSwap:")) {
          own += kib(line) << 10;
        } else if (line.startsWith("RssShmem:")) {
          shared += kib(line) << 10;
        }
      }
      // Of a process that has ended, and is not reaped yet, the kernel shows none.
      return own == 0 ? OptionalLong.empty() : OptionalLong.of(own + Math.max(0, shared - givenBytes));
    } catch (IOException | NumberFormatException _) {
      return OptionalLong.empty();
    }
  }

  /// Where its memory is; empty when it has gone, and where the kernel does not let this process look.
  Optional<ProcessMemory> memory() {
    try {
      List<String> maps = Files.readAllLines(PROC.resolve(pid + "/smaps"), StandardCharsets.ISO_8859_1);
      return maps.isEmpty() ? Optional.empty() : Optional.of(ProcessMemory.of(maps));
    } catch (IOException | NumberFormatException _) {
      return Optional.empty();
    }
  }

  /// A line such as `RssAnon:     1234 kB`.
  static long kib(String line) {
    return Long.parseLong(line.substring(line.indexOf(':') + 1, line.lastIndexOf(' ')).strip());
  }

  /// Whether the process with that number is the one that began at that time.
  static boolean lives(long pid, long startTicks) {
    try {
      return startTicks(pid) == startTicks;
    } catch (IOException _) {
      return false;
    }
  }

  /// When a process began, in ticks since the machine did: with its number, what tells it from all others.
  static long startTicks(long pid) throws IOException {
    return fields(pid)[START_TICKS];
  }

  /// Has the threads that make machine code of the service's code get the CPU behind those that run it. Does nothing if
  /// it has gone. A thread that ends just then may leave its number to another one, which is then nice too.
  void yieldCompiling() {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(PROC.resolve(pid + "/task"))) {
      for (Path thread : threads) {
        if (Files.readString(thread.resolve("comm"), StandardCharsets.ISO_8859_1).startsWith(COMPILER)) {
          Processes.setNice(Integer.parseInt(String.valueOf(thread.getFileName())), COMPILER_NICE);
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // It, or one of them, has gone; or the kernel refuses it, and all get the same.
    }
  }

  /// A descriptor that can be read as soon as the process has begun to end, whatever ends it: one of its threads that
  /// ends with the process and not before. The process itself ends some milliseconds later, when the kernel has taken its
  /// memory apart. To be closed by the caller.
  ///
  /// @return empty as long as it has no such thread, and for good before Linux 6.9
  OptionalInt openDeath() {
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(PROC.resolve(pid + "/task"))) {
      for (Path thread : threads) {
        if (isLasting(thread)) {
          int fd = Processes.threadOpen(Integer.parseInt(String.valueOf(thread.getFileName())));
          // The number may have become another's before it was opened.
          if (isLasting(thread)) {
            return OptionalInt.of(fd);
          }
          SpawnedWorker.closeOwn(fd);
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // It has gone, or the kernel has no descriptors for threads.
    }
    return OptionalInt.empty();
  }

  private static boolean isLasting(Path thread) throws IOException {
    return Files.readString(thread.resolve("comm"), StandardCharsets.ISO_8859_1).equals(LASTING);
  }

  /// Stops all its threads, until [#proceed].
  void stop() throws SystemCallException {
    boolean _ = Processes.signal(pidfd, SIGSTOP);
  }

  void proceed() throws SystemCallException {
    boolean _ = Processes.signal(pidfd, SIGCONT);
  }

  @Override
  public void close() {
    SpawnedWorker.closeOwn(pidfd);
  }

  // Places behind the name in /proc/PID/stat, which counts them from 3 on.
  private static final int PARENT = 0;
  private static final int USER_TICKS = 10;
  private static final int SYSTEM_TICKS = 11;
  private static final int START_TICKS = 18;
  private static final int FIELDS = 19;

  private static long[] fields(long pid) throws IOException {
    String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
    // The name may hold anything, a parenthesis too; the last one ends it, and one letter of state follows.
    StringTokenizer rest = new StringTokenizer(stat.substring(stat.lastIndexOf(')') + 3));
    long[] fields = new long[FIELDS];
    for (int i = 0; i < FIELDS && rest.hasMoreTokens(); i++) {
      fields[i] = Long.parseLong(rest.nextToken());
    }
    return fields;
  }

  /// The kernel need not list a process's children (CONFIG_PROC_CHILDREN), so all processes are asked for their parent.
  private static OptionalLong onlyChild(int parent) throws IOException {
    OptionalLong found = OptionalLong.empty();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        int candidate = Integer.parseInt(String.valueOf(process.getFileName()));
        if (parentOf(candidate) == parent) {
          if (found.isPresent()) {
            return OptionalLong.empty();
          }
          found = OptionalLong.of(candidate);
        }
      }
    }
    return found;
  }

  private static long parentOf(int pid) {
    try {
      return fields(pid)[PARENT];
    } catch (IOException _) {
      // Gone meanwhile.
      return -1;
    }
  }
}
