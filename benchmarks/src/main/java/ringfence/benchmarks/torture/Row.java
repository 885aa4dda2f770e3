package ringfence.benchmarks.torture;

import java.util.List;

/// What became of one fault: a line of the table.
///
/// @param key of the ordeal
/// @param fault in words
/// @param injected how often
/// @param detected how often it was told as promised
/// @param timings how long that took, and what else had to wait
/// @param lost messages, calls or definitions without an end
/// @param duplicated those with two
/// @param leaked processes, descriptors, mappings, threads, files or control groups that were left behind
/// @param notes facts that belong beside the numbers
/// @param failures a sentence each, with the line that shows it again
public record Row(
    String key,
    String fault,
    long injected,
    long detected,
    List<Timing> timings,
    long lost,
    long duplicated,
    long leaked,
    List<String> notes,
    List<String> failures) {

  /// Whether all holds that must hold on any machine.
  public boolean sound() {
    return injected > 0 && detected == injected && lost == 0 && duplicated == 0 && leaked == 0 && failures.isEmpty();
  }
}
