package ringfence.host.http;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;
import org.jspecify.annotations.Nullable;
import ringfence.host.ServiceStatus;
import ringfence.host.ServicesManager;
import ringfence.host.json.Json;
import ringfence.host.json.ServiceJson;
import ringfence.host.json.WatchJson;
import ringfence.host.metrics.Edge;
import ringfence.host.metrics.HostMetrics;
import ringfence.host.metrics.ServiceTotals;
import ringfence.host.watch.Denial;
import ringfence.sandbox.protocol.ServiceName;

/// What is watched: figures, denials, and what a command would do to others.
final class WatchRoutes {
  private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

  private final ServicesManager services;
  private final HostMetrics metrics;
  private final InstantSource clock;

  WatchRoutes(ServicesManager services, HostMetrics metrics, InstantSource clock) {
    this.services = services;
    this.metrics = metrics;
    this.clock = clock;
  }

  List<Routes.Route> routes() {
    return List.of(
        Routes.Route.of("GET", "/metrics", this::metrics),
        Routes.Route.of("GET", "/api/watch", this::watch),
        Routes.Route.of("GET", "/api/services/{name}/plan", this::plan));
  }

  private void metrics(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    // Parameters are let pass: scrapers add their own.
    exchange.reply(HttpStatus.OK_200, PROMETHEUS, metrics.scrape());
  }

  // ---- all at one moment

  private void watch(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters();
    List<ServiceStatus> statuses = services.statuses();
    Map<ServiceName, ServiceTotals> totals = new HashMap<>();
    metrics.ledger().services().forEach(total -> totals.put(total.service(), total));
    List<Edge> edges = metrics.edges();
    List<Denial> denials = services.denials().last();
    Map<ServiceName, Long> denied = new HashMap<>();
    services.denials().tallies().forEach(tally -> denied.merge(tally.service(), tally.count(), Long::sum));
    exchange.json(
        HttpStatus.OK_200,
        Json.line(
            json -> {
              json.writeStringField("at", clock.instant().toString());
              WatchJson.bounds(json);
              json.writeArrayFieldStart("services");
              for (ServiceStatus status : statuses) {
                json.writeStartObject();
                json.writeFieldName("status");
                ServiceJson.status(json, status);
                ServiceTotals total = totals.get(status.name());
                if (total != null) {
                  json.writeFieldName("totals");
                  totals(json, total, denied.getOrDefault(status.name(), 0L));
                }
                json.writeEndObject();
              }
              json.writeEndArray();
              json.writeArrayFieldStart("edges");
              for (Edge edge : edges) {
                json.writeStartObject();
                json.writeStringField("caller", edge.caller().value());
                json.writeStringField("callee", edge.callee().value());
                WatchJson.link(json, edge.figures(), edge.fill());
                json.writeEndObject();
              }
              json.writeEndArray();
              json.writeArrayFieldStart("denials");
              for (Denial denial : denials) {
                WatchJson.denial(json, denial);
              }
              json.writeEndArray();
            }));
  }

  private static void totals(JsonGenerator json, ServiceTotals total, long denials) throws IOException {
    json.writeStartObject();
    json.writeNumberField("starts", total.starts());
    json.writeNumberField("restarts", total.restarts());
    json.writeNumberField("uncaughtErrors", total.uncaughtErrors());
    json.writeNumberField("outputLines", total.outputLines());
    json.writeNumberField("denials", denials);
    json.writeNumberField("cpuMillis", total.cpu().toMillis());
    json.writeNumberField("lastStartSeconds", total.lastStartSeconds());
    if (total.runningSince().isPresent()) {
      json.writeStringField("runningSince", total.runningSince().get().toString());
    }
    if (total.lastError().isPresent()) {
      json.writeObjectFieldStart("lastError");
      json.writeStringField("at", total.lastError().get().at().toString());
      json.writeFieldName("error");
      ServiceJson.error(json, total.lastError().get().error());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  // ---- what a command would do

  private void plan(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters("act");
    String word = exchange.parameter("act").orElse("close");
    Plan.@Nullable Act act = null;
    for (Plan.Act known : Plan.Act.values()) {
      act = known.word().equals(word) ? known : act;
    }
    if (act == null) {
      throw Problem.badRequest("act=" + word + " is no command; start, close, restart and destroy are");
    }
    // Says that there is none.
    ServiceName name = services.status(values.getFirst()).name();
    List<ServiceStatus> startOrder = services.statuses();
    Plan plan = Plan.of(act, name, startOrder);
    exchange.json(
        HttpStatus.OK_200,
        Json.line(
            json -> {
              json.writeStringField("act", word);
              json.writeStringField("service", name.value());
              Json.strings(json, "closes", plan.closes());
              Json.strings(json, "starts", plan.starts());
              Json.strings(json, "destroys", plan.destroys());
            }));
  }
}
