package ringfence.jsruntime.context;

import java.util.function.Supplier;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.jspecify.annotations.Nullable;
import ringfence.jsruntime.observer.ModuleScope;

/// Runs what somebody types in a service's context. Belongs to the loop's thread.
final class Evaluator {
  private final Context context;
  private final ModuleScope scope;

  Evaluator(Context context, ModuleScope scope) {
    this.context = context;
    this.scope = scope;
  }

  /// What came of it.
  sealed interface Outcome {
    /// A value, or what was thrown.
    ///
    /// @param waits whether it is a promise for that
    record Ran(Value value, boolean threw, boolean waits) implements Outcome {}

    /// It could not be run, or the engine ended it.
    record Failed(String text) implements Outcome {}
  }

  Outcome run(String text) {
    TypedCode typed = TypedCode.of(text);
    context.enter();
    try {
      Outcome failed = new Outcome.Failed("there is nothing to evaluate");
      for (String form : typed.forms()) {
        Supplier<Object> code;
        try {
          code = scope.parse(form);
        } catch (RuntimeException e) {
          failed = failure(e, "SyntaxError: ");
          continue;
        }
        return new Outcome.Ran(context.asValue(code.get()), false, typed.waits());
      }
      return failed;
    } catch (RuntimeException e) {
      return failure(e, "InternalError: ");
    } catch (StackOverflowError _) {
      return new Outcome.Failed("RangeError: Maximum call stack size exceeded");
    } finally {
      context.leave();
    }
  }

  /// What the engine threw here is of its inside: a value that code has thrown, or an error of its own.
  ///
  /// @param name of an error of its own
  private Outcome failure(RuntimeException thrown, String name) {
    Value value = context.asValue(thrown);
    PolyglotException known = value.isException() ? known(value) : null;
    Value guest = known == null ? null : known.getGuestObject();
    return guest == null
        ? new Outcome.Failed(name + GuestErrors.withoutCodeFrame(String.valueOf(thrown.getMessage())))
        : new Outcome.Ran(guest, true, false);
  }

  private static @Nullable PolyglotException known(Value value) {
    try {
      throw value.throwException();
    } catch (PolyglotException e) {
      return e;
    }
  }
}
