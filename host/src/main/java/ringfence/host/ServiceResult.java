package ringfence.host;

import ringfence.sandbox.value.ServiceValue;

/// What a call returned.
public sealed interface ServiceResult {
  /// One value.
  record Value(ServiceValue value) implements ServiceResult {}

  /// Values that come one after another.
  ///
  /// @param stream to be closed, or read to its end
  record Items(ServiceStream stream) implements ServiceResult {}
}
