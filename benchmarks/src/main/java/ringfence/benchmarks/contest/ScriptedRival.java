package ringfence.benchmarks.calls;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import ringfence.benchmarks.report.Measure;

/// Node or Deno, whose script takes one line for each slice.
final class ScriptedRival implements Contestant {
  private final RivalProcess process;

  ScriptedRival(RivalProcess process) {
    this.process = process;
  }

  @Override
  public Map<Measure, Double> run(Scenario scenario, Duration slice, long streamBytes) throws IOException {
    process.tell(RivalProcess.question(scenario, slice, streamBytes));
    return process.answer(process.hear(), scenario);
  }

  @Override
  public void close() {
    process.close();
  }
}
