package ringfence.host.json;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import ringfence.host.ServiceStatus;
import ringfence.host.event.EventHeader;
import ringfence.host.event.OutputLine;
import ringfence.host.event.ServiceEvent;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.log.CallPath;
import ringfence.sandbox.policy.Wall;
import ringfence.sandbox.protocol.ErrorReport;

/// Services, their events and their lines as JSON. Texts of guests are in it as they are: who shows them escapes them.
public final class ServiceJson {
  private ServiceJson() {}

  /// Writes a service as an object.
  public static void status(JsonGenerator json, ServiceStatus status) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", status.name().value());
    json.writeStringField("state", status.state().word());
    json.writeBooleanField("wanted", status.wanted());
    json.writeNumberField("incarnation", status.incarnation());
    if (status.parent().isPresent()) {
      json.writeStringField("parent", status.parent().get().value());
    }
    json.writeNumberField("restarts", status.restarts());
    if (status.restartAt().isPresent()) {
      json.writeStringField("restartAt", status.restartAt().get().toString());
    }
    cause(json, status.cause());
    if (status.pid().isPresent()) {
      json.writeNumberField("pid", status.pid().getAsLong());
    }
    json.writeNumberField("cpuMillis", status.cpu().toMillis());
    json.writeNumberField("heapBytes", status.heapBytes());
    json.writeNumberField("heapLimitBytes", status.heapLimitBytes());
    json.writeNumberField("residentBytes", status.residentBytes());
    json.writeNumberField("uncaughtErrors", status.uncaughtErrors());
    Json.strings(json, "imports", status.imports());
    Json.strings(json, "dependants", status.dependants());
    json.writeStringField("policy", status.policy().name().toLowerCase(Locale.ROOT));
    Json.strings(json, "listening", status.listening());
    walls(json, status.walls());
    json.writeEndObject();
  }

  /// Writes the field `walls`.
  public static void walls(JsonGenerator json, List<Wall> walls) throws IOException {
    json.writeArrayFieldStart("walls");
    for (Wall wall : walls) {
      json.writeStartObject();
      json.writeStringField("name", wall.kind().word());
      json.writeBooleanField("required", wall.required());
      json.writeStringField("enforcedBy", wall.enforcedBy());
      json.writeStringField("missing", wall.missing());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /// Writes a line of output as an object.
  public static void line(JsonGenerator json, OutputLine line) throws IOException {
    json.writeStartObject();
    json.writeStringField("at", line.at().toString());
    json.writeStringField("level", line.level().name().toLowerCase(Locale.ROOT));
    json.writeStringField("text", line.text());
    json.writeEndObject();
  }

  /// The event's kind, for example `restart-scheduled`.
  public static String kind(ServiceEvent event) {
    return switch (event) {
      case ServiceEvent.Created _ -> "created";
      case ServiceEvent.Starting _ -> "starting";
      case ServiceEvent.Running _ -> "running";
      case ServiceEvent.DependencyLost _ -> "dependency-lost";
      case ServiceEvent.Closing _ -> "closing";
      case ServiceEvent.Closed _ -> "closed";
      case ServiceEvent.RestartScheduled _ -> "restart-scheduled";
      case ServiceEvent.Replaced _ -> "replaced";
      case ServiceEvent.Destroyed _ -> "destroyed";
      case ServiceEvent.UncaughtError _ -> "uncaught-error";
      case ServiceEvent.Output _ -> "output";
      case ServiceEvent.OutputDropped _ -> "output-dropped";
      case ServiceEvent.ResourceUse _ -> "resource-use";
      case ServiceEvent.LinkUse _ -> "link-use";
    };
  }

  /// Writes an event as an object.
  public static void event(JsonGenerator json, ServiceEvent event) throws IOException {
    EventHeader header = event.header();
    json.writeStartObject();
    json.writeNumberField("sequence", header.sequence());
    json.writeStringField("at", header.at().toString());
    json.writeStringField("service", header.service().value());
    json.writeNumberField("incarnation", header.incarnation());
    json.writeStringField("kind", kind(event));
    switch (event) {
      case ServiceEvent.Created e -> {
        Json.strings(json, "imports", e.imports());
        if (e.parent().isPresent()) {
          json.writeStringField("parent", e.parent().get().value());
        }
      }
      case ServiceEvent.DependencyLost e -> json.writeStringField("dependency", e.dependency().value());
      case ServiceEvent.Closing e -> cause(json, e.cause());
      case ServiceEvent.Closed e -> cause(json, Optional.of(e.cause()));
      case ServiceEvent.RestartScheduled e -> {
        json.writeNumberField("delayMillis", e.delay().toMillis());
        json.writeNumberField("attempt", e.attempt());
        cause(json, Optional.of(e.cause()));
      }
      case ServiceEvent.Replaced e -> Json.strings(json, "imports", e.imports());
      case ServiceEvent.UncaughtError e -> {
        json.writeFieldName("error");
        error(json, e.error());
      }
      case ServiceEvent.Output e -> {
        json.writeFieldName("line");
        line(json, e.line());
      }
      case ServiceEvent.OutputDropped e -> json.writeNumberField("count", e.count());
      case ServiceEvent.ResourceUse e -> {
        json.writeNumberField("cpuMillis", e.cpu().toMillis());
        json.writeNumberField("heapBytes", e.heapBytes());
        json.writeNumberField("residentBytes", e.residentBytes());
      }
      case ServiceEvent.LinkUse e -> {
        json.writeStringField("callee", e.callee().value());
        WatchJson.link(json, e.figures(), e.fill());
      }
      case ServiceEvent.Starting _, ServiceEvent.Running _, ServiceEvent.Destroyed _ -> {
        // The kind says it all.
      }
    }
    json.writeEndObject();
  }

  /// Writes the field `cause`, if there is one.
  private static void cause(JsonGenerator json, Optional<ExitCause> cause) throws IOException {
    if (cause.isEmpty()) {
      return;
    }
    ExitCause why = cause.get();
    json.writeObjectFieldStart("cause");
    json.writeStringField("kind", kind(why));
    json.writeBooleanField("normal", why.isNormal());
    json.writeStringField("sentence", why.sentence());
    Optional<ErrorReport> error = errorOf(why);
    if (error.isPresent()) {
      json.writeFieldName("error");
      error(json, error.get());
    }
    json.writeEndObject();
  }

  /// What the guest threw, if that ended its run.
  public static Optional<ErrorReport> errorOf(ExitCause cause) {
    return switch (cause) {
      case ExitCause.Crashed e -> e.error();
      case ExitCause.StartFailed e -> e.error();
      case ExitCause.RestartLimit e -> errorOf(e.last());
      case ExitCause.Requested _,
          ExitCause.Finished _,
          ExitCause.LimitExceeded _,
          ExitCause.DependencyLost _,
          ExitCause.Disconnected _,
          ExitCause.Overdue _ ->
          Optional.empty();
    };
  }

  /// The word for a cause, for example `crashed`.
  public static String kind(ExitCause cause) {
    return switch (cause) {
      case ExitCause.Requested _ -> "requested";
      case ExitCause.Finished _ -> "finished";
      case ExitCause.Crashed _ -> "crashed";
      case ExitCause.LimitExceeded _ -> "limit-exceeded";
      case ExitCause.DependencyLost _ -> "dependency-lost";
      case ExitCause.Disconnected _ -> "disconnected";
      case ExitCause.Overdue _ -> "overdue";
      case ExitCause.StartFailed _ -> "start-failed";
      case ExitCause.RestartLimit _ -> "restart-limit";
    };
  }

  /// Writes an error of a guest as an object.
  public static void error(JsonGenerator json, ErrorReport error) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", error.name());
    json.writeStringField("message", error.message());
    json.writeStringField("stack", error.stack());
    json.writeStringField("file", error.file());
    json.writeNumberField("line", error.line());
    json.writeNumberField("column", error.column());
    Optional<String> path = CallPath.of(error);
    if (path.isPresent()) {
      json.writeStringField("path", path.get());
    }
    json.writeEndObject();
  }
}
