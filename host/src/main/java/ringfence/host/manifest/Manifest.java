package ringfence.host.manifest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import ringfence.host.ServiceDefinition;
import ringfence.host.graph.NearestName;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.policy.SandboxLevel;
import ringfence.sandbox.protocol.ServiceName;

/// The services of a `ringfence.yaml`.
///
/// @param services in the order of the file; they import each other, though perhaps in a circle
public record Manifest(List<ServiceDefinition> services) {
  /// The name that a folder is searched for.
  public static final String DEFAULT_NAME = "ringfence.yaml";

  /// The name under which the JSON Schema is written to a folder.
  public static final String SCHEMA_NAME = "ringfence.schema.json";

  private static final long MAX_BYTES = 4L << 20;
  private static final Set<String> TOP = Set.of("version", "services");

  public Manifest {
    services = List.copyOf(services);
  }

  /// The JSON Schema of a manifest, by which editors complete and check it. It says what it can of what
  /// [#read(Path)] demands: which files and services there are, and how large a quantity is, only that sees.
  public static String schema() {
    try (InputStream in = Objects.requireNonNull(Manifest.class.getResourceAsStream(SCHEMA_NAME), SCHEMA_NAME)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads a manifest, and the code files that it names, which are relative to it.
  ///
  /// @param path a manifest, or a folder that holds a `ringfence.yaml`
  /// @throws ManifestException if anything in it can't be used
  public static Manifest read(Path path) {
    return read(path, _ -> {});
  }

  /// Reads a manifest as [#read(Path)], and tells of each file that it looks for, the manifest first: whether or not it is
  /// there, and also when the manifest can't be used. Who reads again when one of them has changed misses nothing.
  public static Manifest read(Path path, Consumer<Path> looked) {
    Path file = Files.isDirectory(path) ? path.resolve(DEFAULT_NAME) : path;
    Path folder = file.toAbsolutePath().normalize().getParent();
    looked.accept(file);
    if (!Files.isRegularFile(file)) {
      throw new ManifestException(
          "no manifest " + file + "; name one, or write " + DEFAULT_NAME + " with: version, services");
    }
    return parse(file.toString(), text(file), folder == null ? Path.of("/") : folder, looked);
  }

  /// Reads a manifest that is already in memory.
  ///
  /// @param source shown in errors
  /// @param folder that `file:` and granted paths are relative to
  public static Manifest parse(String source, String text, Path folder) {
    return parse(source, text, folder, _ -> {});
  }

  private static Manifest parse(String source, String text, Path folder, Consumer<Path> looked) {
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
      ServiceDefinition definition = DefinitionReader.ofService(source, names, name, folder, looked);
      requireOwnPorts(names, name, definitions, definition);
      definitions.add(definition);
    }
    requireImports(names, definitions);
    return new Manifest(definitions);
  }

  /// The manager would refuse it as well, without a line and without a guess.
  private static void requireImports(TableReader names, List<ServiceDefinition> definitions) {
    for (ServiceDefinition definition : definitions) {
      for (ServiceName imported : definition.imports()) {
        if (!names.keys().contains(imported.value())) {
          throw names.refuse(
              definition.name().value(),
              "\"%s\" imports \"%s\", which does not exist; %s"
                  .formatted(
                      definition.name(),
                      imported,
                      NearestName.of(imported.value(), names.keys())
                          .map(near -> "did you mean \"" + near + "\"?")
                          .orElse("there are " + String.join(", ", names.keys()))));
        }
      }
    }
  }

  /// Two services that serve one port could never run together, and would only say so in the middle of a start.
  private static void requireOwnPorts(
      TableReader names, String name, List<ServiceDefinition> before, ServiceDefinition definition) {
    for (ListenGrant port : definition.permissions().network().listen()) {
      for (ServiceDefinition other : before) {
        if (other.permissions().network().listen().stream().anyMatch(port::overlaps)) {
          throw names.refuse(
              name, "permissions.listen " + port + " is also that of \"" + other.name() + "\"; give each its own port");
        }
      }
    }
  }

  /// Reads the definition of a child service, one JSON object of the same keys as a service here and `name`.
  /// Its code is in it: `code`, or `modules` (name -> text) and `entry`; files are refused.
  ///
  /// @param source shown in errors
  /// @param folder that granted paths are relative to
  /// @param inherited limits that it has unless it names its own
  /// @param jit whether it is compiled, unless it says so itself
  /// @throws ManifestException if anything in it can't be used
  public static ServiceDefinition child(String source, String json, Path folder, Limits inherited, Jit jit) {
    if (json.length() > MAX_BYTES) {
      throw new ManifestException(
          source + ": a definition of " + json.length() + " characters; at most " + MAX_BYTES);
    }
    return DefinitionReader.ofChild(source, NodeReader.readJson(source, json), folder, inherited, jit);
  }

  /// Reads the definition of a service that is handed to a running host: one JSON object of the same keys as a service
  /// here, and `name`. Its code is in it, as a child's is; granted paths are absolute, and `folder`, an absolute path
  /// too, is what the service's own relative paths are relative to; it grants nothing.
  ///
  /// @param source shown in errors
  /// @throws ManifestException if anything in it can't be used
  public static ServiceDefinition submitted(String source, String json) {
    return DefinitionReader.ofSubmitted(source, NodeReader.readJson(source, json));
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

  /// The text of a manifest or of a code file.
  static String text(Path file) {
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
