package ringfence.host.manifest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.sandbox.permission.FileAccess;
import ringfence.sandbox.permission.HostGrant;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.permission.NetworkAccess;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.protocol.ServiceName;

/// Reads one service, out of a manifest or as the definition of a child.
final class DefinitionReader {
  private static final String CHILD = "definition";

  private static final Set<String> SERVICE =
      Set.of("file", "code", "imports", "policy", "permissions", "limits", "jit", "uncaught", "restart", "args", "debug");
  static final Set<String> CHILD_SERVICE =
      Set.of(
          "name", "file", "code", "modules", "entry", "imports", "policy", "permissions", "limits",
          "jit", "uncaught", "restart", "args", "debug");
  static final Set<String> SUBMITTED_SERVICE =
      Stream.concat(CHILD_SERVICE.stream(), Stream.of("folder")).collect(Collectors.toUnmodifiableSet());
  static final Set<String> LIMITS =
      Set.of(
          "heap", "start", "close", "call", "output", "turn", "cpu", "calls", "timers", "files", "written", "response",
          "message");
  static final Set<String> PERMISSIONS =
      Set.of("env", "eval", "hrtime", "read", "write", "net", "listen", "create", "threads");

  private final String source;
  private final String path;
  private final Path folder;
  private final Limits defaults;
  private final TableReader in;

  private DefinitionReader(
      String source, String path, Node node, Set<String> known, Path folder, Limits defaults) {
    this.source = source;
    this.folder = folder;
    this.defaults = defaults;
    this.path = path;
    this.in = new TableReader(source, path, node, known);
  }

  /// Reads a service of a manifest.
  ///
  /// @param names the table of all services
  /// @param folder that `file:` and granted paths are relative to
  /// @param looked told of each file of code that is looked for
  static ServiceDefinition ofService(
      String source, TableReader names, String name, Path folder, Consumer<Path> looked) {
    try {
      ServiceDefinition.Builder builder = ServiceDefinition.named(new ServiceName(name).value());
      DefinitionReader reader =
          new DefinitionReader(source, "services." + name, names.need(name), SERVICE, folder, Limits.DEFAULT);
      reader.code(builder, name, looked);
      return reader.rest(builder);
    } catch (IllegalArgumentException | ServiceException e) {
      throw names.refuse(name, String.valueOf(e.getMessage()));
    }
  }

  /// Reads the definition of a child, which names itself and holds its code.
  ///
  /// @param folder that granted paths are relative to
  static ServiceDefinition ofChild(String source, Node node, Path folder, Limits inherited, Jit jit) {
    DefinitionReader reader =
        new DefinitionReader(source, CHILD, node, CHILD_SERVICE, folder, inherited);
    TableReader in = reader.in;
    try {
      Node _ = in.need("name");
      String name = in.scalar("name", text -> new ServiceName(text).value()).orElse("");
      ServiceDefinition.Builder builder = ServiceDefinition.named(name).jit(jit);
      if (in.get("file") != null) {
        throw in.refuse("file", "a child brings its code along; write code or modules");
      }
      reader.modules(builder);
      return reader.rest(builder);
    } catch (ServiceException e) {
      throw in.refuse("name", String.valueOf(e.getMessage()));
    }
  }

  /// Reads the definition of a service that was handed to a running host: it names itself and holds its code, and its
  /// paths mean the same wherever the host runs.
  static ServiceDefinition ofSubmitted(String source, Node node) {
    TableReader in = new TableReader(source, "", node, SUBMITTED_SERVICE);
    try {
      Node _ = in.need("name");
      ServiceDefinition.Builder builder =
          ServiceDefinition.named(in.scalar("name", text -> new ServiceName(text).value()).orElse(""));
      if (in.get("file") != null) {
        throw in.refuse("file", "a host reads no code from its disk for a request; write code or modules");
      }
      Path folder = in.scalar("folder", DefinitionReader::absolute).orElse(Path.of("/"));
      for (String key : List.of("read", "write")) {
        if (in.get("permissions") instanceof Node.Table permissions
            && permissions.entries().containsKey(key)) {
          List<Path> _ =
              new TableReader(source, "permissions", permissions, PERMISSIONS).each(key, DefinitionReader::absolute);
        }
      }
      DefinitionReader reader =
          new DefinitionReader(source, "", node, SUBMITTED_SERVICE, folder, Limits.DEFAULT);
      reader.modules(builder);
      return reader.rest(builder);
    } catch (ServiceException e) {
      throw in.refuse("name", String.valueOf(e.getMessage()));
    }
  }

