package ringfence.jsruntime.web.crypto;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Writes a key as JSON. The guest's own objects have no part in it: what a service has put on
/// `Object.prototype` would see a key that is wrapped and may not be seen.
///
/// Specification: RFC 7517, RFC 7518 section 6, RFC 8037 section 2.
final class JsonWebKey {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private final StringBuilder json = new StringBuilder("{");

  /// A member of letters, digits and dashes.
  JsonWebKey text(String name, String value) {
    return member(name, '"' + value + '"');
  }

  JsonWebKey bytes(String name, byte[] value) {
    return text(name, ENCODER.encodeToString(value));
  }

  /// A whole number, in as few bytes as it needs.
  JsonWebKey number(String name, BigInteger value) {
    return bytes(name, Numbers.bytes(value));
  }

  JsonWebKey flag(String name, boolean value) {
    return member(name, String.valueOf(value));
  }

  /// @param values words, separated by commas
  JsonWebKey list(String name, String values) {
    return member(name, values.isEmpty() ? "[]" : "[\"" + values.replace(",", "\",\"") + "\"]");
  }

  byte[] utf8() {
    return (json + "}").getBytes(StandardCharsets.UTF_8);
  }

  private JsonWebKey member(String name, String value) {
    if (json.length() > 1) {
      json.append(',');
    }
    json.append('"').append(name).append("\":").append(value);
    return this;
  }
}
