package ringfence.jsruntime.context;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.ServiceName;

/// All that a service can import: its own modules, one virtual module for each declared import, and a few of Node's.
///
/// Names are relative paths with `/`, such as `page.js` or `lib/format.js`.
public final class ModuleSet {
  /// The scheme of virtual modules.
  static final String SERVICE = "service:";

  /// The module that imports the entry; no service can have a name that starts with a dot.
  static final String START = SERVICE + ".start";

  /// What `import.meta.url` shows before a module's name.
  private static final String ADDRESS = "file:///";

  private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:");

  private static final Pattern CODE = Pattern.compile("\\.m?[jt]s$");

  private static final int MOST_LISTED = 10;

  private final SequencedMap<String, String> modules;
  private final String entry;
  private final Map<String, String> sources = new TreeMap<>();
  private final String listing;
  private final boolean ofWorker;

  public ModuleSet(SequencedMap<String, String> modules, String entry, List<ServiceName> imports) {
    this(modules, entry, imports, false);
  }

  private ModuleSet(
      SequencedMap<String, String> modules, String entry, List<ServiceName> imports, boolean ofWorker) {
    if (!modules.containsKey(entry)) {
      throw new IllegalArgumentException(
          "entry \"" + entry + "\" is none of the modules " + modules.keySet());
    }
    this.modules = modules;
    this.entry = entry;
    this.ofWorker = ofWorker;
    modules.forEach((name, text) -> sources.put(name, CODE.matcher(name).find() ? withoutValue(text) : text));
    if (!ofWorker) {
      // They are parts of `service`, which a Worker does not have.
      sources.putAll(NodeModules.SOURCES);
    }
    listing = listing(modules);
    for (ServiceName name : imports) {
      // A name has letters, digits, _ and - only, so it needs no quoting.
      sources.put(SERVICE + name, "export default service.imports[\"" + name + "\"];");
    }
    sources.put(
        START,
        "import * as entry from " + quoted("./" + entry) + ";\nexport const box = { __proto__: null, entry };");
  }

  /// The text, with a last statement whose value is undefined: of a module with top-level `await` the engine waits for the
  /// value of the last statement too, where the standard knows no such value. A module that ends in `child.start()` would
  /// wait for a child that waits for it.
  private static String withoutValue(String text) {
    return text.contains("await") ? text + "\n;void 0;" : text;
  }

  /// What a Worker can import: the same modules, no service, and of Node's only what is ordinary code.
  ///
  /// @param specifier of its entry: an address as `import.meta.url` has it, or relative to this set's entry
  /// @throws IllegalArgumentException if that is none of the modules, in words for the author
  public ModuleSet forWorker(String specifier) {
    String name;
    try {
      name = nameOf(specifier);
    } catch (IllegalArgumentException _) {
      name = specifier;
    }
    if (!isAuthored(name)) {
      throw new IllegalArgumentException(refusal(name, null));
    }
    return new ModuleSet(modules, name, List.of(), true);
  }

  private String nameOf(String specifier) {
    if (specifier.startsWith(ADDRESS)) {
      return URI.create(specifier).getPath().substring(1);
    }
    if (SCHEME.matcher(specifier).lookingAt()) {
      return specifier;
    }
    Path path = Path.of("/").resolve(entry).resolveSibling(specifier).normalize();
    // Above the root there is nothing, as in the address of a page.
    return path.toString().substring(1);
  }

  /// The text of a module, or null if there is none of that name.
  @Nullable String source(String name) {
    String own = sources.get(name);
    return own == null ? LibraryModules.source(name) : own;
  }

  /// Whether a name has a scheme that modules of ours have.
  static boolean isVirtual(String name) {
    return name.startsWith(SERVICE) || name.startsWith(NodeModules.SCHEME);
  }

  /// Whether the name is that of a module of the author's, and not a virtual one.
  boolean isAuthored(String name) {
    return !isVirtual(name) && sources.containsKey(name);
  }

  /// Why a module can't be imported, for its author.
  String refusal(String name, @Nullable String importer) {
    String by = importer == null || !isAuthored(importer) ? "" : " (imported by " + importer + ")";
    if (ofWorker && name.startsWith(SERVICE)) {
      return "service \"" + shortened(name.substring(SERVICE.length())) + "\"" + by
          + " is not there: a Worker has no links to other services; have the service call it and post the result";
    }
    if (ofWorker && name.startsWith(NodeModules.SCHEME)) {
      return "module \"" + shortened(name) + "\"" + by
          + " is not there: a Worker has of Node's only " + String.join(", ", LibraryModules.names())
          + "; have the service use it and post what the Worker needs";
    }
    if (name.startsWith(SERVICE)) {
      return "service \"" + name.substring(SERVICE.length()) + "\"" + by
          + " is not among this service's imports; declare it in imports";
    }
    if (name.startsWith(NodeModules.SCHEME)) {
      return "module \"" + shortened(name) + "\"" + by + " is not there; of Node's there are: "
          + Stream.concat(NodeModules.SOURCES.keySet().stream(), LibraryModules.names().stream())
              .sorted()
              .collect(Collectors.joining(", "));
    }
    return "module \"" + shortened(name) + "\"" + by
        + " is not part of the service; its modules are: " + listing;
  }

  private static String listing(SequencedMap<String, String> modules) {
    StringBuilder text = new StringBuilder();
    int shown = 0;
    for (String name : modules.keySet()) {
      if (shown == MOST_LISTED) {
        return text.append(" and ").append(modules.size() - shown).append(" more").toString();
      }
      text.append(shown++ == 0 ? "" : ", ").append(name);
    }
    return text.toString();
  }

  private static String shortened(String name) {
    String shown = name.length() > 200 ? name.substring(0, 200) + "..." : name;
    return shown.replace('\0', '?').replace('\n', '?');
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\' || c < ' ' || c > '~') {
        quoted.append("\\u").append(String.format("%04x", (int) c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
