package ringfence.jsruntime.web;

import org.graalvm.polyglot.proxy.ProxyExecutable;

/// How Java functions get into a context.
public final class HostFunctions {
  private HostFunctions() {}

  /// The function, but what it throws stays here, with its class and message; the guest's half gets the text `failed`.
  ///
  /// @param name for the worker's own log
  public static ProxyExecutable guarded(String name, ProxyExecutable function) {
    return arguments -> {
      try {
        return function.execute(arguments);
      } catch (StackOverflowError e) {
        // The guest's own depth; the engine makes a RangeError of it.
        throw e;
      } catch (RuntimeException | LinkageError e) {
        System.getLogger("ringfence.worker")
            .log(System.Logger.Level.ERROR, "host function " + name + " failed", e);
        return "failed";
      }
    };
  }
}
