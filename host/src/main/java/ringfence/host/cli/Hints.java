package ringfence.host.cli;

import java.util.Map;
import java.util.Optional;
import ringfence.sandbox.protocol.ErrorReport;

/// What helps against errors that authors from elsewhere meet.
final class Hints {
  private static final String UNDEFINED = " is not defined";

  /// A name that is not there -> what is there instead.
  private static final Map<String, String> INSTEAD =
      Map.of(
          "require", "services are ES modules: import x from \"./x.js\" or from \"node:path\"",
          "module", "services are ES modules: export function f() {}",
          "exports", "services are ES modules: export function f() {}",
          "__dirname", "a service has no folder; its files are under what permissions.read grants",
          "__filename", "import.meta.url names the module",
          "process", "service.args and service.env (granted names) are what a service knows of its start",
          "Deno", "fetch, node:fs/promises and service are what a service has instead",
          "window", "globalThis is the global; there is no page",
          "document", "there is no page in a service",
          "WebAssembly",
              "it is there under policy trusted, where org.graalvm.wasm:wasm-language of the engine's version is among the worker's libraries");

  private Hints() {}

  /// The hint for an error, if there is one.
  static Optional<String> of(ErrorReport error) {
    boolean missing = error.name().equals("ReferenceError") && error.message().endsWith(UNDEFINED);
    return missing
        ? Optional.ofNullable(
            INSTEAD.get(error.message().substring(0, error.message().length() - UNDEFINED.length())))
        : Optional.empty();
  }
}
