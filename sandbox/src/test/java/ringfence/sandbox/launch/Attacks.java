package ringfence.sandbox.launch;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import ringfence.sandbox.os.Architecture;

/// What a worker's native code might try. Each answers `done`, with what it got, or `refused`, with why.
final class Attacks {
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final MethodHandle SYSCALL = bindSyscall();

  // Calls that no filter names, so that SystemCall does not know them: x86-64, aarch64.
  private static final int[] KILL = {62, 129};
  private static final int[] FTRUNCATE = {77, 46};
  private static final int[] MMAP = {9, 222};

  private Attacks() {}

  static String run(String attack) {
    String[] words = attack.split(" ", 2);
    String argument = words.length > 1 ? words[1] : "";
    try (Arena arena = Arena.ofConfined()) {
      return switch (words[0]) {
        case "socket" -> call(SystemCall.SOCKET, 2, 1, 0);
        case "unixSocket" -> call(SystemCall.SOCKET, 1, 1, 0);
        case "connect" -> connect(Integer.parseInt(argument));
        case "execve" -> execve(arena);
        case "ptrace" -> call(SystemCall.PTRACE, 16, Integer.MAX_VALUE); // PTRACE_ATTACH
        case "startProcess" -> startProcess();
        case "openForWriting" ->
            call(SystemCall.OPENAT, -100, arena.allocateFrom("/dev/null").address(), 1);
        case "writeFile" -> "done " + Files.writeString(Path.of(argument), "x").getFileName();
        case "ftruncate" -> call(FTRUNCATE, -1, 0);
        case "memfd" -> call(SystemCall.MEMFD_CREATE, arena.allocateFrom("m").address(), 0);
        case "ioUring" -> call(SystemCall.IO_URING_SETUP, 1, arena.allocate(120, 8).address());
        case "unshare" -> call(SystemCall.UNSHARE, 0x400); // CLONE_FILES, which needs no rights
        case "kill" -> call(KILL, Long.parseLong(argument), 0);
        case "prctl" -> call(SystemCall.PRCTL, 4, 1, 0, 0, 0); // PR_SET_DUMPABLE
        case "environment" -> searchEnvironments(argument);
        case "processes" -> "done " + processes().size();
        case "readFile" -> "done " + Files.readString(Path.of(argument));
        case "interfaces" -> "done " + interfaces(Path.of("/proc/net/dev"));
        default -> throw new IllegalArgumentException(attack);
      };
    } catch (IOException e) {
      return "refused " + e.getClass().getSimpleName();
    }
  }

  /// Starts idle threads until the machine refuses one.
  static String startThreads(int most) {
    for (int i = 0; i < most; i++) {
      try {
        Thread.ofPlatform().daemon().start(Attacks::idle);
      } catch (OutOfMemoryError e) {
        return "refused after " + i;
      }
    }
    return "done " + most;
  }

  private static synchronized void idle() {
    try {
      Attacks.class.wait();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Takes memory past the JVM, which bounds none of it, and writes to each page.
  @SuppressWarnings("restricted") // The size is the one that the kernel just mapped.
  static String touchMemory(int mebibytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      for (int i = 0; i < mebibytes; i++) {
        // PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS
        long address =
            (long) SYSCALL.invokeExact(state, (long) number(MMAP), 0L, 1L << 20, 3L, 0x22L, -1L, 0L);
        if (address < 0) {
          return "refused after " + i;
        }
        MemorySegment _ = MemorySegment.ofAddress(address).reinterpret(1L << 20).fill((byte) 1);
      }
      return "done " + mebibytes;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static int number(int[] numbers) {
    return numbers[Architecture.current() == Architecture.X86_64 ? 0 : 1];
  }

  static List<String> interfaces(Path table) throws IOException {
    return Files.readAllLines(table).stream()
        .skip(2)
        .map(line -> line.strip().split(":", 2)[0])
        .sorted()
        .toList();
  }

  private static String connect(int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return "done";
    } catch (LinkageError e) {
      // The JDK's sockets begin with a socketpair, and that is refused already.
      throw new IOException(e);
    }
  }

  private static String execve(Arena arena) {
    MemorySegment path = arena.allocateFrom("/bin/true");
    MemorySegment arguments = arena.allocate(ADDRESS, 2);
    arguments.set(ADDRESS, 0, path);
    return call(SystemCall.EXECVE, path.address(), arguments.address(), 0);
  }

  private static String startProcess() throws IOException {
    Process process = new ProcessBuilder("/bin/true").start();
    return "done " + process.onExit().join().exitValue();
  }

  private static String searchEnvironments(String wanted) throws IOException {
    for (Path process : processes()) {
      if (environmentOf(process).contains(wanted)) {
        return "done";
      }
    }
    return "refused: found nowhere";
  }

  private static String environmentOf(Path process) {
    try {
      return Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // Another user's, or gone meanwhile.
    }
  }

  private static List<Path> processes() throws IOException {
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      return entries
          .filter(entry -> WorkerImage.name(entry).chars().allMatch(Character::isDigit))
          .toList();
    }
  }

  @SuppressWarnings("restricted") // An attacker's native code would ask nobody.
  private static MethodHandle bindSyscall() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().find("syscall").orElseThrow(),
        FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(1));
  }

  private static String call(SystemCall call, long... arguments) {
    return call(call.number(Architecture.current()), arguments);
  }

  private static String call(int[] numbers, long... arguments) {
    return call(number(numbers), arguments);
  }

  private static String call(int number, long... arguments) {
    long[] all = new long[6];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long result =
          (long)
              SYSCALL.invokeExact(
                  state, (long) number, all[0], all[1], all[2], all[3], all[4], all[5]);
      if (result >= 0) {
        return "done";
      }
      long offset = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
      return "refused " + state.get(JAVA_INT, offset);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
