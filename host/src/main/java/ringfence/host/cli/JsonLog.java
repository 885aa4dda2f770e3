package ringfence.host.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import ringfence.host.ServiceListener;
import ringfence.host.event.LifecycleEvent;
import ringfence.host.event.OutputLine;
import ringfence.host.event.ServiceEvent;
import ringfence.host.json.Json;
import ringfence.host.json.ServiceJson;
import ringfence.host.log.CallPath;
import ringfence.host.log.LogLine;
import ringfence.sandbox.protocol.ErrorReport;

/// What services write, and what the host has to say, as one object on each line:
///
/// ```json
/// { "time": "2026-01-31T12:00:00.123Z", "level": "info", "service": "page", "stream": "stdout", "text": "Hello" }
/// { "time": "...", "level": "info", "service": "page", "stream": "host", "text": "running", "fields": { "incarnation": "1" } }
/// ```
/// Services' lines go where their text would; `stream` is `host` for the host's own, which go to standard error. Transitions are
/// those that listeners hear, in the order of the services' lines: who logs them itself is the manager, which must not wait for
/// the reader of a pipe.
final class JsonLog extends Handler implements ServiceListener {
  private static final String HOST = "host";

  /// Held, because a logger that nobody holds forgets its level.
  private static final Logger OURS = Logger.getLogger("ringfence");

  private final Terminal terminal;

  JsonLog(Terminal terminal) {
    this.terminal = terminal;
  }

  /// Has all that the host logs written here, denials too.
  void takeHostLog() {
    Logger root = Logger.getLogger("");
    for (Handler handler : root.getHandlers()) {
      root.removeHandler(handler);
    }
    root.addHandler(this);
    root.setLevel(Level.WARNING);
    OURS.setLevel(Level.INFO);
    setLevel(Level.ALL);
  }

  /// Words of the command's own.
  void say(String text) {
    write(true, Instant.now(), "info", null, HOST, text, Map.of());
  }

  @Override
  public void event(ServiceEvent event) {
    String service = event.service().value();
    switch (event) {
      case ServiceEvent.Output(_, OutputLine line) -> {
        boolean standardError = line.level().isStandardError();
        write(
            standardError,
            line.at(),
            line.level().name().toLowerCase(Locale.ROOT),
            service,
            standardError ? "stderr" : "stdout",
            line.text(),
            Map.of());
      }
      case ServiceEvent.UncaughtError(_, ErrorReport error) -> error(service, event.at(), error);
      case ServiceEvent.OutputDropped e -> host("warn", e, Map.of("count", Long.toString(e.count())));
      case LifecycleEvent e -> host("info", e, fields(e));
      case ServiceEvent.ResourceUse _, ServiceEvent.LinkUse _ -> {
        // Figures are for metrics.
      }
    }
  }

  private void host(String level, ServiceEvent event, Map<String, String> fields) {
    write(true, event.at(), level, event.service().value(), HOST, ServiceJson.kind(event), fields);
  }

  private static Map<String, String> fields(LifecycleEvent event) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("incarnation", Long.toString(event.incarnation()));
    switch (event) {
      case ServiceEvent.DependencyLost e -> fields.put("dependency", e.dependency().value());
      case ServiceEvent.Closing e -> e.cause().ifPresent(cause -> fields.put("cause", cause.sentence()));
      case ServiceEvent.Closed e -> fields.put("cause", e.cause().sentence());
      case ServiceEvent.RestartScheduled e -> {
        fields.put("cause", e.cause().sentence());
        fields.put("delayMillis", Long.toString(e.delay().toMillis()));
        fields.put("attempt", Integer.toString(e.attempt()));
      }
      case ServiceEvent.Created _,
          ServiceEvent.Starting _,
          ServiceEvent.Running _,
          ServiceEvent.Replaced _,
          ServiceEvent.Destroyed _ -> {
        // Their kind says it all.
      }
    }
    return fields;
  }

  /// An error that nobody caught, or for which code was refused.
  void error(String service, Instant time, ErrorReport error) {
    write(true, time, "error", service, HOST, "Uncaught " + error.headline(), fields(error));
  }

  private static Map<String, String> fields(ErrorReport error) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("file", error.file());
    fields.put("line", Integer.toString(error.line()));
    fields.put("column", Integer.toString(error.column()));
    fields.put("stack", error.stack());
    fields.put("path", CallPath.of(error).orElse(""));
    StringBuilder causes = new StringBuilder();
    addCauses(error, causes);
    fields.put("causes", causes.toString());
    fields.values().removeIf(value -> value.isEmpty() || value.equals("0"));
    return fields;
  }

  private static void addCauses(ErrorReport error, StringBuilder causes) {
    for (ErrorReport cause : error.causes()) {
      causes.append(causes.isEmpty() ? "" : "\n").append(cause.headline());
      addCauses(cause, causes);
    }
  }

  @Override
  public void publish(LogRecord record) {
    if (!isLoggable(record)) {
      return;
    }
    String message = String.valueOf(record.getMessage());
    Map<String, String> fields = new LinkedHashMap<>(LogLine.fields(message));
    String service = fields.remove("service");
    String text = service == null && fields.isEmpty() ? message : LogLine.event(message);
    Throwable thrown = record.getThrown();
    if (thrown != null) {
      StringWriter stack = new StringWriter();
      thrown.printStackTrace(new PrintWriter(stack));
      fields.put("thrown", stack.toString());
    }
    write(true, record.getInstant(), level(record.getLevel()), service, HOST, text, fields);
  }

  private static String level(Level level) {
    int value = level.intValue();
    return value >= Level.SEVERE.intValue()
        ? "error"
        : value >= Level.WARNING.intValue() ? "warn" : value >= Level.INFO.intValue() ? "info" : "debug";
  }

  private void write(
      boolean standardError,
      Instant time,
      String level,
      @Nullable String service,
      String stream,
      String text,
      Map<String, String> fields) {
    terminal.line(
        standardError,
        Terminal.printableJson(
            Json.line(
                json -> {
                  json.writeStringField("time", time.toString());
                  json.writeStringField("level", level);
                  if (service != null) {
                    json.writeStringField("service", service);
                  }
                  json.writeStringField("stream", stream);
                  json.writeStringField("text", text);
                  if (!fields.isEmpty()) {
                    fields(json, fields);
                  }
                })));
  }

  private static void fields(JsonGenerator json, Map<String, String> fields) throws IOException {
    json.writeObjectFieldStart("fields");
    for (Map.Entry<String, String> field : fields.entrySet()) {
      json.writeStringField(field.getKey(), field.getValue());
    }
    json.writeEndObject();
  }

  @Override
  public void flush() {
    // Each line is written at once.
  }

  @Override
  public void close() {
    // The streams are the process's.
  }
}
