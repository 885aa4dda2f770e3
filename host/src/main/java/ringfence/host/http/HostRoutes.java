package ringfence.host.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpStatus;
import ringfence.host.ServiceException;
import ringfence.host.ServiceStatus;
import ringfence.host.ServicesManager;
import ringfence.host.json.Json;
import ringfence.sandbox.protocol.ServiceState;

/// What is asked of the host itself.
final class HostRoutes {
  private final ServicesManager services;
  private final BooleanSupplier ready;

  /// @param ready whether commands are taken
  HostRoutes(ServicesManager services, BooleanSupplier ready) {
    this.services = services;
    this.ready = ready;
  }

  List<Routes.Route> routes() {
    return List.of(
        Routes.Route.open("GET", "/api/health", this::health),
        Routes.Route.open("GET", "/api/ready", this::ready),
        Routes.Route.of("GET", "/api/openapi.json", this::description));
  }

  private void health(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.json(HttpStatus.OK_200, Json.line(json -> json.writeStringField("status", "up")));
  }

  private void ready(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    List<ServiceStatus> all;
    try {
      all = services.statuses();
    } catch (ServiceException _) {
      all = List.of();
    }
    boolean isReady = ready.getAsBoolean();
    long running = all.stream().filter(status -> status.state() == ServiceState.RUNNING).count();
    long wanted = all.stream().filter(ServiceStatus::wanted).count();
    exchange.json(
        isReady ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503,
        Json.line(
            json -> {
              json.writeBooleanField("ready", isReady);
              json.writeNumberField("running", running);
              json.writeNumberField("wanted", wanted);
            }));
  }

  private void description(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    exchange.reply(HttpStatus.OK_200, Exchange.JSON, openApi());
  }

  /// The document that describes all routes.
  static String openApi() {
    try (InputStream in = HostRoutes.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("openapi.json is missing in the host's jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
