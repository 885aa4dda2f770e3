package ringfence.host.manifest;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.policy.SandboxLevel;
import ringfence.sandbox.protocol.ServiceName;

/// The services of a `ringfence.yaml`.
///
/// @param services in the order of the file; imports have not been resolved
public record Manifest(List<ServiceDefinition> services) {
  /// The name that a folder is searched for.
  public static final String DEFAULT_NAME = "ringfence.yaml";

  private static final long MAX_BYTES = 4L << 20;
  private static final Set<String> TOP = Set.of("version", "services");
  private static final Set<String> SERVICE =
      Set.of("file", "code", "imports", "policy", "permissions", "limits", "uncaught", "restart", "args");
  private static final Set<String> LIMITS =
      Set.of("heap", "start", "close", "call", "output", "turn", "cpu");
  private static final Set<String> PERMISSIONS =
      Set.of("env", "eval", "hrtime", "read", "write", "net", "listen", "create", "threads");

  /// Keys of the format that nothing stands behind yet, so that writing them must not look like having them.
  private static final Set<String> NOT_YET =
      Set.of("read", "write", "net", "listen", "create", "threads", "cpu");

  public Manifest {
    services = List.copyOf(services);
  }

  /// Reads a manifest, and the code files that it names, which are relative to it.
  ///
  /// @param path a manifest, or a folder that holds a `ringfence.yaml`
  /// @throws ManifestException if anything in it can't be used
  public static Manifest read(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(DEFAULT_NAME) : path;
    Path folder = file.toAbsolutePath().normalize().getParent();
    if (!Files.isRegularFile(file)) {
      throw new ManifestException(
          "no manifest " + file + "; name one, or write " + DEFAULT_NAME + " with: version, services");
    }
    return parse(file.toString(), text(file), folder == null ? Path.of("/") : folder);
  }

  /// Reads a manifest that is already in memory.
  ///
  /// @param source shown in errors
  /// @param folder that `file:` is relative to
  public static Manifest parse(String source, String text, Path folder) {
    TableReader top = new TableReader(source, "", NodeReader.read(source, text), TOP);
    if (top.scalar("version", Manifest::version).isEmpty()) {
      throw top.refuse("version", "is missing; write version: 1");
    }
    Node services = top.need("services");
    TableReader names =
        new TableReader(
            source,
            "services",
            services,
            services instanceof Node.Table table ? table.entries().keySet() : Set.of());
    List<ServiceDefinition> definitions = new ArrayList<>();
    for (String name : names.keys()) {
      definitions.add(service(source, names, name, folder));
    }
    return new Manifest(definitions);
  }

  private static ServiceDefinition service(
      String source, TableReader names, String name, Path folder) {
    try {
      ServiceDefinition.Builder builder = ServiceDefinition.named(new ServiceName(name).value());
      TableReader in = new TableReader(source, "services." + name, names.need(name), SERVICE);
      code(in, builder, name, folder);
      builder.imports(in.texts("imports").toArray(String[]::new));
      builder.arguments(in.texts("args"));
      in.scalar("policy", Manifest::level).ifPresent(builder::policy);
      builder.permissions(permissions(source, in, name));
      builder.limits(limits(source, in, name));
      in.scalar("uncaught", Manifest::crashes).ifPresent(builder::crashOnUncaught);
      builder.restart(RestartReader.read(source, "services." + name + ".restart", in));
      return builder.build();
    } catch (IllegalArgumentException | ServiceException e) {
      throw names.refuse(name, String.valueOf(e.getMessage()));
    }
  }

  private static void code(
      TableReader in, ServiceDefinition.Builder builder, String name, Path folder) {
    boolean inline = in.get("code") != null;
    if (inline == (in.get("file") != null)) {
      throw in.refuse("code", "a service has either file: or code:" + (inline ? ", not both" : ""));
    }
    if (inline) {
      in.scalar("code", text -> text).ifPresent(builder::code);
      return;
    }
    in.scalar(
            "file",
            relative -> {
              Path file = folder.resolve(relative).normalize();
              if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException("no file " + file);
              }
              return file;
            })
        .ifPresent(
            file -> {
              Path last = file.getFileName();
              builder.entry(last == null ? name + ".js" : last.toString()).code(text(file));
            });
  }

  private static Permissions permissions(String source, TableReader in, String name) {
    Node node = in.get("permissions");
    if (node == null) {
      return Permissions.NONE;
    }
    TableReader table = new TableReader(source, "services." + name + ".permissions", node, PERMISSIONS);
    refuseNotYet(table);
    return new Permissions(Set.copyOf(table.texts("env")), table.flag("eval"), table.flag("hrtime"), 0);
  }

  private static Limits limits(String source, TableReader in, String name) {
    Node node = in.get("limits");
    if (node == null) {
      return Limits.DEFAULT;
    }
    TableReader table = new TableReader(source, "services." + name + ".limits", node, LIMITS);
    refuseNotYet(table);
    Limits defaults = Limits.DEFAULT;
    Duration start = table.scalar("start", Quantities::duration).orElse(defaults.start());
    Duration close = table.scalar("close", Quantities::duration).orElse(defaults.close());
    Duration turn = table.scalar("turn", Quantities::duration).orElse(defaults.turn());
    Duration call = table.scalar("call", Quantities::duration).orElse(defaults.call());
    long heap = table.scalar("heap", Quantities::bytes).orElse(defaults.heapBytes());
    int lines = table.scalar("output", Manifest::lines).orElse(defaults.outputLines());
    return new Limits(heap, start, close, turn, call, lines);
  }

  private static void refuseNotYet(TableReader table) {
    for (String key : table.keys()) {
      if (NOT_YET.contains(key)) {
        throw table.refuse(key, "nothing enforces this yet, so it can't be written; remove it");
      }
    }
  }

  /// Reads the name of a policy, in small letters.
  public static SandboxLevel level(String text) {
    for (SandboxLevel level : SandboxLevel.values()) {
      if (level.name().toLowerCase(Locale.ROOT).equals(text)) {
        return level;
      }
    }
    throw new IllegalArgumentException(
        "\""
            + text
            + "\" is no policy; choose "
            + Arrays.stream(SandboxLevel.values())
                .map(level -> level.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ")));
  }

  /// Reads the name of a restart policy.
  public static RestartPolicy.Mode restartMode(String text) {
    return RestartReader.mode(text);
  }

  private static int version(String text) {
    if (!text.equals("1")) {
      throw new IllegalArgumentException("this version reads manifests of version 1, not " + text);
    }
    return 1;
  }

  private static boolean crashes(String text) {
    return switch (text) {
      case "crash" -> true;
      case "record" -> false;
      default -> throw new IllegalArgumentException("\"" + text + "\" is neither record nor crash");
    };
  }

  private static int lines(String text) {
    String number = text.endsWith(" lines") ? text.substring(0, text.length() - " lines".length()) : text;
    try {
      return Integer.parseInt(number);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" is not a number of lines, such as 10000 lines");
    }
  }

  private static String text(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new ManifestException(file + " has " + Files.size(file) + " bytes; at most " + MAX_BYTES);
      }
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new ManifestException(file + " is not UTF-8 text");
    } catch (IOException e) {
      throw new ManifestException(file + " can't be read: " + e.getMessage());
    }
  }
}
