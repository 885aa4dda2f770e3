package ringfence.benchmarks.port;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import ringfence.benchmarks.carrier.Carrier;
import ringfence.benchmarks.carrier.Place;
import ringfence.benchmarks.report.Measure;

/// What one process does in a scenario, slice after slice.
interface Job extends AutoCloseable {
  /// Longest wait for the other process.
  long PATIENCE_NANOS = Duration.ofSeconds(20).toNanos();

  /// Runs one slice.
  ///
  /// @return what it measured; empty for the process that only answers
  Map<Measure, Double> run(Duration slice);

  @Override
  void close();

  static Job open(Carrier carrier, Scenario scenario, Place place) throws IOException {
    return switch (scenario.kind()) {
      case ROUND_TRIP ->
          place.near()
              ? new RoundTrips(carrier.open(place), place.payloadBytes(), scenario.regime(), carrier.carriesAll())
              : new Echo(carrier.open(place));
      case ONE_WAY ->
          place.near()
              ? new Sending(carrier.open(place), place.payloadBytes(), scenario.together(), carrier == Carrier.COPY)
              : carrier == Carrier.COPY ? new Looking() : new Receiving(carrier.open(place), place.payloadBytes(), scenario.together(), carrier.carriesAll());
      case IDLE_PORTS -> IdlePorts.open(place);
    };
  }

  /// Does nothing, for the one carrier that needs nobody.
  final class Looking implements Job {
    @Override
    public Map<Measure, Double> run(Duration slice) {
      return Map.of();
    }

    @Override
    public void close() {}
  }
}
