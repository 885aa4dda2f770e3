package ringfence.sandbox.launch;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import ringfence.sandbox.policy.ProcessPolicy;

/// Finds the image that a policy asks for, once for each. Thread-safe.
final class CompilerImages {
  private final Map<WorkerImage, Optional<WorkerImage>> known = new ConcurrentHashMap<>();

  /// The image, or its like that compiles.
  ///
  /// @throws LaunchException if there is none that compiles, and the policy wants one
  WorkerImage of(WorkerImage image, ProcessPolicy policy) throws LaunchException {
    if (!policy.compiled() || image.compiles()) {
      return image;
    }
    return known
        .computeIfAbsent(image, CompilerJdk::find)
        .orElseThrow(
            () -> new LaunchException("the worker's image with the compiler is gone; make it with: ringfence doctor --build-image"));
  }
}
