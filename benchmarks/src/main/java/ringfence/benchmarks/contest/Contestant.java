package ringfence.benchmarks.contest;

import java.io.IOException;
import java.util.Map;
import ringfence.benchmarks.report.Measure;

/// Whoever measures itself. One thread at a time.
public interface Contestant extends AutoCloseable {
  /// Runs one slice.
  ///
  /// @param what is to be measured and for how long, as its script knows it: texts and numbers
  /// @throws IOException with the script's own words if it failed, or if its process has ended
  Map<Measure, Double> run(Map<String, Object> what) throws IOException;

  /// Ends its processes.
  @Override
  void close() throws IOException;
}
