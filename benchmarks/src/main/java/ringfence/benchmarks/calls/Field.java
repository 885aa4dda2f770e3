package ringfence.benchmarks.calls;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All that run in one comparison, each started when it is first needed.
final class Field implements AutoCloseable {
  private final Map<Rival, Program> installed;
  private final Map<Rival, Contestant> running = new EnumMap<>(Rival.class);
  private final Scripts scripts;
  private @Nullable Contestant ours;

  /// @param installed what there is of what rivals take
  Field(Map<Rival, Program> installed) throws IOException {
    this.installed = installed;
    this.scripts = Scripts.unpack();
  }

  Contestant ours() throws IOException {
    Contestant started = ours;
    if (started == null) {
      started = Services.start();
      ours = started;
    }
    return started;
  }

  boolean has(Rival rival) {
    return installed.containsKey(rival);
  }

  /// @param rival one that is installed
  Contestant of(Rival rival) throws IOException {
    Contestant contestant = running.get(rival);
    if (contestant == null) {
      Program program = installed.get(rival);
      if (program == null) {
        throw new IllegalArgumentException(rival + " is not installed");
      }
      contestant = rival.start(program, scripts);
      running.put(rival, contestant);
    }
    return contestant;
  }

  @Override
  public void close() throws IOException {
    for (Contestant contestant : running.values()) {
      contestant.close();
    }
    if (ours != null) {
      ours.close();
    }
    scripts.close();
  }
}
