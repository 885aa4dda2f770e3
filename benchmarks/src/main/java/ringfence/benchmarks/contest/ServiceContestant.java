package ringfence.benchmarks.contest;

import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import ringfence.benchmarks.report.Measure;
import ringfence.host.ServiceCallException;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceException;
import ringfence.host.ServicesManager;
import ringfence.host.diagnosis.CpuProfile;
import ringfence.sandbox.value.ServiceValue;

/// A service that exports `run`, with those that it imports.
public final class ServiceContestant implements Contestant {
  /// What rows call it.
  public static final String NAME = "ringfence";

  /// How long a slice takes, among what is asked.
  private static final String MILLIS = "millis";

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int ATTEMPTS = 20;

  /// A profile that saw more than one part of so many idle has missed some of its slice.
  private static final int MOST_IDLE_PART = 10;

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

  /// The same service, of which a profile is taken while it runs a slice. Closing it closes nothing.
  public Contestant profiled() {
    return new Profiled();
  }

  private final class Profiled implements Contestant {
    @Override
    public Map<Measure, Double> run(Map<String, Object> what) throws IOException {
      Duration slice = Duration.ofMillis(((Number) Objects.requireNonNull(what.get(MILLIS))).longValue());
      Map<String, Object> least = new HashMap<>(what);
      least.put(MILLIS, 1);
      // The worker begins to look between two turns; a slice that was faster than the question is run again.
      for (int i = 0; i < ATTEMPTS; i++) {
        CompletableFuture<CpuProfile> taken = CompletableFuture.supplyAsync(() -> manager.profile(service, slice));
        var _ = ServiceContestant.this.run(least);
        Map<Measure, Double> measured = ServiceContestant.this.run(what);
        CpuProfile profile = taken.join();
        if (profile.idle().multipliedBy(MOST_IDLE_PART).compareTo(profile.time()) < 0) {
          return measured;
        }
      }
      throw new IOException("no profile of " + ATTEMPTS + " saw a slice of " + slice.toMillis() + " ms");
    }

    @Override
    public void close() {
      // The service is not its own.
    }
  }

  @Override
  public void close() {
    client.close();
    manager.close();
  }
}
