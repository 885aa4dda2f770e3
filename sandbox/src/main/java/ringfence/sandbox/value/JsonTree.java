package ringfence.sandbox.value;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.MalformedMessageException;

/// JSON text and values, for Java's end of a link; a service's end leaves both to its engine, which is why workers do
/// without the library.
final class JsonTree {
  /// Numbers beyond are not whole for sure.
  private static final double MOST_WHOLE = 1L << 53;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(ValueCodec.JSON_DEPTH)
                  // The message is bounded as a whole.
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final JsonParser parser;
  private int valuesLeft;

  private JsonTree(JsonParser parser, int mostValues) {
    this.parser = parser;
    this.valuesLeft = mostValues;
  }

  // ---- reading

  /// A value, and how many it is with all that are in it.
  record Counted(ServiceValue value, int values) {}

  /// Reads text of a hostile sender.
  ///
  /// @throws MalformedMessageException if it is no JSON, or nests too deep
  /// @throws UnsupportedValueException if there are more values in it
  static Counted read(byte[] bytes, int from, int length, int mostValues) {
    try (JsonParser parser = JSON.createParser(bytes, from, length)) {
      JsonTree tree = new JsonTree(parser, mostValues);
      ServiceValue value = tree.value(parser.nextToken());
      if (parser.nextToken() != null) {
        throw new MalformedMessageException("more than one value in JSON");
      }
      return new Counted(value, mostValues - tree.valuesLeft);
    } catch (IOException e) {
      throw new MalformedMessageException("no JSON: " + e.getMessage());
    }
  }

  private ServiceValue value(@Nullable JsonToken token) throws IOException {
    if (--valuesLeft < 0) {
      throw ValueReader.tooMany();
    }
    return switch (token) {
      case START_OBJECT -> fields();
      case START_ARRAY -> items();
      case VALUE_STRING -> new ServiceValue.Text(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new ServiceValue.Num(parser.getDoubleValue());
      case VALUE_TRUE -> new ServiceValue.Bool(true);
      case VALUE_FALSE -> new ServiceValue.Bool(false);
      case VALUE_NULL -> ServiceValue.Nothing.NULL;
      case null, default -> throw new MalformedMessageException("JSON ends too early");
    };
  }

  private ServiceValue fields() throws IOException {
    SequencedMap<String, ServiceValue> fields = new LinkedHashMap<>();
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      fields.put(name, value(parser.nextToken()));
    }
    return new ServiceValue.Fields(fields);
  }

  private ServiceValue items() throws IOException {
    List<ServiceValue> items = new ArrayList<>();
    for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
      items.add(value(next));
    }
    return new ServiceValue.Items(items);
  }

  // ---- writing

  /// The text of an object or a list.
  ///
  /// @return null if it is something else, if JSON can't say it, or if it holds text so long that the codec is faster
  static byte @Nullable [] text(ServiceValue value) {
    if (!(value instanceof ServiceValue.Fields || value instanceof ServiceValue.Items) || !isPlain(value, 1)) {
      return null;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      write(value, json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static boolean isPlain(ServiceValue value, int depth) {
    return switch (value) {
      case ServiceValue.Bool _ -> true;
      case ServiceValue.Nothing v -> v == ServiceValue.Nothing.NULL;
      case ServiceValue.Num(double v) -> Double.isFinite(v) && (v != 0 || 1 / v > 0);
      case ServiceValue.Text(String v) -> v.length() <= ValueCodec.LONG_TEXT && ValueWriter.isWellFormed(v);
      case ServiceValue.Items v ->
          depth <= ValueCodec.JSON_DEPTH && v.values().stream().allMatch(item -> isPlain(item, depth + 1));
      case ServiceValue.Fields v ->
          depth <= ValueCodec.JSON_DEPTH
              && v.values().keySet().stream().allMatch(ValueWriter::isWellFormed)
              && v.values().values().stream().allMatch(field -> isPlain(field, depth + 1));
      default -> false;
    };
  }

  private static void write(ServiceValue value, JsonGenerator json) throws IOException {
    switch (value) {
      case ServiceValue.Bool(boolean v) -> json.writeBoolean(v);
      case ServiceValue.Num(double v) -> number(v, json);
      case ServiceValue.Text(String v) -> json.writeString(v);
      case ServiceValue.Items v -> {
        json.writeStartArray();
        for (ServiceValue item : v.values()) {
          write(item, json);
        }
        json.writeEndArray();
      }
      case ServiceValue.Fields v -> {
        json.writeStartObject();
        for (var field : v.values().entrySet()) {
          json.writeFieldName(field.getKey());
          write(field.getValue(), json);
        }
        json.writeEndObject();
      }
      default -> json.writeNull();
    }
  }

  private static void number(double value, JsonGenerator json) throws IOException {
    if (value == Math.rint(value) && Math.abs(value) <= MOST_WHOLE) {
      json.writeNumber((long) value);
    } else {
      json.writeNumber(value);
    }
  }
}
