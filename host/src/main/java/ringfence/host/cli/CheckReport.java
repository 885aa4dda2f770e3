package ringfence.host.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceStatus;
import ringfence.host.json.Json;
import ringfence.host.json.ServiceJson;
import ringfence.host.manifest.LimitValues;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.policy.Wall;

/// The plan of a manifest: its services in start order, each with policy, grants and walls.
///
/// @param services in start order
record CheckReport(List<Planned> services) {
  private static final int NAME_WIDTH = 15;

  /// A service, and how a host would set it up.
  record Planned(ServiceDefinition definition, ServiceStatus status) {}

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "start order: "
            + services.stream()
                .map(planned -> planned.definition.name().value())
                .collect(Collectors.joining(", ")));
    for (Planned planned : services) {
      ServiceDefinition definition = planned.definition;
      lines.add("");
      lines.add(definition.name() + ": policy " + policy(definition) + ", runs " + definition.entry());
      if (!definition.imports().isEmpty()) {
        lines.add("  imports " + joined(definition.imports()));
      }
      lines.add("  grants " + grants(definition.permissions()));
      lines.add("  limits " + limits(definition.limits()));
      for (Wall wall : planned.status.walls()) {
        lines.add(
            "  "
                + (wall.stands() ? "yes  " : "no   ")
                + wall.kind().word()
                + " ".repeat(Math.max(1, NAME_WIDTH - wall.kind().word().length()))
                + Terminal.printable(wall.stands() ? wall.enforcedBy() : wall.missing()));
      }
    }
    return lines.stream().map(Terminal::printable).toList();
  }

  String json() {
    return Json.object(
        json -> {
          json.writeArrayFieldStart("services");
          for (Planned planned : services) {
            json.writeStartObject();
            service(json, planned);
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private static void service(JsonGenerator json, Planned planned) throws IOException {
    ServiceDefinition definition = planned.definition;
    Permissions permissions = definition.permissions();
    json.writeStringField("name", definition.name().value());
    json.writeStringField("policy", policy(definition));
    json.writeStringField("jit", definition.jit().word());
    json.writeStringField("entry", definition.entry());
    Json.strings(json, "imports", definition.imports());
    json.writeObjectFieldStart("permissions");
    Json.strings(json, "read", permissions.files().read());
    Json.strings(json, "write", permissions.files().write());
    Json.strings(json, "net", permissions.network().connect());
    Json.strings(json, "listen", permissions.network().listen());
    Json.strings(json, "env", permissions.environment().stream().sorted().toList());
    json.writeNumberField("create", permissions.children());
    json.writeNumberField("threads", permissions.threads());
    json.writeBooleanField("eval", permissions.eval());
    json.writeBooleanField("hrtime", permissions.preciseClock());
    json.writeEndObject();
    json.writeObjectFieldStart("limits");
    for (Map.Entry<String, String> limit : LimitValues.of(definition.limits()).entrySet()) {
      json.writeStringField(limit.getKey(), limit.getValue());
    }
    json.writeEndObject();
    ServiceJson.walls(json, planned.status.walls());
  }

  private static String policy(ServiceDefinition definition) {
    return definition.policy().name().toLowerCase(Locale.ROOT);
  }

  private static String grants(Permissions permissions) {
    List<String> grants = new ArrayList<>();
    permissions.files().read().forEach(path -> grants.add("read " + shown(permissions, path)));
    permissions.files().write().forEach(path -> grants.add("write " + shown(permissions, path)));
    permissions.network().connect().forEach(host -> grants.add("net " + host));
    permissions.network().listen().forEach(port -> grants.add("listen " + port));
    permissions.environment().stream().sorted().forEach(name -> grants.add("env " + name));
    if (permissions.children() > 0) {
      grants.add("create " + permissions.children());
    }
    if (permissions.threads() > 0) {
      grants.add("threads " + permissions.threads());
    }
    if (permissions.eval()) {
      grants.add("eval");
    }
    if (permissions.preciseClock()) {
      grants.add("hrtime");
    }
    return grants.isEmpty() ? "nothing" : String.join(", ", grants);
  }

  private static Path shown(Permissions permissions, Path path) {
    Path base = permissions.files().base();
    return path.startsWith(base) && !path.equals(base) ? base.relativize(path) : path;
  }

  /// What is not the default, which is what its author decided.
  private static String limits(Limits limits) {
    SequencedMap<String, String> defaults = LimitValues.of(Limits.DEFAULT);
    String own =
        LimitValues.of(limits).entrySet().stream()
            .filter(limit -> !limit.getValue().equals(defaults.get(limit.getKey())))
            .map(limit -> limit.getKey() + " " + limit.getValue())
            .collect(Collectors.joining(", "));
    return own.isEmpty() ? "as usual, heap " + defaults.get("heap") : own + ", else as usual";
  }

  private static String joined(List<?> values) {
    return values.stream().map(Object::toString).collect(Collectors.joining(", "));
  }
}
