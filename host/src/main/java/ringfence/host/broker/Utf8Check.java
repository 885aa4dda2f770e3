package ringfence.host.broker;

/// Whether bytes that come in pieces are UTF-8: a character may lie across pieces. One thread at a time.
///
/// @see "Encoding Standard, UTF-8 decoder: the same states, without the characters"
final class Utf8Check {
  private static final int LEAST_TRAIL = 0x80;
  private static final int MOST_TRAIL = 0xbf;

  /// Bytes that the character begun still needs.
  private int missing;

  // Bounds of the next of them: neither overlong forms nor surrogates nor what is beyond U+10FFFF.
  private int least = LEAST_TRAIL;
  private int most = MOST_TRAIL;

  /// Looks at the next bytes.
  ///
  /// @return whether they can go on as UTF-8; after false this is of no use
  boolean goesOn(byte[] bytes) {
    for (byte each : bytes) {
      int value = each & 0xff;
      if (missing == 0) {
        if (value >= 0x80 && !begins(value)) {
          return false;
        }
      } else if (value < least || value > most) {
        return false;
      } else {
        missing--;
        least = LEAST_TRAIL;
        most = MOST_TRAIL;
      }
    }
    return true;
  }

  private boolean begins(int value) {
    if (value < 0xc2 || value > 0xf4) {
      return false;
    }
    missing = value < 0xe0 ? 1 : value < 0xf0 ? 2 : 3;
    switch (value) {
      case 0xe0 -> least = 0xa0;
      case 0xed -> most = 0x9f;
      case 0xf0 -> least = 0x90;
      case 0xf4 -> most = 0x8f;
      default -> {}
    }
    return true;
  }

  /// Whether no character is left unfinished, so that the text may end here.
  boolean isWhole() {
    return missing == 0;
  }
}