  /// A path of the host, whatever folder that was started in.
  private static Path absolute(String text) {
    Path path = Path.of(text);
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("\"" + text + "\" must be an absolute path of the host");
    }
    return path;
  }

  private ServiceDefinition rest(ServiceDefinition.Builder builder) {
    builder.imports(in.texts("imports").toArray(String[]::new));
    builder.arguments(in.texts("args"));
    in.scalar("policy", Manifest::level).ifPresent(builder::policy);
    builder.permissions(permissions());
    builder.limits(limits());
    in.scalar("jit", Jit::of).ifPresent(builder::jit);
    in.scalar("uncaught", DefinitionReader::crashes).ifPresent(builder::crashOnUncaught);
    builder.debug(in.flag("debug"));
    builder.restart(RestartReader.read(source, beneath("restart"), in));
    return builder.build();
  }

  private void code(ServiceDefinition.Builder builder, String name, Consumer<Path> looked) {
    boolean inline = in.get("code") != null;
    if (inline == (in.get("file") != null)) {
      throw in.refuse("code", "a service has either file: or code:" + (inline ? ", not both" : ""));
    }
    if (inline) {
      in.text("code").ifPresent(builder::code);
      return;
    }
    in.scalar(
            "file",
            relative -> {
              Path file = folder.resolve(relative).normalize();
              if (!file.startsWith(folder)) {
                throw new IllegalArgumentException(
                    "\"" + relative + "\" leads out of the manifest's folder; a service's code lies beside its manifest");
              }
              looked.accept(file);
              if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException("no file " + file);
              }
              requireInside(file);
              return file;
            })
        .ifPresent(
            file -> {
              Path last = file.getFileName();
              String text = Manifest.text(file);
              builder.entry(last == null ? name + ".js" : last.toString()).code(text);
              CodeFolder.importsOf(file, text, looked).forEach(builder::module);
            });
  }

  /// A manifest may come from somebody else, and its links too: what it names is read and run as code, and an error
  /// would show a line of it.
  private void requireInside(Path file) {
    try {
      if (!file.toRealPath().startsWith(folder.toRealPath())) {
        throw new IllegalArgumentException(file + " is a link that leads out of the manifest's folder");
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(file + " can't be followed: " + e.getMessage(), e);
    }
  }

  private void modules(ServiceDefinition.Builder builder) {
    Node modules = in.get("modules");
    boolean inline = in.get("code") != null;
    if (inline == (modules != null)) {
      throw in.refuse("code", "there must be either code or modules" + (inline ? ", not both" : ""));
    }
    in.text("code").ifPresent(builder::code);
    in.scalar("entry", text -> text).ifPresent(builder::entry);
    if (modules != null) {
      TableReader table = new TableReader(source, beneath("modules"), modules, keys(modules));
      for (String module : table.keys()) {
        table.text(module).ifPresent(text -> builder.module(module, text));
      }
    }
  }

  private Permissions permissions() {
    TableReader table = table("permissions", PERMISSIONS);
    if (table == null) {
      return Permissions.NONE.withFiles(FileAccess.relativeTo(folder));
    }
    try {
      return Permissions.NONE
          .withFiles(
              FileAccess.relativeTo(folder)
                  .withRead(table.each("read", Path::of))
                  .withWrite(table.each("write", Path::of)))
          .withNetwork(
              new NetworkAccess(
                  table.each("net", HostGrant::parse), table.each("listen", ListenGrant::parse)))
          .withEnvironment(Set.copyOf(table.texts("env")))
          .withChildren(count(table, "create"))
          .withThreads(count(table, "threads"))
          .withEval(table.flag("eval"))
          .withPreciseClock(table.flag("hrtime"));
    } catch (ManifestException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw in.refuse("permissions", String.valueOf(e.getMessage()));
    }
  }

  private Limits limits() {
    TableReader table = table("limits", LIMITS);
    if (table == null) {
      return defaults;
    }
    Limits d = defaults;
    try {
      return new Limits(
          table.scalar("heap", Quantities::bytes).orElse(d.heapBytes()),
          table.scalar("start", Quantities::duration).orElse(d.start()),
          table.scalar("close", Quantities::duration).orElse(d.close()),
          table.scalar("turn", Quantities::duration).orElse(d.turn()),
          table.scalar("call", Quantities::duration).orElse(d.call()),
          table.scalar("cpu", Quantities::percent).orElse(d.cpuPercent()),
          table.scalar("output", text -> Quantities.count(text, "lines")).orElse(d.outputLines()),
          table.scalar("calls", text -> Quantities.count(text, "calls")).orElse(d.calls()),
          table.scalar("timers", text -> Quantities.count(text, "timers")).orElse(d.timers()),
          table.scalar("files", text -> Quantities.count(text, "files")).orElse(d.openFiles()),
          table.scalar("written", Quantities::bytes).orElse(d.writtenBytes()),
          table.scalar("response", Quantities::bytes).orElse(d.responseBytes()),
          table.scalar("message", Quantities::bytes).orElse(d.messageBytes()));
    } catch (ManifestException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw in.refuse("limits", String.valueOf(e.getMessage()));
    }
  }

  private @Nullable TableReader table(String key, Set<String> known) {
    Node node = in.get(key);
    if (node == null) {
      return null;
    }
    return new TableReader(source, beneath(key), node, known);
  }

  private String beneath(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private static Set<String> keys(Node node) {
    return node instanceof Node.Table table ? table.entries().keySet() : Set.of();
  }

  private static boolean crashes(String text) {
    return switch (text) {
      case "crash" -> true;
      case "record" -> false;
      default -> throw new IllegalArgumentException("\"" + text + "\" is neither record nor crash");
    };
  }

  private static int count(TableReader table, String key) {
    return table.scalar(key, text -> Quantities.count(text, "")).orElse(0);
  }
}
