package ringfence.host.cli;

/// What the words of services and of the host look like.
enum LogFormat {
  /// For people.
  TEXT,
  /// An object on each line, see [JsonLog].
  JSON
}
