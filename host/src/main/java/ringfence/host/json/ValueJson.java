package ringfence.host.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.UnsupportedValueException;

/// Values of services as JSON.
///
/// | value | JSON |
/// |---|---|
/// | null, booleans, strings, arrays, plain objects | the same |
/// | `undefined` | null; left out as a field |
/// | number | number; null for NaN and the infinities |
/// | bigint | its digits as a string |
/// | Date | string, as `toISOString()`; null if it is invalid |
/// | Map; Set | array of `[key, value]`; array |
/// | RegExp | string, as `/source/flags` |
/// | ArrayBuffer, typed array, DataView | its bytes in base64 |
/// | Blob, File | `{"name", "type", "content"}`, the content in base64 |
/// | Error | `{"name", "message", "stack", "cause"}` and its own fields |
public final class ValueJson {
  private static final JsonFactory FACTORY = new JsonFactory();
  private static final DateTimeFormatter MILLIS = new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private ValueJson() {}

  /// A value on one line.
  ///
  /// @param mostCharacters what is shared within a value is written as often as it is met, so a small one may be long
  /// @throws UnsupportedValueException if it is longer, or a stream or a port is in it
  public static String text(ServiceValue value, int mostCharacters) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json =
        FACTORY.createGenerator(
            new FilterWriter(text) {
              @Override
              public void write(char[] characters, int offset, int length) {
                room(text, length, mostCharacters);
                text.write(characters, offset, length);
              }

              @Override
              public void write(String characters, int offset, int length) {
                room(text, length, mostCharacters);
                text.write(characters, offset, length);
              }
            })) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
      write(json, value);
    } catch (StreamConstraintsException e) {
      throw new UnsupportedValueException("it is nested too deeply for JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static void room(StringWriter text, int more, int most) {
    if (text.getBuffer().length() + more > most) {
      throw new UnsupportedValueException("as JSON it has more than " + most + " characters");
    }
  }

  /// Writes a value.
  ///
  /// @throws UnsupportedValueException if a stream or a port is in it
  public static void write(JsonGenerator json, ServiceValue value) throws IOException {
    switch (value) {
      case ServiceValue.Nothing _ -> json.writeNull();
      case ServiceValue.Bool b -> json.writeBoolean(b.value());
      case ServiceValue.Num n -> number(json, n.value());
      case ServiceValue.Big b -> json.writeString(b.value().toString());
      case ServiceValue.Text t -> json.writeString(t.value());
      case ServiceValue.Items items -> array(json, items.values());
      case ServiceValue.Unique unique -> array(json, unique.values());
      case ServiceValue.Fields fields -> {
        json.writeStartObject();
        fields(json, fields.values());
        json.writeEndObject();
      }
      case ServiceValue.Entries entries -> {
        json.writeStartArray();
        for (ServiceValue.Entries.Entry entry : entries.values()) {
          array(json, List.of(entry.key(), entry.value()));
        }
        json.writeEndArray();
      }
      case ServiceValue.Time time -> time(json, time);
      case ServiceValue.Pattern p -> json.writeString("/" + p.source() + "/" + p.flags());
      case ServiceValue.Bytes bytes -> json.writeString(base64(bytes));
      case ServiceValue.File file -> {
        json.writeStartObject();
        String name = file.name();
        if (name != null) {
          json.writeStringField("name", name);
        }
        json.writeStringField("type", file.type());
        json.writeStringField("content", base64(file.content()));
        json.writeEndObject();
      }
      case ServiceValue.Fault fault -> fault(json, fault);
      case ServiceValue.Stream _ ->
          throw new UnsupportedValueException("a stream or a port within a value can't be JSON; return the stream itself");
    }
  }

  private static void array(JsonGenerator json, List<ServiceValue> values) throws IOException {
    json.writeStartArray();
    for (ServiceValue value : values) {
      write(json, value);
    }
    json.writeEndArray();
  }

  private static void fields(JsonGenerator json, Map<String, ServiceValue> fields) throws IOException {
    for (Map.Entry<String, ServiceValue> field : fields.entrySet()) {
      if (field.getValue() != ServiceValue.Nothing.UNDEFINED) {
        json.writeFieldName(field.getKey());
        write(json, field.getValue());
      }
    }
  }

  private static void fault(JsonGenerator json, ServiceValue.Fault fault) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", fault.name());
    json.writeStringField("message", fault.message());
    json.writeStringField("stack", fault.stack());
    ServiceValue cause = fault.cause();
    if (cause != null) {
      json.writeFieldName("cause");
      write(json, cause);
    }
    SequencedMap<String, ServiceValue> own = new LinkedHashMap<>(fault.fields());
    List.of("name", "message", "stack", "cause").forEach(own::remove);
    fields(json, own);
    json.writeEndObject();
  }

  private static void number(JsonGenerator json, double value) throws IOException {
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      json.writeNull();
    } else if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      json.writeNumber((long) value);
    } else {
      json.writeNumber(value);
    }
  }

  private static void time(JsonGenerator json, ServiceValue.Time time) throws IOException {
    try {
      json.writeString(MILLIS.format(time.instant()));
    } catch (UnsupportedValueException | DateTimeException _) {
      json.writeNull();
    }
  }

  private static String base64(ServiceValue.Bytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.value());
  }

  /// Reads the arguments of a call.
  ///
  /// @param text a JSON array; an empty text is an empty one
  /// @throws IllegalArgumentException if it is something else; the message says where
  public static List<ServiceValue> arguments(String text) {
    if (text.isBlank()) {
      return List.of();
    }
    try (JsonParser parser = FACTORY.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new IllegalArgumentException("the arguments must be a JSON array, such as [2, \"a\"]");
      }
      List<ServiceValue> arguments = ((ServiceValue.Items) read(parser)).values();
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("the arguments are one JSON array; something follows it");
      }
      return arguments;
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String place = at == null ? "" : "line %d, column %d: ".formatted(at.getLineNr(), at.getColumnNr());
      throw new IllegalArgumentException("the arguments are no JSON: " + place + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new IllegalArgumentException("the arguments can't be read: " + e.getMessage(), e);
    }
  }

  // The parser bounds the depth.
  private static ServiceValue read(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_ARRAY -> {
        List<ServiceValue> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          values.add(read(parser));
        }
        yield new ServiceValue.Items(values);
      }
      case START_OBJECT -> {
        SequencedMap<String, ServiceValue> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          fields.put(name, read(parser));
        }
        yield new ServiceValue.Fields(fields);
      }
      case VALUE_STRING -> new ServiceValue.Text(parser.getText());
      // As JSON.parse has it, to the nearest double.
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new ServiceValue.Num(Double.parseDouble(parser.getText()));
      case VALUE_TRUE -> new ServiceValue.Bool(true);
      case VALUE_FALSE -> new ServiceValue.Bool(false);
      case VALUE_NULL -> ServiceValue.Nothing.NULL;
      case FIELD_NAME, END_ARRAY, END_OBJECT, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
          throw new IOException("a value is expected");
    };
  }
}
