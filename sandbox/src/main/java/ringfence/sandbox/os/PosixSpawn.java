package ringfence.sandbox.os;

import static ringfence.sandbox.os.NativeFunction.INT;
import static ringfence.sandbox.os.NativeFunction.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Map;

/// Starting a process, by posix_spawn(3): the JVM's own way passes descriptors 0 to 2 only.
public final class PosixSpawn {
  private static final int POSIX_SPAWN_SETPGROUP = 0x02;
  private static final int POSIX_SPAWN_SETSIGDEF = 0x04;
  private static final int POSIX_SPAWN_SETSIGMASK = 0x08;

  // Upper bounds of opaque glibc types, in bytes: 336, 80 and 128 on x86-64 and aarch64.
  private static final long SPAWN_ATTRIBUTES_BYTES = 512;
  private static final long SPAWN_ACTIONS_BYTES = 256;
  private static final long SIGNAL_SET_BYTES = 128;

  private static final MethodHandle SPAWN =
      NativeFunction.bindWithoutErrno(
          "posix_spawn", INT, POINTER, POINTER, POINTER, POINTER, POINTER, POINTER);
  private static final MethodHandle ACTIONS_INIT =
      NativeFunction.bindWithoutErrno("posix_spawn_file_actions_init", INT, POINTER);
  private static final MethodHandle ACTIONS_DESTROY =
      NativeFunction.bindWithoutErrno("posix_spawn_file_actions_destroy", INT, POINTER);
  private static final MethodHandle ACTIONS_DUP2 =
      NativeFunction.bindWithoutErrno("posix_spawn_file_actions_adddup2", INT, POINTER, INT, INT);
  private static final MethodHandle ACTIONS_CLOSE_FROM =
      NativeFunction.bindWithoutErrno(
          "posix_spawn_file_actions_addclosefrom_np", INT, POINTER, INT);
  private static final MethodHandle ATTRIBUTES_INIT =
      NativeFunction.bindWithoutErrno("posix_spawnattr_init", INT, POINTER);
  private static final MethodHandle ATTRIBUTES_DESTROY =
      NativeFunction.bindWithoutErrno("posix_spawnattr_destroy", INT, POINTER);
  private static final MethodHandle ATTRIBUTES_FLAGS =
      NativeFunction.bindWithoutErrno("posix_spawnattr_setflags", INT, POINTER, NativeFunction.SHORT);
  private static final MethodHandle ATTRIBUTES_SIGDEFAULT =
      NativeFunction.bindWithoutErrno("posix_spawnattr_setsigdefault", INT, POINTER, POINTER);
  private static final MethodHandle ATTRIBUTES_SIGMASK =
      NativeFunction.bindWithoutErrno("posix_spawnattr_setsigmask", INT, POINTER, POINTER);
  private static final MethodHandle SIGFILLSET =
      NativeFunction.bindWithoutErrno("sigfillset", INT, POINTER);
  private static final MethodHandle SIGEMPTYSET =
      NativeFunction.bindWithoutErrno("sigemptyset", INT, POINTER);

  private PosixSpawn() {}

  /// Starts a program with an environment and descriptors of its own and nothing else of ours.
  ///
  /// It leads a process group of its own. Its parent for PR_SET_PDEATHSIG is the calling **thread**, so that thread must stay.
  ///
  /// @param command path of the program and its arguments
  /// @param environment all of it
  /// @param descriptors number in the child -> number here; a number here must not be another one's
  ///     there, so that no copy overwrites the source of a later one. All above the highest are closed;
  ///     one below it that is not named is the child's too, unless it is close-on-exec.
  /// @return the child's process id
  public static int spawn(
      List<String> command, Map<String, String> environment, Map<Integer, Integer> descriptors)
      throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pid = arena.allocate(4, 4);
      MemorySegment actions = arena.allocate(SPAWN_ACTIONS_BYTES, 16);
      MemorySegment attributes = arena.allocate(SPAWN_ATTRIBUTES_BYTES, 16);
      must("posix_spawn_file_actions_init", (int) ACTIONS_INIT.invokeExact(actions));
      must("posix_spawnattr_init", (int) ATTRIBUTES_INIT.invokeExact(attributes));
      try {
        int highest = 2;
        for (Map.Entry<Integer, Integer> entry : descriptors.entrySet()) {
          int there = entry.getKey();
          int here = entry.getValue();
          highest = Math.max(highest, there);
          if (here != there && descriptors.containsKey(here)) {
            throw new IllegalArgumentException(
                "descriptor " + here + " would be overwritten before it is copied");
          }
          must(
              "posix_spawn_file_actions_adddup2",
              (int) ACTIONS_DUP2.invokeExact(actions, here, there));
        }
        must(
            "posix_spawn_file_actions_addclosefrom_np",
            (int) ACTIONS_CLOSE_FROM.invokeExact(actions, highest + 1));
        MemorySegment signals = arena.allocate(SIGNAL_SET_BYTES, 8);
        must("sigfillset", (int) SIGFILLSET.invokeExact(signals));
        must(
            "posix_spawnattr_setsigdefault",
            (int) ATTRIBUTES_SIGDEFAULT.invokeExact(attributes, signals));
        must("sigemptyset", (int) SIGEMPTYSET.invokeExact(signals));
        must(
            "posix_spawnattr_setsigmask",
            (int) ATTRIBUTES_SIGMASK.invokeExact(attributes, signals));
        short flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
        must(
            "posix_spawnattr_setflags", (int) ATTRIBUTES_FLAGS.invokeExact(attributes, flags));
        List<String> variables =
            environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
        MemorySegment path = arena.allocateFrom(command.getFirst());
        MemorySegment arguments = strings(arena, command);
        MemorySegment variableArray = strings(arena, variables);
        must(
            "posix_spawn(" + command.getFirst() + ")",
            (int)
                SPAWN.invokeExact(pid, path, actions, attributes, arguments, variableArray));
        return pid.get(ValueLayout.JAVA_INT, 0);
      } finally {
        int a = (int) ACTIONS_DESTROY.invokeExact(actions);
        int b = (int) ATTRIBUTES_DESTROY.invokeExact(attributes);
        assert a == 0 && b == 0;
      }
    } catch (SystemCallException | IllegalArgumentException e) {
      throw e;
    } catch (Throwable e) {
      throw NativeFunction.unexpected(e);
    }
  }

  private static MemorySegment strings(Arena arena, List<String> values) {
    MemorySegment array = arena.allocate(ValueLayout.ADDRESS, values.size() + 1L);
    for (int i = 0; i < values.size(); i++) {
      array.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(values.get(i)));
    }
    return array;
  }

  private static void must(String call, int error) throws SystemCallException {
    if (error != 0) {
      throw new SystemCallException(call, error);
    }
  }
}
