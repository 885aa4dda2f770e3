package ringfence.host.cli;

import java.net.URI;
import java.util.Map;
import java.util.Stack;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import ringfence.host.ServicesManager;
import ringfence.host.inspect.InspectorServer;

/// Whether and where a debugger is let in.
final class InspectOptions {
  @Option(
      names = "--inspect",
      arity = "0..1",
      paramLabel = "PORT",
      preprocessor = Attached.class,
      converter = Converters.DebuggerPort.class,
      description = {
        "lets a debugger in, on this port of loopback (default: " + InspectorServer.DEFAULT_PORT + "; 0: a free one)"
      })
  private @Nullable Integer port;

  @Option(
      names = "--inspect-brk",
      arity = "0..1",
      paramLabel = "PORT",
      preprocessor = Attached.class,
      converter = Converters.DebuggerPort.class,
      description = "the same, and waits for it before the first statement")
  private @Nullable Integer portFromStart;

  /// Whether a debugger is let in at all.
  boolean isOn() {
    return port != null || portFromStart != null;
  }

  /// Whether the code waits for it.
  boolean fromStart() {
    return portFromStart != null;
  }

  int port() {
    Integer first = portFromStart == null ? port : portFromStart;
    return first == null ? InspectorServer.DEFAULT_PORT : first;
  }

  /// Lets a debugger into a service of this process, and tells how it connects.
  static void letIn(ServicesManager services, String name, int port, boolean fromStart, Terminal terminal) {
    URI address = services.inspect(name, port, fromStart);
    InspectorWords.of(name, address, fromStart).forEach(terminal::say);
  }

  /// Takes a value behind `=` only: what follows without it is the file to run.
  static final class Attached implements IParameterPreprocessor {
    @Override
    public boolean preprocess(
        Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
      if (!"=".equals(info.get("separator"))) {
        arguments.push(String.valueOf(InspectorServer.DEFAULT_PORT));
      }
      // The parser goes on, and takes the value on top.
      return false;
    }
  }
}
