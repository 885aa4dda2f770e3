package ringfence.host.manifest;

import java.util.List;
import java.util.SequencedMap;

/// A manifest's text as a tree that remembers where each part stood.
sealed interface Node {
  Position position();

  /// What a person would call it, for errors.
  String kind();

  /// A number, a truth value or a text; `null` of YAML is an empty text.
  record Scalar(Position position, String text) implements Node {
    @Override
    public String kind() {
      return "\"" + text + "\"";
    }
  }

  record Items(Position position, List<Node> values) implements Node {
    @Override
    public String kind() {
      return "a list";
    }
  }

  record Table(Position position, SequencedMap<String, Entry> entries) implements Node {
    @Override
    public String kind() {
      return "a table";
    }
  }

  record Entry(Position keyPosition, Node value) {}
}
