package ringfence.jsruntime.web.crypto;

/// Why an operation did not happen, in words for the guest: the name of the web's error and a sentence of ours.
///
/// What the JDK's providers say stays here: it names classes of theirs, and may tell more of a key than it should.
final class CryptoRefusal extends RuntimeException {
  private static final long serialVersionUID = 1;

  private CryptoRefusal(String name, String message) {
    super(name + ": " + message, null, false, false);
  }

  /// The operation itself did not work out.
  static CryptoRefusal operation(String message) {
    return new CryptoRefusal("OperationError", message);
  }

  /// The bytes are no such key.
  static CryptoRefusal data(String message) {
    return new CryptoRefusal("DataError", message);
  }

  /// The key may not be used like this.
  static CryptoRefusal access(String message) {
    return new CryptoRefusal("InvalidAccessError", message);
  }

  /// What the guest's half reads: `Name: message`.
  String text() {
    return String.valueOf(getMessage());
  }
}
