package ringfence.sandbox.protocol;

import java.util.Locale;

/// What users see of a service.
///
/// ```
///   CLOSED --> STARTING --> RUNNING --> CLOSING --> CLOSED
///                  \            \                    ^ ^
///                   \            '--- worker gone ---' |
///                    '------ start failed, closed -----'
/// ```
public enum ServiceState {
  STARTING,
  RUNNING,
  CLOSING,
  CLOSED;

  /// As users read and write it, for example `running`.
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
