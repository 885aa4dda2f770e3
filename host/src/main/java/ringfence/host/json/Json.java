package ringfence.host.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the JSON that users get, and reads it back into lists and maps.
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /// Writes into an object that is open.
  @FunctionalInterface
  public interface Fields {
    /// Writes names and values.
    void write(JsonGenerator json) throws IOException;
  }

  /// One object, indented, as `--json` prints it.
  public static String object(Fields fields) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text).useDefaultPrettyPrinter()) {
      whole(json, fields);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /// The same document, indented.
  ///
  /// @throws IOException if it is not JSON
  public static String indented(String document) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonParser from = FACTORY.createParser(document);
        JsonGenerator to = FACTORY.createGenerator(text).useDefaultPrettyPrinter()) {
      from.nextToken();
      to.copyCurrentStructure(from);
    }
    return text.toString();
  }

  /// One member of a document that is an object, as a document of its own.
  ///
  /// @throws IOException if there is none of that name
  public static String member(String document, String name) throws IOException {
    try (JsonParser from = FACTORY.createParser(document)) {
      from.nextToken();
      while (from.nextToken() == JsonToken.FIELD_NAME) {
        String found = from.currentName();
        from.nextToken();
        if (found.equals(name)) {
          return text(json -> json.copyCurrentStructure(from));
        }
        from.skipChildren();
      }
      throw new IOException("\"" + name + "\" is missing");
    }
  }

  /// One object on one line.
  public static String line(Fields fields) {
    return text(json -> whole(json, fields));
  }

  /// One value of any kind on one line.
  public static String text(Fields value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      value.write(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void whole(JsonGenerator json, Fields fields) throws IOException {
    json.writeStartObject();
    fields.write(json);
    json.writeEndObject();
  }

  /// Writes a list of texts.
  public static void strings(JsonGenerator json, String name, Iterable<?> values) throws IOException {
    json.writeArrayFieldStart(name);
    for (Object value : values) {
      json.writeString(value.toString());
    }
    json.writeEndArray();
  }

  /// Reads one document.
  ///
  /// @return maps in the order of the text, lists, strings, numbers, booleans, null
  /// @throws IOException if it is not one document of JSON
  public static @Nullable Object read(String text) throws IOException {
    try (JsonParser parser = FACTORY.createParser(new StringReader(text))) {
      if (parser.nextToken() == null) {
        throw new IOException("there is nothing");
      }
      Object value = value(parser);
      if (parser.nextToken() != null) {
        throw new IOException("something follows it");
      }
      return value;
    }
  }

  /// Reads one document that is an object.
  ///
  /// @throws IOException if it is something else
  public static Map<?, ?> readObject(String text) throws IOException {
    if (read(text) instanceof Map<?, ?> object) {
      return object;
    }
    throw new IOException("it is not an object");
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          object.put(name, value(parser));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          list.add(value(parser));
        }
        yield list;
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> null;
      case FIELD_NAME, END_ARRAY, END_OBJECT, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new IOException("a value is expected");
    };
  }
}
