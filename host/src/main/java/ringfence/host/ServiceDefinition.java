package ringfence.host;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.permission.FileAccess;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.policy.SandboxLevel;
import ringfence.sandbox.protocol.ServiceName;

/// What a service is: its code, what it imports, and what it may do. Immutable.
///
/// Modules whose names end in `.ts` or `.mts` are TypeScript: [ServicesManager#create] has their types taken out, in a worker of the
/// host's own, and what runs has the same names, lines and columns. Types are not checked.
///
/// @param entry the module that is run, a key of `modules`
/// @param modules name -> source text, in the order in which they were given
/// @param imports in the order in which they were declared
/// @param arguments what the service sees as `service.args`
/// @param jit whether its hot code is compiled
/// @param endWhenIdle whether a run ends by itself when nothing is left to do
/// @param restart what follows when a run ends by itself
/// @param crashOnUncaught whether an uncaught error ends a run; otherwise it is recorded only
/// @param debug whether a debugger may look into it, for which the context gives up a wall; see [ServicesManager#inspect]
public record ServiceDefinition(
    ServiceName name,
    String entry,
    SequencedMap<String, String> modules,
    List<ServiceName> imports,
    SandboxLevel policy,
    Permissions permissions,
    Limits limits,
    List<String> arguments,
    RestartPolicy restart,
    Jit jit,
    boolean endWhenIdle,
    boolean crashOnUncaught,
    boolean debug) {

  /// All modules and arguments together; they travel in one control message, with room to spare.
  private static final int MOST_TEXT_BYTES = 8 << 20;

  private static final int MOST_IMPORTS = 256;

  private static final Pattern MODULE_NAME =
      Pattern.compile("(?!.{256})(?:(?!\\.{1,2}/)[^/\\\\\\p{Cntrl}?#:]+/)*(?!\\.{1,2}$)[^/\\\\\\p{Cntrl}?#:]+");

  /// @throws ServiceException with INVALID_DEFINITION, if a value is out of its range
  public ServiceDefinition {
    modules = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(modules));
    imports = List.copyOf(imports);
    arguments = List.copyOf(arguments);
    for (String module : modules.sequencedKeySet()) {
      if (!MODULE_NAME.matcher(module).matches()) {
        throw invalid(
            name,
            "module name \"" + module + "\" must be a relative path with /, without . and .. parts");
      }
    }
    if (!modules.containsKey(entry)) {
      throw invalid(name, "entry \"" + entry + "\" is none of its modules " + modules.keySet());
    }
    if (imports.size() > MOST_IMPORTS) {
      throw invalid(name, imports.size() + " imports are over " + MOST_IMPORTS);
    }
    if (new LinkedHashSet<>(imports).size() < imports.size()) {
      throw invalid(name, "imports " + imports + " name a service twice");
    }
    Duration closing = limits.close().multipliedBy(restart.most());
    if (restart.mode() != RestartPolicy.Mode.NEVER && closing.compareTo(restart.window()) >= 0) {
      throw invalid(
          name,
          "limits.close of %dms, %d times, is not below the restart window of %dms; give it less time to close, fewer restarts or a longer window"
              .formatted(limits.close().toMillis(), restart.most(), restart.window().toMillis()));
    }
    long bytes =
        Stream.concat(modules.values().stream(), arguments.stream())
            .mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length + Integer.BYTES)
            .sum();
    if (bytes > MOST_TEXT_BYTES) {
      throw invalid(name, bytes + " bytes of code and arguments are over " + MOST_TEXT_BYTES);
    }
  }

  /// This definition with its granted paths looked up: where they lead now is what they stand for from now on, so that
  /// nobody who may write there leads them elsewhere later. Reads links, so it may block.
  ServiceDefinition located() {
    return withFiles(permissions.files().located(GrantedPaths::real));
  }

  /// This definition as one of a child, whose granted paths are no more than names beneath those of its parent.
  ServiceDefinition within(ServiceDefinition parent) {
    return withFiles(permissions.files().within(parent.permissions.files()));
  }

  private ServiceDefinition withFiles(FileAccess files) {
    return toBuilder().permissions(permissions.withFiles(files)).build();
  }

  /// This definition with other texts in its modules.
  ServiceDefinition withModules(SequencedMap<String, String> texts) {
    Builder builder = toBuilder();
    builder.modules.clear();
    builder.modules.putAll(texts);
    return builder.build();
  }

  /// This definition with one more import, in front of the others; itself if it has it.
  ServiceDefinition importing(ServiceName parent) {
    if (imports.contains(parent)) {
      return this;
    }
    Builder builder = toBuilder();
    builder.imports.addFirst(parent);
    return builder.build();
  }

  /// Begins another definition with all that this one says: [Builder#code] and [Builder#module] replace the text of a
  /// module that it has, and names and arguments come behind those that it has.
  public Builder toBuilder() {
    Builder builder = new Builder(name);
    builder.replaces = true;
    builder.entry = entry;
    builder.modules.putAll(modules);
    builder.imports.addAll(imports);
    builder.arguments.addAll(arguments);
    return builder
        .policy(policy)
        .permissions(permissions)
        .limits(limits)
        .restart(restart)
        .jit(jit)
        .endWhenIdle(endWhenIdle)
        .crashOnUncaught(crashOnUncaught)
        .debug(debug);
  }

  /// Begins a definition: without imports, UNTRUSTED, with no permissions and the default limits.
  ///
  /// @throws ServiceException with INVALID_DEFINITION, if the name is not valid
  public static Builder named(String name) {
    return new Builder(serviceName(name));
  }

  /// @throws ServiceException with INVALID_DEFINITION, if it is no valid name
  static ServiceName serviceName(String name) {
    try {
      ServiceName valid = new ServiceName(name);
      if (valid.equals(ServiceName.HOST)) {
        throw new IllegalArgumentException(
            "service name \"host\" is the host's own; choose another");
      }
      return valid;
    } catch (IllegalArgumentException e) {
      throw new ServiceException(ErrorCode.INVALID_DEFINITION, String.valueOf(e.getMessage()), e);
    }
  }

  private static ServiceException invalid(ServiceName name, String what) {
    return new ServiceException(
        ErrorCode.INVALID_DEFINITION, "service \"" + name + "\": " + what);
  }

  /// Gathers the parts of a definition. Not thread-safe.
  public static final class Builder {
    private final ServiceName name;
    private final SequencedMap<String, String> modules = new LinkedHashMap<>();
    private final List<ServiceName> imports = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private @Nullable String entry;
    private @Nullable String code;
    private SandboxLevel policy = SandboxLevel.UNTRUSTED;
    private Permissions permissions = Permissions.NONE;
    private Limits limits = Limits.DEFAULT;
    private RestartPolicy restart = RestartPolicy.NEVER;
    private Jit jit = Jit.AUTO;
    private boolean endWhenIdle;
    private boolean crashOnUncaught;
    private boolean debug;

    /// Whether modules take the place of those with the same name.
    private boolean replaces;

    private Builder(ServiceName name) {
      this.name = name;
    }

    /// The entry module's text. The module is called `<name>.js` unless [#entry] says otherwise, for example `main.ts` for
    /// TypeScript.
    public Builder code(String text) {
      code = text;
      return this;
    }

    /// The entry module's name, as errors show it.
    public Builder entry(String module) {
      entry = module;
      return this;
    }

    /// One more module, which others import as `./other.js`. One whose name ends in `.ts` or `.mts` is TypeScript.
    public Builder module(String module, String text) {
      if (modules.put(module, text) != null && !replaces) {
        throw givenTwice(module);
      }
      return this;
    }

    /// More services that it imports.
    public Builder imports(String... names) {
      for (String imported : names) {
        imports.add(serviceName(imported));
      }
      return this;
    }

    /// How strong the walls are; [SandboxLevel#UNTRUSTED] unless set.
    public Builder policy(SandboxLevel level) {
      policy = level;
      return this;
    }

    /// What it may do; nothing unless set.
    public Builder permissions(Permissions granted) {
      permissions = granted;
      return this;
    }

    /// What it may use; [Limits#DEFAULT] unless set.
    public Builder limits(Limits bounds) {
      limits = bounds;
      return this;
    }

    /// More of what the service sees as `service.args`.
    public Builder arguments(List<String> more) {
      arguments.addAll(more);
      return this;
    }

    /// What follows when a run ends by itself; nothing unless set.
    public Builder restart(RestartPolicy policy) {
      restart = policy;
      return this;
    }

    /// Whether its hot code is compiled; where that is possible unless set.
    public Builder jit(Jit mode) {
      jit = mode;
      return this;
    }

    /// Whether a run ends by itself when nothing is left to do; false unless set.
    public Builder endWhenIdle(boolean ends) {
      endWhenIdle = ends;
      return this;
    }

    /// Whether an uncaught error ends a run; false unless set.
    public Builder crashOnUncaught(boolean crashes) {
      crashOnUncaught = crashes;
      return this;
    }

    /// Whether a debugger may look into it; false unless set. The context runs under `SandboxPolicy.TRUSTED` then, and
    /// whoever debugs it runs code of his own in it; the process's walls stay.
    public Builder debug(boolean allowed) {
      debug = allowed;
      return this;
    }

    /// Makes the definition.
    ///
    /// @throws ServiceException with INVALID_DEFINITION, if a value is out of its range
    public ServiceDefinition build() {
      String entryName = Optional.ofNullable(entry).orElse(name + ".js");
      SequencedMap<String, String> all = new LinkedHashMap<>();
      if (code != null && !replaces) {
        if (modules.containsKey(entryName)) {
          throw givenTwice(entryName);
        }
        all.put(entryName, code);
      }
      all.putAll(modules);
      if (code != null) {
        all.put(entryName, code);
      }
      if (all.isEmpty()) {
        throw invalid(name, "it has no code");
      }
      return new ServiceDefinition(
          name,
          entryName,
          all,
          imports,
          policy,
          permissions,
          limits,
          arguments,
          restart,
          jit,
          endWhenIdle,
          crashOnUncaught,
          debug);
    }

    private ServiceException givenTwice(String module) {
      return invalid(name, "module \"" + module + "\" is given twice");
    }
  }
}
