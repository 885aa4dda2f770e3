package ringfence.sandbox.policy;

import java.util.Locale;

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
  OFF;

  /// As users write it: small letters.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The mode of that word.
  ///
  /// @throws IllegalArgumentException if it is none; the message names them all
  public static Jit of(String word) {
    for (Jit mode : values()) {
      if (mode.word().equals(word)) {
        return mode;
      }
    }
    throw new IllegalArgumentException("\"" + word + "\" is no mode of the compiler; choose auto, on, off");
  }
}
