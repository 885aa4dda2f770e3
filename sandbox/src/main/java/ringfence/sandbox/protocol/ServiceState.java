package ringfence.sandbox.protocol;

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
  CLOSED
}
