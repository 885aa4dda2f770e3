package ringfence.host;

import ringfence.sandbox.protocol.ErrorReport;

/// Cuts what guests say to a size that the host can afford to keep.
final class Bounded {
  private static final int LONGEST_MESSAGE = 8 << 10;
  private static final int LONGEST_STACK = 32 << 10;

  private Bounded() {}

  /// The text, or its beginning and how much is missing.
  static String text(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
    return text.substring(0, end) + "... (" + (text.length() - end) + " more characters)";
  }

  /// The number of causes is bounded where the message is read.
  static ErrorReport error(ErrorReport e) {
    return new ErrorReport(
        text(e.name(), LONGEST_MESSAGE),
        text(e.message(), LONGEST_MESSAGE),
        text(e.stack(), LONGEST_STACK),
        text(e.file(), LONGEST_MESSAGE),
        e.line(),
        e.column(),
        e.causes().stream().map(Bounded::error).toList());
  }
}
