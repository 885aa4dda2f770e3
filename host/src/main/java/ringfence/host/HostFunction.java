package ringfence.host;

import org.jspecify.annotations.Nullable;

/// A Java function that services can call. Each call runs on a virtual thread of its own.
@FunctionalInterface
public interface HostFunction {

  /// Answers a call.
  ///
  /// @return what `ServiceValue.of` takes, or an [java.util.Iterator], which becomes a stream and is asked as the
  ///     caller reads it
  /// @throws HostError what the caller gets as it is
  /// @throws Exception anything else: the caller gets an error that says nothing of the host, and the log the rest
  @Nullable Object call(HostCall call) throws Exception;
}
