package ringfence.benchmarks.report;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/// One part of the comparison: scenarios that are measured in the same way.
public interface Part {
  /// One word, by which it is asked for.
  String name();

  /// What there is to measure: a scenario, then each of its rivals behind its own key, and so on.
  List<String> keys();

  /// Measures what is wanted.
  ///
  /// @throws IOException if a process fails; a message that is lost or changed fails its process
  Result measure(Wanted wanted) throws IOException;

  /// What a part tells.
  ///
  /// @param name of the part
  /// @param settings what else decides its figures: flags, versions, how much was spent; name -> words, in order
  /// @param outcomes a scenario each
  /// @param aims those that were measured
  record Result(String name, Map<String, String> settings, List<Outcome> outcomes, List<Aim.Reached> aims) {}
}
