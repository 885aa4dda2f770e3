package ringfence.host.manifest;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import ringfence.host.ServiceDefinition;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.permission.Permissions;

/// Writes a definition as [Manifest#submitted] reads it: what comes back equals what went in.
public final class DefinitionWriter {
  private DefinitionWriter() {}

  /// Writes it as an object.
  public static void write(JsonGenerator json, ServiceDefinition definition) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", definition.name().value());
    json.writeStringField("entry", definition.entry());
    json.writeObjectFieldStart("modules");
    for (Map.Entry<String, String> module : definition.modules().entrySet()) {
      json.writeStringField(module.getKey(), module.getValue());
    }
    json.writeEndObject();
    strings(json, "imports", definition.imports());
    strings(json, "args", definition.arguments());
    json.writeStringField("policy", definition.policy().name().toLowerCase(Locale.ROOT));
    json.writeStringField("folder", definition.permissions().files().base().toString());
    permissions(json, definition.permissions());
    json.writeObjectFieldStart("limits");
    for (Map.Entry<String, String> limit : LimitValues.of(definition.limits()).entrySet()) {
      json.writeStringField(limit.getKey(), limit.getValue());
    }
    json.writeEndObject();
    json.writeStringField("jit", definition.jit().word());
    restart(json, definition.restart());
    json.writeStringField("uncaught", definition.crashOnUncaught() ? "crash" : "record");
    json.writeBooleanField("debug", definition.debug());
    json.writeEndObject();
  }

  private static void permissions(JsonGenerator json, Permissions permissions) throws IOException {
    json.writeObjectFieldStart("permissions");
    strings(json, "read", permissions.files().read());
    strings(json, "write", permissions.files().write());
    strings(json, "net", permissions.network().connect());
    strings(json, "listen", permissions.network().listen());
    strings(json, "env", permissions.environment().stream().sorted().toList());
    json.writeNumberField("create", permissions.children());
    json.writeNumberField("threads", permissions.threads());
    json.writeBooleanField("eval", permissions.eval());
    json.writeBooleanField("hrtime", permissions.preciseClock());
    json.writeEndObject();
  }

  private static void restart(JsonGenerator json, RestartPolicy restart) throws IOException {
    String mode = restart.mode().name().toLowerCase(Locale.ROOT).replace('_', '-');
    if (restart.mode() == RestartPolicy.Mode.NEVER) {
      json.writeStringField("restart", mode);
      return;
    }
    json.writeObjectFieldStart("restart");
    json.writeStringField("policy", mode);
    json.writeStringField(
        "backoff", LimitValues.time(restart.firstDelay()) + ".." + LimitValues.time(restart.longestDelay()));
    json.writeStringField("max", restart.most() + " in " + LimitValues.time(restart.window()));
    json.writeEndObject();
  }

  private static void strings(JsonGenerator json, String name, Iterable<?> values) throws IOException {
    json.writeArrayFieldStart(name);
    for (Object value : values) {
      json.writeString(value.toString());
    }
    json.writeEndArray();
  }
}
