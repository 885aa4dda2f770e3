package ringfence.host.http;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.net.URLEncoder;
import java.util.List;
import org.eclipse.jetty.http.HttpStatus;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceStatus;
import ringfence.host.inspect.InspectorServer;
import ringfence.host.json.Json;
import ringfence.host.json.ServiceJson;
import ringfence.host.manifest.Manifest;
import ringfence.host.state.KeptServices;
import ringfence.sandbox.protocol.HttpHeader;
import ringfence.sandbox.protocol.ServiceState;

/// The lives of services: what there is, and the commands.
final class ServiceRoutes {
  private static final int MOST_PORT = 65_535;

  private final KeptServices services;

  ServiceRoutes(KeptServices services) {
    this.services = services;
  }

  List<Routes.Route> routes() {
    return List.of(
        Routes.Route.of("GET", "/api/services", this::list),
        Routes.Route.of("POST", "/api/services", this::submit),
        Routes.Route.of("GET", "/api/services/{name}", this::status),
        Routes.Route.of("PUT", "/api/services/{name}", this::replace),
        Routes.Route.of("DELETE", "/api/services/{name}", this::destroy),
        Routes.Route.of("POST", "/api/services/{name}/start", this::start),
        Routes.Route.of("POST", "/api/services/{name}/close", this::close),
        Routes.Route.of("POST", "/api/services/{name}/restart", this::restart),
        Routes.Route.of("POST", "/api/services/{name}/inspector", this::letDebuggerIn),
        Routes.Route.of("DELETE", "/api/services/{name}/inspector", this::letNobodyIn));
  }

  private void list(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters();
    List<ServiceStatus> all = services.manager().statuses();
    exchange.json(HttpStatus.OK_200, Json.line(json -> {
      json.writeArrayFieldStart("services");
      for (ServiceStatus status : all) {
        ServiceJson.status(json, status);
      }
      json.writeEndArray();
    }));
  }

  private void submit(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters("start");
    boolean start = exchange.flag("start", true);
    ServiceDefinition definition = Manifest.submitted("definition", exchange.body());
    String name = definition.name().value();
    services.create(definition);
    if (start) {
      services.start(name);
    }
    String place = "/api/services/" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    reply(exchange, HttpStatus.CREATED_201, name, new HttpHeader("Location", place));
  }

  private void status(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters();
    reply(exchange, HttpStatus.OK_200, values.getFirst());
  }

  private void replace(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters();
    String name = values.getFirst();
    ServiceDefinition definition = Manifest.submitted("definition", exchange.body());
    if (!definition.name().value().equals(name)) {
      throw Problem.badRequest(
          "the definition is of \"%s\" and the path of \"%s\"; a service keeps its name".formatted(definition.name(), name));
    }
    services.replace(definition);
    reply(exchange, HttpStatus.OK_200, name);
  }

  private void destroy(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters("cascade");
    services.destroy(values.getFirst(), exchange.flag("cascade", false));
    exchange.json(HttpStatus.OK_200, Json.line(json -> json.writeStringField("destroyed", values.getFirst())));
  }

  private void start(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters();
    services.start(values.getFirst());
    reply(exchange, HttpStatus.OK_200, values.getFirst());
  }

  private void close(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters();
    var _ = services.close(values.getFirst());
    reply(exchange, HttpStatus.OK_200, values.getFirst());
  }

  private void restart(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters();
    services.restart(values.getFirst());
    reply(exchange, HttpStatus.OK_200, values.getFirst());
  }

  private void letDebuggerIn(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters("port", "fromStart");
    String name = values.getFirst();
    boolean fromStart = exchange.flag("fromStart", false);
    long port = exchange.number("port").orElse((long) InspectorServer.DEFAULT_PORT);
    if (port > MOST_PORT) {
      throw Problem.badRequest("port=" + port + " is none; there are ports from 1 to " + MOST_PORT + ", and 0 takes a free one");
    }
    if (!fromStart && services.manager().status(name).state() == ServiceState.CLOSED) {
      throw new Problem(
          HttpStatus.CONFLICT_409,
          "NOT_RUNNING",
          "service \"" + name + "\" does not run; start it, or have its next run wait for the debugger (ringfence inspect --brk)");
    }
    URI address = services.manager().inspect(name, (int) port, fromStart);
    exchange.json(
        HttpStatus.OK_200,
        Json.line(
            json -> {
              json.writeStringField("service", name);
              json.writeStringField("url", address.toString());
              json.writeBooleanField("fromStart", fromStart);
            }));
  }

  private void letNobodyIn(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.allowParameters();
    services.manager().closeInspector(values.getFirst());
    exchange.json(HttpStatus.OK_200, Json.line(json -> json.writeStringField("closed", values.getFirst())));
  }

  private void reply(Exchange exchange, int status, String name, HttpHeader... more)
      throws IOException, InterruptedException {
    ServiceStatus now = services.manager().status(name);
    exchange.json(status, Json.text(json -> ServiceJson.status(json, now)), more);
  }
}
