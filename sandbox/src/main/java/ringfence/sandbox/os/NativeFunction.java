package ringfence.sandbox.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/// Binds functions of the C library; the only place that asks the linker for anything.
///
/// Every bound function but those of [#bindWithoutErrno] takes a leading segment that receives
/// `errno`, since another native call of the JVM could overwrite the C variable before Java reads it.
final class NativeFunction {
  static final MemoryLayout INT = JAVA_INT;
  static final MemoryLayout LONG = JAVA_LONG;
  static final MemoryLayout SHORT = JAVA_SHORT;
  static final MemoryLayout POINTER = ADDRESS;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private NativeFunction() {}

  /// Binds a function that takes the given arguments and reports failure in `errno`.
  static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
    return downcall(name, result, arguments, Linker.Option.captureCallState("errno"));
  }

  /// Binds a variadic function: the first `fixed` arguments are named in its prototype.
  static MethodHandle bindVariadic(
      String name, int fixed, MemoryLayout result, MemoryLayout... arguments) {
    return downcall(
        name,
        result,
        arguments,
        Linker.Option.captureCallState("errno"),
        Linker.Option.firstVariadicArg(fixed));
  }

  /// Binds a function whose failure is its result, or does not matter.
  static MethodHandle bindWithoutErrno(
      String name, MemoryLayout result, MemoryLayout... arguments) {
    return downcall(name, result, arguments);
  }

  /// One native call with its arguments.
  @FunctionalInterface
  interface Call {
    /// Makes the call.
    ///
    /// @param arena for arguments in memory; closed after the call
    /// @param state the leading segment of the bound function, which receives `errno`
    /// @return what the function returned; below 0 for failure
    long make(Arena arena, MemorySegment state) throws Throwable;
  }

  /// Makes a call once.
  ///
  /// @param name of the call, for the error
  /// @return its result, from 0
  static long call(String name, Call call) throws SystemCallException {
    return call(name, call, false);
  }

  /// Makes a call again as long as a signal interrupts it.
  static long callThroughSignals(String name, Call call) throws SystemCallException {
    return call(name, call, true);
  }

  private static long call(String name, Call call, boolean throughSignals) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = callState(arena);
      while (true) {
        long result = call.make(arena, state);
        if (result >= 0) {
          return result;
        }
        if (!throughSignals || errno(state) != Errno.EINTR) {
          throw new SystemCallException(name, errno(state));
        }
      }
    } catch (SystemCallException e) {
      throw e;
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  static MemorySegment callState(Arena arena) {
    return arena.allocate(CALL_STATE);
  }

  static int errno(MemorySegment callState) {
    return (int) ERRNO.get(callState, 0L);
  }

  /// Turns what a method handle throws, which for native code is never a checked exception, into an error.
  static AssertionError unexpected(Throwable thrown) {
    return new AssertionError("a native call threw instead of returning", thrown);
  }

  @SuppressWarnings("restricted") // Native calls are this package's purpose.
  private static MethodHandle downcall(
      String name, MemoryLayout result, MemoryLayout[] arguments, Linker.Option... options) {
    Optional<MemorySegment> symbol = LINKER.defaultLookup().find(name);
    return LINKER.downcallHandle(
        symbol.orElseThrow(() -> new UnsatisfiedLinkError("the C library has no " + name)),
        FunctionDescriptor.of(result, arguments),
        options);
  }
}
