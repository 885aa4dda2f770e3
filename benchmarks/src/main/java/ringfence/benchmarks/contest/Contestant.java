package ringfence.benchmarks.calls;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import ringfence.benchmarks.report.Measure;

/// A caller and those that it reaches, ready to measure. One thread at a time.
interface Contestant extends AutoCloseable {
  /// Runs one slice.
  ///
  /// @param streamBytes length of a stream, for the scenario that has one
  /// @throws IOException if a message is lost or has changed, or a process has ended
  Map<Measure, Double> run(Scenario scenario, Duration slice, long streamBytes) throws IOException;

  /// Ends its processes.
  @Override
  void close() throws IOException;
}
