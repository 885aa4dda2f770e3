package ringfence.jsruntime.web;

/// What surrounds deflated bytes.
enum CompressionFormat {
  /// RFC 1950.
  DEFLATE,
  /// RFC 1951, nothing around it.
  DEFLATE_RAW,
  /// RFC 1952, one member.
  GZIP;

  /// By the web's name, such as `deflate-raw`.
  static CompressionFormat of(String name) {
    return switch (name) {
      case "deflate" -> DEFLATE;
      case "deflate-raw" -> DEFLATE_RAW;
      case "gzip" -> GZIP;
      default -> throw new IllegalArgumentException("no format " + name);
    };
  }

  /// Whether zlib is to leave its own header and checksum away.
  boolean bare() {
    return this != DEFLATE;
  }
}
