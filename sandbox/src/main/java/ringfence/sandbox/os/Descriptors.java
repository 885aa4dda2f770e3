package ringfence.sandbox.os;

import static ringfence.sandbox.os.NativeFunction.INT;
import static ringfence.sandbox.os.NativeFunction.LONG;
import static ringfence.sandbox.os.NativeFunction.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// File descriptors, and the passing of them to another process.
public final class Descriptors {
  private static final int AF_UNIX = 1;
  private static final int SOCK_SEQPACKET = 5;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int O_CLOEXEC = 0x80000;
  private static final int F_DUPFD_CLOEXEC = 1030;
  private static final int SOL_SOCKET = 1;
  private static final int SCM_RIGHTS = 1;
  private static final short POLLIN = 1;
  private static final int MSG_CTRUNC = 0x8;
  private static final int MSG_TRUNC = 0x20;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;

  // struct msghdr: name 0, namelen 8, iov 16, iovlen 24, control 32, controllen 40, flags 48.
  private static final long MSGHDR_BYTES = 56;
  // struct cmsghdr {u64 len; int level; int type} and one descriptor, padded to 8.
  private static final long CONTROL_LEN = 20;
  private static final long CONTROL_SPACE = 24;

  private static final MethodHandle CLOSE = NativeFunction.bind("close", INT, INT);
  private static final MethodHandle SOCKETPAIR =
      NativeFunction.bind("socketpair", INT, INT, INT, INT, POINTER);
  private static final MethodHandle PIPE2 = NativeFunction.bind("pipe2", INT, POINTER, INT);
  private static final MethodHandle READ = NativeFunction.bind("read", LONG, INT, POINTER, LONG);
  private static final MethodHandle WRITE = NativeFunction.bind("write", LONG, INT, POINTER, LONG);
  private static final MethodHandle POLL = NativeFunction.bind("poll", INT, POINTER, LONG, INT);
  private static final MethodHandle SENDMSG =
      NativeFunction.bind("sendmsg", LONG, INT, POINTER, INT);
  private static final MethodHandle RECVMSG =
      NativeFunction.bind("recvmsg", LONG, INT, POINTER, INT);

  private Descriptors() {}

  /// Two descriptors that belong together.
  public record Pair(int first, int second) {}

  /// What [#receive] got.
  ///
  /// @param length bytes of the message, 0 at the end of the connection
  /// @param descriptor the descriptor that came along, already close-on-exec, or -1
  public record Received(int length, int descriptor) {}

  public static void close(int fd) throws SystemCallException {
    try {
      long _ = NativeFunction.call("close(" + fd + ")", (_, state) -> (int) CLOSE.invokeExact(state, fd));
    } catch (SystemCallException e) {
      // Linux has released the number even when a signal interrupted the call.
      if (e.errno() != Errno.EINTR) {
        throw e;
      }
    }
  }

  /// Duplicates a descriptor to the lowest free number from `lowest` up, close-on-exec.
  public static int duplicate(int fd, int lowest) throws SystemCallException {
    return Memory.fcntl("fcntl(F_DUPFD_CLOEXEC)", fd, F_DUPFD_CLOEXEC, lowest);
  }

  /// A connected pair of message sockets (AF_UNIX, SOCK_SEQPACKET), both close-on-exec.
  public static Pair socketPair() throws SystemCallException {
    return pair(
        "socketpair",
        (state, pair) ->
            (int) SOCKETPAIR.invokeExact(state, AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair));
  }

  /// A pipe; `first` is read from, `second` written to, both close-on-exec.
  public static Pair pipe() throws SystemCallException {
    return pair("pipe2", (state, pair) -> (int) PIPE2.invokeExact(state, pair, O_CLOEXEC));
  }

  /// A call that fills an `int[2]`.
  @FunctionalInterface
  private interface PairCall {
    int make(MemorySegment state, MemorySegment pair) throws Throwable;
  }

  private static Pair pair(String name, PairCall call) throws SystemCallException {
    // Both descriptors in one result: neither is below 0, so neither is the result.
    long both =
        NativeFunction.call(
            name,
            (arena, state) -> {
              MemorySegment pair = arena.allocate(8, 8);
              int result = call.make(state, pair);
              return result < 0
                  ? result
                  : (long) pair.get(ValueLayout.JAVA_INT, 0) << 32 | pair.get(ValueLayout.JAVA_INT, 4);
            });
    return new Pair((int) (both >>> 32), (int) both);
  }

  /// Waits until one of several descriptors can be read without blocking, its end included.
  ///
  /// @param timeoutMillis longest wait; -1 waits for ever
  /// @param descriptors the earlier ones win; those below 0 are skipped
  /// @return the descriptor that is readable, or -1 if the time is over
  public static int awaitReadable(int timeoutMillis, int... descriptors) throws SystemCallException {
    long which =
        NativeFunction.callThroughSignals(
            "poll",
            (arena, state) -> {
              // struct pollfd {int fd; short events; short revents}; the kernel skips a negative fd.
              MemorySegment entries = arena.allocate(8L * descriptors.length, 8);
              for (int i = 0; i < descriptors.length; i++) {
                entries.set(ValueLayout.JAVA_INT, 8L * i, descriptors[i]);
                entries.set(ValueLayout.JAVA_SHORT, 8L * i + 4, POLLIN);
              }
              int ready = (int) POLL.invokeExact(state, entries, (long) descriptors.length, timeoutMillis);
              int at = 0;
              while (ready > 0 && entries.get(ValueLayout.JAVA_SHORT, 8L * at + 6) == 0) {
                at++;
              }
              return ready > 0 ? at + 1 : ready;
            });
    return which == 0 ? -1 : descriptors[(int) which - 1];
  }

