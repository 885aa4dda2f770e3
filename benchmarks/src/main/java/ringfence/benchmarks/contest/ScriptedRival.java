package ringfence.benchmarks.contest;

import java.io.IOException;
import java.util.Map;
import ringfence.benchmarks.report.Measure;

/// Node or Deno, whose script takes one line for each slice.
public final class ScriptedRival implements Contestant {
  private final RivalProcess process;

  /// @param process one whose script answers each line with one
  public ScriptedRival(RivalProcess process) {
    this.process = process;
  }

  @Override
  public Map<Measure, Double> run(Map<String, Object> what) throws IOException {
    process.tell(RivalProcess.question(what));
    return process.answer(process.hear(), what);
  }

  @Override
  public void close() {
    process.close();
  }
}
