package ringfence.host.cli;

import java.net.URI;
import java.util.List;

/// How to connect to an inspector, for people.
final class InspectorWords {
  private InspectorWords() {}

  /// Lines for the terminal.
  ///
  /// @param waits whether the service's code waits for the debugger
  static List<String> of(String service, URI address, boolean waits) {
    return List.of(
        "a debugger can look into %s%s; whoever knows its address can run code in it:"
            .formatted(service, waits ? ", whose next run waits for it" : ""),
        "  " + address,
        "  in Chrome: devtools://devtools/bundled/js_app.html?" + address.toString().replace("://", "="));
  }
}