  /// Reads what is there, blocking until there is something.
  ///
  /// @return bytes read, 0 at the end
  public static int read(int fd, byte[] into) throws SystemCallException {
    return (int)
        NativeFunction.callThroughSignals(
            "read(" + fd + ")",
            (arena, state) -> {
              MemorySegment buffer = arena.allocate(into.length);
              long got = (long) READ.invokeExact(state, fd, buffer, (long) into.length);
              if (got > 0) {
                MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, into, 0, (int) got);
              }
              return got;
            });
  }

  /// Writes all the bytes, blocking as long as it takes.
  public static void write(int fd, byte[] bytes) throws SystemCallException {
    int done = 0;
    while (done < bytes.length) {
      int from = done;
      done +=
          (int)
              NativeFunction.callThroughSignals(
                  "write(" + fd + ")",
                  (arena, state) -> {
                    MemorySegment rest = arena.allocate(bytes.length - from);
                    MemorySegment.copy(bytes, from, rest, ValueLayout.JAVA_BYTE, 0, bytes.length - from);
                    return (long) WRITE.invokeExact(state, fd, rest, rest.byteSize());
                  });
    }
  }

  /// Sends one message with a descriptor riding along. Never blocks and never raises SIGPIPE.
  ///
  /// @param descriptor duplicated into the receiver by the kernel; -1 for none
  /// @throws SystemCallException EAGAIN when the peer does not read, EPIPE when it is gone
  public static void send(int socket, byte[] message, int descriptor) throws SystemCallException {
    long _ =
        NativeFunction.call(
            "sendmsg",
            (arena, state) -> {
              MemorySegment body = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
              MemorySegment control = arena.allocate(CONTROL_SPACE, 8);
              MemorySegment header = messageHeader(arena, body, control);
              if (descriptor < 0) {
                header.set(ValueLayout.ADDRESS, 32, MemorySegment.NULL);
                header.set(ValueLayout.JAVA_LONG, 40, 0L);
              } else {
                control.set(ValueLayout.JAVA_LONG, 0, CONTROL_LEN);
                control.set(ValueLayout.JAVA_INT, 8, SOL_SOCKET);
                control.set(ValueLayout.JAVA_INT, 12, SCM_RIGHTS);
                control.set(ValueLayout.JAVA_INT, 16, descriptor);
              }
              return (long) SENDMSG.invokeExact(state, socket, header, MSG_NOSIGNAL | MSG_DONTWAIT);
            });
  }

  /// Receives one message, blocking until there is one.
  ///
  /// @throws SystemCallException also EMSGSIZE when the message or its descriptors were cut short
  public static Received receive(int socket, byte[] into) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = NativeFunction.callState(arena);
      MemorySegment body = arena.allocate(into.length, 8);
      MemorySegment control = arena.allocate(CONTROL_SPACE, 8);
      MemorySegment header = messageHeader(arena, body, control);
      long got;
      do {
        got = (long) RECVMSG.invokeExact(state, socket, header, MSG_CMSG_CLOEXEC);
      } while (got < 0 && NativeFunction.errno(state) == Errno.EINTR);
      if (got < 0) {
        throw new SystemCallException("recvmsg", NativeFunction.errno(state));
      }
      boolean hasDescriptor =
          header.get(ValueLayout.JAVA_LONG, 40) >= CONTROL_LEN
              && control.get(ValueLayout.JAVA_INT, 8) == SOL_SOCKET
              && control.get(ValueLayout.JAVA_INT, 12) == SCM_RIGHTS;
      int descriptor = hasDescriptor ? control.get(ValueLayout.JAVA_INT, 16) : -1;
      if ((header.get(ValueLayout.JAVA_INT, 48) & (MSG_CTRUNC | MSG_TRUNC)) != 0) {
        if (descriptor >= 0) {
          close(descriptor);
        }
        throw new SystemCallException("recvmsg", Errno.EMSGSIZE);
      }
      MemorySegment.copy(body, ValueLayout.JAVA_BYTE, 0, into, 0, (int) got);
      return new Received((int) got, descriptor);
    } catch (SystemCallException e) {
      throw e;
    } catch (Throwable e) {
      throw NativeFunction.unexpected(e);
    }
  }

  private static MemorySegment messageHeader(
      Arena arena, MemorySegment body, MemorySegment control) {
    MemorySegment vector = arena.allocate(16, 8);
    vector.set(ValueLayout.ADDRESS, 0, body);
    vector.set(ValueLayout.JAVA_LONG, 8, body.byteSize());
    MemorySegment header = arena.allocate(MSGHDR_BYTES, 8);
    header.set(ValueLayout.ADDRESS, 16, vector);
    header.set(ValueLayout.JAVA_LONG, 24, 1L);
    header.set(ValueLayout.ADDRESS, 32, control);
    header.set(ValueLayout.JAVA_LONG, 40, control.byteSize());
    return header;
  }
}
