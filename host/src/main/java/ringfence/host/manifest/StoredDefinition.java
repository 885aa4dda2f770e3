package ringfence.host.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Set;
import ringfence.host.ServiceDefinition;

/// A definition as it is kept for the next run of a host.
///
/// ```json
/// { "version": 1, "wanted": true, "definition": { "name": "counter", ... } }
/// ```
/// @param wanted whether it shall run
public record StoredDefinition(ServiceDefinition definition, boolean wanted) {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Set<String> KEYS = Set.of("version", "wanted", "definition");

  /// Reads what [#text] has written.
  ///
  /// @param source shown in errors
  /// @throws ManifestException if anything in it can't be used
  public static StoredDefinition read(String source, String text) {
    TableReader top = new TableReader(source, "", NodeReader.readJson(source, text), KEYS);
    if (top.scalar("version", StoredDefinition::version).isEmpty()) {
      throw top.refuse("version", "is missing");
    }
    return new StoredDefinition(
        DefinitionReader.ofSubmitted(source, top.need("definition")), top.flag("wanted"));
  }

  /// It as text, which ends with a line end.
  public String text() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("version", 1);
      json.writeBooleanField("wanted", wanted);
      json.writeFieldName("definition");
      DefinitionWriter.write(json, definition);
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  private static int version(String text) {
    if (!text.equals("1")) {
      throw new IllegalArgumentException("this host reads stored services of version 1, not " + text);
    }
    return 1;
  }
}
