package ringfence.host.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import ringfence.host.graph.NearestName;

/// Reads the keys of one table and refuses what nobody knows.
final class TableReader {
  /// Of a value that is neither code nor an argument. What reads it may take time by its length squared.
  private static final int LONGEST_VALUE = 4096;

  private final String source;
  private final String path;
  private final Node.Table table;

  /// @param path of the table in the manifest, such as `services.page.limits`; empty at the top
  /// @param known keys that may stand here
  TableReader(String source, String path, Node node, Set<String> known) {
    this.source = source;
    this.path = path;
    if (!(node instanceof Node.Table found)) {
      throw new ManifestException(
          source, node.position(), named("") + "must be a table of keys and values, not " + node.kind());
    }
    this.table = found;
    found.entries().forEach((key, entry) -> checkKnown(key, entry, known));
  }

  private void checkKnown(String key, Node.Entry entry, Set<String> known) {
    if (!known.contains(key)) {
      String hint =
          NearestName.of(key, known)
              .map(name -> "; did you mean \"" + name + "\"?")
              .orElse("; known keys: " + String.join(", ", known.stream().sorted().toList()));
      throw new ManifestException(
          source,
          entry.keyPosition(),
          "unknown key \"" + key + "\"" + (path.isEmpty() ? "" : " in " + path) + hint);
    }
  }

  Set<String> keys() {
    return table.entries().keySet();
  }

  @Nullable Node get(String key) {
    Node.Entry entry = table.entries().get(key);
    return entry == null ? null : entry.value();
  }

  Node need(String key) {
    Node node = get(key);
    if (node == null) {
      throw new ManifestException(source, table.position(), named(key) + "is missing");
    }
    return node;
  }

  /// The text of a key, turned into something by `convert`, whose refusal is shown with its position.
  <T> Optional<T> scalar(String key, Function<String, T> convert) {
    Node node = get(key);
    return node == null ? Optional.empty() : Optional.of(convert(key, node, convert, LONGEST_VALUE));
  }

  /// The text of a key as it stands, however long, such as code.
  Optional<String> text(String key) {
    Node node = get(key);
    return node == null
        ? Optional.empty()
        : Optional.of(convert(key, node, Function.identity(), Integer.MAX_VALUE));
  }

  List<String> texts(String key) {
    return each(key, Function.identity(), Integer.MAX_VALUE);
  }

  /// The items of a list, each turned into something by `convert`, whose refusal is shown with its position.
  <T> List<T> each(String key, Function<String, T> convert) {
    return each(key, convert, LONGEST_VALUE);
  }

  private <T> List<T> each(String key, Function<String, T> convert, int longest) {
    Node node = get(key);
    if (node == null) {
      return List.of();
    }
    if (!(node instanceof Node.Items items)) {
      throw new ManifestException(
          source, node.position(), named(key) + "must be a list, such as [a, b], not " + node.kind());
    }
    List<T> all = new ArrayList<>();
    for (Node item : items.values()) {
      all.add(convert(key, item, convert, longest));
    }
    return all;
  }

  boolean flag(String key) {
    return scalar(
            key,
            text ->
                switch (text) {
                  case "true" -> true;
                  case "false" -> false;
                  default -> throw new IllegalArgumentException("\"" + text + "\" is not true or false");
                })
        .orElse(false);
  }

  ManifestException refuse(String key, String message) {
    Node.Entry entry = table.entries().get(key);
    return new ManifestException(
        source, entry == null ? table.position() : entry.keyPosition(), named(key) + message);
  }

  private <T> T convert(String key, Node node, Function<String, T> convert, int longest) {
    if (!(node instanceof Node.Scalar scalar)) {
      throw new ManifestException(
          source, node.position(), named(key) + "must be a single value, not " + node.kind());
    }
    if (scalar.text().length() > longest) {
      throw new ManifestException(
          source,
          node.position(),
          named(key) + "is " + scalar.text().length() + " characters long; at most " + longest);
    }
    try {
      return convert.apply(scalar.text());
    } catch (IllegalArgumentException e) {
      throw new ManifestException(source, node.position(), named(key) + String.valueOf(e.getMessage()));
    }
  }

  private String named(String key) {
    String name = path.isEmpty() || key.isEmpty() ? path + key : path + "." + key;
    return name.isEmpty() ? "the manifest " : name + ": ";
  }
}
