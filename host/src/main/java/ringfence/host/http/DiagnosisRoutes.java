package ringfence.host.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.eclipse.jetty.http.HttpStatus;
import ringfence.host.ServicesManager;
import ringfence.host.diagnosis.CpuProfile;
import ringfence.host.diagnosis.Evaluation;
import ringfence.host.diagnosis.ServiceMemory;
import ringfence.host.json.Json;
import ringfence.sandbox.protocol.HeapSums;
import ringfence.sandbox.protocol.Question;

/// What running services tell of themselves.
final class DiagnosisRoutes {
  private static final Duration USUAL_TIME = Duration.ofSeconds(10);
  private static final Duration MOST_TIME = Duration.ofMinutes(2);
  private static final int HOTTEST = 10;
  private static final Duration USUAL_WAIT = Duration.ofMinutes(1);
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private final ServicesManager services;

  DiagnosisRoutes(ServicesManager services) {
    this.services = services;
  }

  List<Routes.Route> routes() {
    return List.of(
        Routes.Route.of("POST", "/api/services/{name}/profile", this::profile),
        Routes.Route.of("POST", "/api/services/{name}/heap", this::heap),
        Routes.Route.of("POST", "/api/services/{name}/evaluate", this::evaluate));
  }

  private void heap(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters();
    String name = values.getFirst();
    ServiceMemory memory = exchange.whileClientWaits(() -> services.memory(name));
    exchange.json(
        HttpStatus.OK_200,
        Json.line(
            json -> {
              json.writeStringField("service", name);
              write(json, memory);
            }));
  }

  private static void write(JsonGenerator json, ServiceMemory memory) throws IOException {
    if (memory.process().isPresent()) {
      json.writeNumberField("processBytes", memory.process().get().total());
    }
    HeapSums heap = memory.heap();
    json.writeNumberField("heapUsedBytes", heap.used());
    json.writeNumberField("heapCommittedBytes", heap.committed());
    json.writeNumberField("heapMostBytes", heap.most());
    json.writeNumberField("threads", heap.threads());
    json.writeNumberField("heldUpMillis", heap.micros() / 1000);
    json.writeArrayFieldStart("kinds");
    for (ServiceMemory.Row row : memory.rows()) {
      json.writeStartObject();
      json.writeStringField("where", row.where());
      json.writeStringField("kind", row.kind());
      json.writeNumberField("bytes", row.bytes());
      json.writeNumberField("count", row.count());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void evaluate(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters("timeout");
    Duration timeout = exchange.duration("timeout", LONGEST_WAIT).orElse(USUAL_WAIT);
    String name = values.getFirst();
    String code = code(exchange.body());
    Evaluation evaluation = exchange.whileClientWaits(() -> services.evaluate(name, code, timeout));
    exchange.json(
        HttpStatus.OK_200,
        Json.line(
            json -> {
              json.writeStringField("service", name);
              json.writeBooleanField("threw", evaluation.threw());
              json.writeStringField("text", evaluation.text());
            }));
  }

  private static String code(String body) {
    Object code;
    try {
      code = Json.readObject(body).get("code");
    } catch (IOException e) {
      throw Problem.badRequest("the body is no JSON object: " + e.getMessage());
    }
    if (!(code instanceof String text) || text.length() > Question.Evaluate.MOST_CHARACTERS) {
      throw Problem.badRequest("\"code\" is to be a text of at most " + Question.Evaluate.MOST_CHARACTERS + " characters");
    }
    return text;
  }

  private void profile(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters("time");
    Duration time = exchange.duration("time", MOST_TIME).orElse(USUAL_TIME);
    String name = values.getFirst();
    CpuProfile profile = exchange.whileClientWaits(() -> services.profile(name, time));
    exchange.json(
        HttpStatus.OK_200,
        Json.line(
            json -> {
              json.writeStringField("service", name);
              json.writeNumberField("seconds", profile.time().toMillis() / 1000.0);
              json.writeNumberField("idleSeconds", profile.idle().toMillis() / 1000.0);
              json.writeArrayFieldStart("hottest");
              for (CpuProfile.Hot hot : profile.hottest(HOTTEST)) {
                json.writeStartObject();
                json.writeStringField("function", hot.function());
                json.writeStringField("file", hot.file());
                json.writeNumberField("line", hot.line());
                json.writeNumberField("seconds", hot.time().toMillis() / 1000.0);
                json.writeNumberField("percent", Math.round(hot.percent() * 10) / 10.0);
                json.writeEndObject();
              }
              json.writeEndArray();
              json.writeFieldName("cpuprofile");
              json.writeRawValue(profile.cpuprofile());
              json.writeStringField("flameGraph", profile.flameGraph());
            }));
  }
}
