package ringfence.host.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/// Parses YAML or JSON into [Node]s. Depth, size, duplicate keys and aliases are bounded or refused, since a
/// manifest may come from somebody else.
final class NodeReader {
  /// Deeper than any manifest of ours: services, name, permissions, list.
  private static final int MAX_DEPTH = 16;

  private final String source;
  private final JsonParser parser;

  private NodeReader(String source, JsonParser parser) {
    this.source = source;
    this.parser = parser;
  }

  /// Reads one document.
  ///
  /// @param source shown in errors; JSON if it ends with `.json`, else YAML
  static Node read(String source, String text) {
    // YAML reads most JSON too, but for tabs.
    return read(source, text, source.endsWith(".json") ? new JsonFactory() : new YAMLFactory());
  }

  /// Reads one document that is JSON whatever its source is called.
  static Node readJson(String source, String text) {
    return read(source, text, new JsonFactory());
  }

  private static Node read(String source, String text, JsonFactory factory) {
    try (JsonParser parser = factory.createParser(text)) {
      NodeReader reader = new NodeReader(source, parser);
      if (parser.nextToken() == null) {
        throw new ManifestException(source, new Position(1, 1), "the manifest is empty");
      }
      Node node = reader.node(0);
      if (parser.nextToken() != null) {
        throw reader.refuse("a manifest is one document; something follows it");
      }
      return node;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      Position position =
          at == null ? new Position(1, 1) : new Position(at.getLineNr(), at.getColumnNr());
      throw new ManifestException(source, position, words(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new ManifestException(source + ": " + e.getMessage());
    }
  }

  private Node node(int depth) throws IOException {
    if (depth > MAX_DEPTH) {
      throw refuse("the manifest is nested deeper than " + MAX_DEPTH + " levels");
    }
    if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
      throw refuse("aliases are not allowed; write the value out");
    }
    Position position = position();
    return switch (parser.currentToken()) {
      case START_OBJECT -> table(position, depth);
      case START_ARRAY -> items(position, depth);
      case VALUE_NULL -> new Node.Scalar(position, "");
      case VALUE_STRING, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE ->
          new Node.Scalar(position, parser.getText());
      case FIELD_NAME, END_ARRAY, END_OBJECT, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw refuse("a value is expected here");
    };
  }

  private Node table(Position position, int depth) throws IOException {
    SequencedMap<String, Node.Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      Position keyPosition = position();
      String key = parser.currentName();
      parser.nextToken();
      if (entries.put(key, new Node.Entry(keyPosition, node(depth + 1))) != null) {
        throw new ManifestException(source, keyPosition, "key \"" + key + "\" stands here twice; remove one");
      }
    }
    return new Node.Table(position, entries);
  }

  private Node items(Position position, int depth) throws IOException {
    List<Node> values = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      values.add(node(depth + 1));
    }
    return new Node.Items(position, values);
  }

  private Position position() {
    JsonLocation at = parser.currentTokenLocation();
    return new Position(Math.max(1, at.getLineNr()), Math.max(1, at.getColumnNr()));
  }

  private ManifestException refuse(String message) {
    return new ManifestException(source, position(), message);
  }

  /// The parser's words without its own picture of the place, which the position tells.
  private static String words(String text) {
    return text.lines()
        .filter(line -> !line.isEmpty() && !Character.isWhitespace(line.charAt(0)))
        .collect(Collectors.joining("; "));
  }
}
