package ringfence.jsruntime.web;

import java.io.Serial;

/// Turns a stream of bytes into another, piece by piece: what it gives at once is bounded, whatever it is given.
interface StreamCodec {
  /// The most that one step gives, in bytes.
  int LARGEST_OUTPUT = 64 * 1024;

  /// Takes input, and gives the next piece of output. With empty input it goes on with what it has.
  ///
  /// @param end whether no input follows this one
  /// @return empty: it wants more input, or after the end: there is no more output
  byte[] step(byte[] input, boolean end) throws DamagedException;

  /// The input is not what it should be; the message is for the guest.
  final class DamagedException extends Exception {
    @Serial private static final long serialVersionUID = 1L;

    DamagedException(String message) {
      super(message);
    }
  }
}
