package ringfence.benchmarks.carrier;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.BitSet;
import ringfence.sandbox.os.Architecture;

/// The system calls of the benchmarks: those of the rivals, bound as directly as those of the ring, so that none of them pays for the channels of
/// the JDK and their locks. Each failure but "not now" is thrown.
public final class Libc {
  private static final int AF_UNIX = 1;
  private static final int AF_INET = 2;
  private static final int SOCK_STREAM = 1;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_NODELAY = 1;
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int O_NONBLOCK = 0x800;
  private static final short POLLIN = 1;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int FUTEX_WAIT = 0;
  private static final long AFFINITY_BYTES = 1024;
  private static final long SYS_FUTEX =
      switch (Architecture.current()) {
        case X86_64 -> 202;
        case AARCH64 -> 98;
      };

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO = CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle READ = bind("read", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle WRITE = bind("write", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle POLL = bind("poll", JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle SOCKETPAIR = bind("socketpair", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle SOCKET = bind("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle LISTEN = bind("listen", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle GETSOCKNAME = bind("getsockname", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle CONNECT = bind("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle ACCEPT = bind("accept", JAVA_INT, JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SETSOCKOPT =
      bind("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle FCNTL = bind("fcntl", 2, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle GET_AFFINITY = bind("sched_getaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle SET_AFFINITY = bind("sched_setaffinity", JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle FUTEX = bind("syscall", 1, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);

  private final MemorySegment state;
  private final MemorySegment readable;

  /// @param arena owns a few bytes
  Libc(Arena arena) {
    state = arena.allocate(CALL_STATE);
    readable = arena.allocate(8, 8);
  }

  /// A call that answers below 0 when it fails.
  @FunctionalInterface
  private interface Call {
    long make() throws Throwable;
  }

  /// Two connected sockets.
  record Sockets(int first, int second) {}

  /// Reads what is there.
  ///
  /// @return bytes; 0 if nothing is there now
  /// @throws IllegalStateException at the end of the stream
  int read(int fd, MemorySegment into, long bytes) {
    long got;
    try {
      got = (long) READ.invokeExact(state, fd, into, bytes);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    if (got > 0) {
      return (int) got;
    }
    if (got == 0) {
      throw new IllegalStateException("the other end has closed descriptor " + fd);
    }
    return notNow("read");
  }

  /// Writes what there is room for.
  ///
  /// @return bytes; 0 if there is no room now
  int write(int fd, MemorySegment from, long bytes) {
    long done;
    try {
      done = (long) WRITE.invokeExact(state, fd, from, bytes);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    return done >= 0 ? (int) done : notNow("write");
  }

  /// Sleeps until a descriptor can be read.
  ///
  /// @return false if the time is over
  boolean awaitReadable(int fd, int millis) {
    readable.set(JAVA_INT, 0, fd);
    readable.set(JAVA_SHORT, 4, POLLIN);
    int ready;
    try {
      ready = (int) POLL.invokeExact(state, readable, 1L, millis);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    return ready > 0 || (ready < 0 && notNow("poll") == 0);
  }

  /// Sleeps while the word is `expected`, or for nothing.
  void futexWait(MemorySegment word, int expected, MemorySegment timeout) {
    try {
      long _ = (long) FUTEX.invokeExact(state, SYS_FUTEX, word, FUTEX_WAIT, expected, timeout);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  void setBlocking(int fd, boolean blocking) throws IOException {
    int flags = (int) must("fcntl(F_GETFL)", () -> (int) FCNTL.invokeExact(state, fd, F_GETFL, 0));
    int wanted = blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK;
    long _ = must("fcntl(F_SETFL)", () -> (int) FCNTL.invokeExact(state, fd, F_SETFL, wanted));
  }

  void setPipeBytes(int fd, int bytes) throws IOException {
    long _ = must("fcntl(F_SETPIPE_SZ)", () -> (int) FCNTL.invokeExact(state, fd, F_SETPIPE_SZ, bytes));
  }

  /// A pair of Unix stream sockets.
  Sockets unixSockets() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(8, 8);
      long _ =
          must(
              "socketpair",
              () -> (int) SOCKETPAIR.invokeExact(state, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair));
      return new Sockets(pair.get(JAVA_INT, 0), pair.get(JAVA_INT, 4));
    }
  }

  /// A TCP connection over 127.0.0.1, both ends with TCP_NODELAY.
  Sockets tcpSockets() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int listener = tcpSocket();
      try {
        // listen without bind: the kernel takes a free port, of any address.
        long _ = must("listen", () -> (int) LISTEN.invokeExact(state, listener, 1));
        MemorySegment address = arena.allocate(16, 8);
        MemorySegment size = arena.allocateFrom(JAVA_INT, 16);
        long _ = must("getsockname", () -> (int) GETSOCKNAME.invokeExact(state, listener, address, size));
        address.asSlice(4, 4).copyFrom(MemorySegment.ofArray(new byte[] {127, 0, 0, 1}));
        int first = tcpSocket();
        long _ = must("connect", () -> (int) CONNECT.invokeExact(state, first, address, 16));
        int second =
            (int)
                must(
                    "accept",
                    () -> (int) ACCEPT.invokeExact(state, listener, MemorySegment.NULL, MemorySegment.NULL));
        MemorySegment one = arena.allocateFrom(JAVA_INT, 1);
        for (int fd : new int[] {first, second}) {
          long _ = must("setsockopt", () -> (int) SETSOCKOPT.invokeExact(state, fd, IPPROTO_TCP, TCP_NODELAY, one, 4));
        }
        return new Sockets(first, second);
      } finally {
        ringfence.sandbox.os.Descriptors.close(listener);
      }
    }
  }

  /// Keeps the calling thread on one processor: the first or the last of those that it may use.
  ///
  /// @return its number; -1 if there is only one, and so no choice
  public static int pinThread(boolean first) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      MemorySegment mask = arena.allocate(AFFINITY_BYTES, 8);
      long _ =
          libc.must("sched_getaffinity", () -> (int) GET_AFFINITY.invokeExact(libc.state, 0, AFFINITY_BYTES, mask));
      BitSet allowed = BitSet.valueOf(mask.toArray(JAVA_LONG));
      if (allowed.cardinality() < 2) {
        return -1;
      }
      int processor = first ? allowed.nextSetBit(0) : allowed.length() - 1;
      mask.fill((byte) 0);
      mask.setAtIndex(JAVA_LONG, processor / Long.SIZE, 1L << processor);
      long _ =
          libc.must("sched_setaffinity", () -> (int) SET_AFFINITY.invokeExact(libc.state, 0, AFFINITY_BYTES, mask));
      return processor;
    }
  }

  private int tcpSocket() throws IOException {
    return (int) must("socket", () -> (int) SOCKET.invokeExact(state, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  }

  private int notNow(String call) {
    int errno = (int) ERRNO.get(state, 0L);
    if (errno == EAGAIN || errno == EINTR) {
      return 0;
    }
    throw new IllegalStateException(call + " failed: errno=" + errno);
  }

  private long must(String name, Call call) throws IOException {
    long result;
    try {
      result = call.make();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    if (result < 0) {
      throw new IOException(name + " failed: errno=" + (int) ERRNO.get(state, 0L));
    }
    return result;
  }

  private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
    return bind(name, arguments.length, result, arguments);
  }

  @SuppressWarnings("restricted") // Native calls are this class's purpose.
  private static MethodHandle bind(String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
    Linker.Option state = Linker.Option.captureCallState("errno");
    MemorySegment function = LINKER.defaultLookup().findOrThrow(name);
    FunctionDescriptor shape = FunctionDescriptor.of(result, arguments);
    return fixed == arguments.length
        ? LINKER.downcallHandle(function, shape, state)
        : LINKER.downcallHandle(function, shape, state, Linker.Option.firstVariadicArg(fixed));
  }
}
