package ringfence.jsruntime;

import org.graalvm.polyglot.Engine;
import org.jspecify.annotations.Nullable;
import ringfence.jsruntime.context.Guest;
import ringfence.jsruntime.context.GuestCalls;
import ringfence.jsruntime.context.ModuleSet;
import ringfence.jsruntime.loop.Turns;
import ringfence.sandbox.policy.GuestPolicy;

/// A context of the policy that most services have, made before any service is known: half of a start goes by in it.
///
/// ```
///   made, prelude run -- loadNext ... -- take: the service's, if it has that policy; else a new one is
/// ```
/// Belongs to the loop's thread.
final class PreparedContext {
  private final Engine engine;
  private final GuestCalls calls;
  private final Turns turns;
  private @Nullable Guest spare;

  /// Makes the context.
  ///
  /// @param engine the worker's
  /// @param calls what its service will call, and nobody before
  /// @param turns counts each entry into it
  PreparedContext(Engine engine, GuestCalls calls, Turns turns) {
    this.engine = engine;
    this.calls = calls;
    this.turns = turns;
    this.spare = new Guest(engine, GuestPolicy.STRICTEST, calls, turns);
  }

  /// Runs one more of the parts in it that a service may need.
  ///
  /// @return false if all have run
  boolean loadNext() {
    return spare != null && spare.invoke("loadNext");
  }

  /// Gives a service its context. Called once.
  ///
  /// @param own the engine for its policy
  Guest take(Engine own, GuestPolicy policy, ModuleSet modules) {
    Guest ready = spare;
    spare = null;
    if (ready == null || !own.equals(engine) || !policy.equals(GuestPolicy.STRICTEST)) {
      return new Guest(own, policy, modules, calls, turns);
    }
    ready.become(modules);
    return ready;
  }
}
