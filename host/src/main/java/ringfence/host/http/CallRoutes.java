package ringfence.host.http;

import io.opentelemetry.context.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpStatus;
import ringfence.host.ErrorCode;
import ringfence.host.ServiceCallException;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceException;
import ringfence.host.ServiceResult;
import ringfence.host.ServiceStream;
import ringfence.host.ServicesManager;
import ringfence.host.Subscription;
import ringfence.host.event.ServiceEvent;
import ringfence.host.json.ValueJson;
import ringfence.host.trace.RequestSpan;
import ringfence.host.trace.Tracing;
import ringfence.sandbox.protocol.ServiceState;
import ringfence.sandbox.protocol.TraceContext;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.UnsupportedValueException;

/// Calls of exported functions. A service sees all of them as its caller `host`, over one link.
///
/// A stream is answered line by line, `{"value": ...}` each, and ends with a line `{"error": ...}` if it breaks. An
/// empty line is a sign of life. When the client goes away, the call is given up, which aborts `service.caller.signal`, and
/// the service's generator is ended.
final class CallRoutes implements AutoCloseable {
  private static final Duration LONGEST_CALL = Duration.ofDays(1);

  /// What a run that has just come up needs at most until it is linked.
  private static final Duration LINK_TIME = Duration.ofSeconds(5);

  private static final int MOST_CHARACTERS = 64 << 20;

  private final ServicesManager services;
  private final Duration heartbeat;
  private final Tracing tracing;
  private final ConcurrentMap<String, ServiceClient> clients = new ConcurrentHashMap<>();
  private final Subscription subscription;

  CallRoutes(ServicesManager services, Duration heartbeat) {
    this.services = services;
    this.heartbeat = heartbeat;
    this.tracing = new Tracing(services.openTelemetry());
    this.subscription =
        services.addListener(
            event -> {
              if (event instanceof ServiceEvent.Destroyed) {
                drop(event.service().value());
              }
            });
  }

  List<Routes.Route> routes() {
    return List.of(Routes.Route.of("POST", "/api/services/{name}/call/{function}", this::call));
  }

  private void call(Exchange exchange, List<String> values) throws IOException, InterruptedException {
    RequestSpan span =
        RequestSpan.begin(
            tracing,
            values.get(0),
            "POST",
            "/api/services/" + values.get(0) + "/call/" + values.get(1),
            exchange.header(TraceContext.TRACEPARENT).orElse(null),
            exchange.header(TraceContext.TRACESTATE).orElse(null));
    int status = HttpStatus.OK_200;
    try {
      call(exchange, values, span.around());
    } catch (RuntimeException e) {
      Problem problem = Problem.of(e);
      status = problem.status();
      throw problem;
    } catch (IOException | InterruptedException e) {
      status = 0;
      throw e;
    } finally {
      span.end(status);
    }
  }

  private void call(Exchange exchange, List<String> values, Context trace) throws IOException, InterruptedException {
    exchange.allowParameters("timeout");
    String name = values.get(0);
    String function = values.get(1);
    Duration timeout = exchange.duration("timeout", LONGEST_CALL).orElse(ServiceClient.DEFAULT_TIMEOUT);
    Object[] arguments;
    try {
      arguments = ValueJson.arguments(exchange.body()).toArray();
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest(String.valueOf(e.getMessage()));
    }
    ServiceResult result;
    try {
      result = exchange.whileClientWaits(
              () -> {
                try (var _ = trace.makeCurrent()) {
                  return ask(name, function, timeout, arguments);
                }
              });
    } catch (UnsupportedValueException e) {
      throw new Problem(HttpStatus.BAD_GATEWAY_502, "UNSUPPORTED_VALUE", String.valueOf(e.getMessage()));
    }
    switch (result) {
      case ServiceResult.Value(ServiceValue value) ->
          exchange.json(HttpStatus.OK_200, ValueJson.text(value, MOST_CHARACTERS));
      case ServiceResult.Items(ServiceStream stream) -> {
        try (stream) {
          stream(exchange, stream);
        }
      }
    }
  }

  private ServiceResult ask(String name, String function, Duration timeout, Object[] arguments)
      throws InterruptedException {
    try {
      return client(name, timeout).within(timeout).ask(name, function, arguments);
    } catch (ServiceCallException e) {
      if (!e.delivered().equals("no") || services.status(name).state() != ServiceState.RUNNING) {
        throw e;
      }
      // The link to the run before was cut just now, and that to the run at hand was not there yet.
      return client(name, timeout).within(timeout).ask(name, function, arguments);
    }
  }

  private void stream(Exchange exchange, ServiceStream stream) throws IOException, InterruptedException {
    exchange.begin(Exchange.LINES);
    try {
      while (true) {
        if (!stream.awaitNews(heartbeat)) {
          exchange.write("\n");
        } else if (stream.hasNext()) {
          exchange.write("{\"value\":" + ValueJson.text(stream.next(), MOST_CHARACTERS) + "}\n");
        } else {
          break;
        }
      }
    } catch (ServiceCallException | ServiceException | UnsupportedValueException e) {
      exchange.write("{\"error\":" + Problem.of(e).json() + "}\n");
    }
    exchange.end();
  }

  private ServiceClient client(String name, Duration timeout) throws InterruptedException {
    // Says that there is none, which a client of an earlier service of that name would not.
    ServiceState state = services.status(name).state();
    ServiceClient client = clients.computeIfAbsent(name, services::connect);
    if (state == ServiceState.RUNNING && !client.isConnected(name)) {
      awaitLink(client, name, timeout.compareTo(LINK_TIME) < 0 ? timeout : LINK_TIME);
    }
    return client;
  }

  private static void awaitLink(ServiceClient client, String name, Duration longest) throws InterruptedException {
    CountDownLatch linked = new CountDownLatch(1);
    try (var _ = client.on(name, "state", _ -> linked.countDown())) {
      if (!client.isConnected(name)) {
        boolean _ = linked.await(longest.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
  }

  private void drop(String name) {
    var _ =
        clients.computeIfPresent(
            name,
            (_, client) -> {
              try {
                var _ = services.status(name);
                // Another has the name already, and the client serves it as well.
                return client;
              } catch (ServiceException e) {
                if (e.code() == ErrorCode.UNKNOWN_SERVICE) {
                  client.close();
                  return null;
                }
                return client;
              }
            });
  }

  @Override
  public void close() {
    subscription.close();
    clients.values().forEach(ServiceClient::close);
  }
}
