package ringfence.sandbox.policy;

/// The switches of a guest's context, as plain data: this package knows no Graal.
///
/// @param sandboxPolicy name of the `org.graalvm.polyglot.SandboxPolicy`
/// @param evalAllowed whether `eval`, `Function` and their kin compile text
/// @param preciseClock whether clocks have more than millisecond resolution
public record GuestPolicy(String sandboxPolicy, boolean evalAllowed, boolean preciseClock) {}
