package ringfence.benchmarks.contest;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import ringfence.benchmarks.report.Measure;
import ringfence.host.ServiceCallException;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceException;
import ringfence.host.ServicesManager;
import ringfence.sandbox.value.ServiceValue;

/// A service that exports `run`, with those that it imports.
public final class ServiceContestant implements Contestant {
  /// What rows call it.
  public static final String NAME = "ringfence";

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final ServicesManager manager;
  private final ServiceClient client;
  private final String service;

  private ServiceContestant(ServicesManager manager, ServiceClient client, String service) {
    this.manager = manager;
    this.client = client;
    this.service = service;
  }

  /// Starts a service; the manager is its own from now on.
  ///
  /// @throws IOException if it does not start; the manager is closed then
  public static ServiceContestant start(ServicesManager manager, String service) throws IOException {
    try {
      manager.start(service);
      return new ServiceContestant(manager, manager.connect(service).within(PATIENCE), service);
    } catch (ServiceException e) {
      manager.close();
      throw new IOException("the services of the benchmark did not start: " + e.getMessage(), e);
    }
  }

  @Override
  public Map<Measure, Double> run(Map<String, Object> what) throws IOException {
    try {
      ServiceValue told = client.call(service, "run", what);
      Map<Measure, Double> measured = new EnumMap<>(Measure.class);
      told.asFields().forEach((name, value) -> measured.put(Measure.valueOf(name), value.asDouble()));
      return measured;
    } catch (ServiceCallException e) {
      throw new IOException(NAME + " failed in " + what.get("scenario") + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    client.close();
    manager.close();
  }
}
