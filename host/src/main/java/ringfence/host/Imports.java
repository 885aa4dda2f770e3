package ringfence.host;

/// What a start command does about the services that are imported.
public enum Imports {
  /// Starts them too.
  START,
  /// Refuses unless they run.
  REQUIRE
}
