package ringfence.sandbox.policy;

/// Whether a service's code is compiled to machine code when it is hot.
///
/// | | start | at rest | computing |
/// |---|---|---|---|
/// | interpreted | faster | less memory | slow |
/// | compiled | slower | more memory | as fast as other engines after some seconds |
public enum Jit {
  /// Compiled where the worker's image has the compiler.
  AUTO,
  /// Compiled, or refused where the image has no compiler.
  ON,
  /// Interpreted: the smallest worker, and no machine code that is made from the service's.
  OFF
}
