package ringfence.jsruntime.web.crypto;

/// What a key consists of. It leaves Java by these methods only, and [KeyHandle] guards them.
///
/// A format that a kind of key does not have is refused before it comes here, so asking for it is a bug.
sealed interface KeyMaterial {

  /// Writes the members that a JSON Web Key has for this kind of key.
  void describe(JsonWebKey key);

  /// A key that both sides have.
  non-sealed interface Secret extends KeyMaterial {
    byte[] raw();
  }

  /// The half of a pair that everybody may have.
  non-sealed interface Public extends KeyMaterial {
    /// The point, for kinds of key that are one.
    byte[] raw();

    /// DER of a SubjectPublicKeyInfo.
    byte[] spki();
  }

  /// The half of a pair that one side has.
  non-sealed interface Private extends KeyMaterial {
    /// DER of a PrivateKeyInfo.
    byte[] pkcs8();

    Public publicHalf();
  }
}
