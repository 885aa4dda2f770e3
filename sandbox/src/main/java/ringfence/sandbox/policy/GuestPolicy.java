package ringfence.sandbox.policy;

import ringfence.sandbox.permission.Limits;

/// The switches of a guest's context, as plain data: this package knows no Graal.
///
/// @param sandboxPolicy name of the `org.graalvm.polyglot.SandboxPolicy`
/// @param evalAllowed whether `eval`, `Function` and their kin compile text
/// @param preciseClock whether clocks have more than millisecond resolution
/// @param threads how many Workers there may be at once
/// @param timers how many timers may wait
/// @param calls how many calls to other services may be without an outcome
public record GuestPolicy(
    String sandboxPolicy, boolean evalAllowed, boolean preciseClock, int threads, int timers, int calls) {

  /// What a service without any grant has.
  public static final GuestPolicy STRICTEST =
      new GuestPolicy(
          "CONSTRAINED", false, false, 0, Limits.DEFAULT.timers(), Limits.DEFAULT.calls());

  public GuestPolicy withEvalAllowed(boolean allowed) {
    return new GuestPolicy(sandboxPolicy, allowed, preciseClock, threads, timers, calls);
  }

  public GuestPolicy withPreciseClock(boolean precise) {
    return new GuestPolicy(sandboxPolicy, evalAllowed, precise, threads, timers, calls);
  }

  public GuestPolicy withThreads(int most) {
    return new GuestPolicy(sandboxPolicy, evalAllowed, preciseClock, most, timers, calls);
  }

  public GuestPolicy withTimers(int most) {
    return new GuestPolicy(sandboxPolicy, evalAllowed, preciseClock, threads, most, calls);
  }

  public GuestPolicy withCalls(int most) {
    return new GuestPolicy(sandboxPolicy, evalAllowed, preciseClock, threads, timers, most);
  }
}
