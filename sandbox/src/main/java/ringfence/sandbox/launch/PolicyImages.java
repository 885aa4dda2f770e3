package ringfence.sandbox.launch;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import ringfence.sandbox.policy.ProcessPolicy;

/// Finds the image that a policy asks for, once for each. Thread-safe.
final class PolicyImages {
  /// The debugger's protocol and what it needs.
  private static final MoreJars DEBUGGER =
      new MoreJars("debug", List.of(WorkerImage.INSPECTOR_JAR, "json-", "profiler-tool-"));

  private final Map<WorkerImage, Optional<WorkerImage>> known = new ConcurrentHashMap<>();

  /// The image, or its like that compiles or lets a debugger in.
  ///
  /// @throws LaunchException if there is none of which the policy wants one
  WorkerImage of(WorkerImage image, ProcessPolicy policy) throws LaunchException {
    WorkerImage found = compiling(image, policy);
    return policy.debugged() ? debugged(found) : found;
  }

  private static WorkerImage debugged(WorkerImage image) throws LaunchException {
    try {
      List<Path> jars = DEBUGGER.of(image);
      if (jars.isEmpty()) {
        throw new LaunchException("no debugger can be let in: " + DEBUGGER.lack("the debugger's jars"));
      }
      return image.with(jars);
    } catch (IOException e) {
      throw new LaunchException("no debugger can be let in: " + e.getMessage(), e);
    }
  }

  private WorkerImage compiling(WorkerImage image, ProcessPolicy policy) throws LaunchException {
    if (!policy.compiled() || image.compiles()) {
      return image;
    }
    return known
        .computeIfAbsent(image, CompilerJdk::find)
        .orElseThrow(
            () -> new LaunchException("the worker's image with the compiler is gone; make it with: ringfence doctor --build-image"));
  }
}
