package ringfence.benchmarks.calls;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ringfence.benchmarks.contest.Contestant;
import ringfence.benchmarks.contest.Program;
import ringfence.benchmarks.contest.Scripts;

/// All that run in one comparison, each started when it is first needed.
final class Field implements AutoCloseable {
  private static final List<String> OF_RIVALS =
      List.of(
          "measure.js", "peers.js", "commands.mjs", "fork.mjs", "threads.mjs", "deno.mjs", "workerd.capnp", "workerd-caller.js",
          "workerd-callee.js");

  private final Map<Rival, Program> installed;
  private final Map<Rival, Contestant> running = new EnumMap<>(Rival.class);
  private final Scripts scripts;
  private final @Nullable Path beforeWorkers;
  private @Nullable Contestant ours;
  private @Nullable Contestant before;

  /// @param installed what there is of what rivals take
  /// @param beforeWorkers of another build, or null
  Field(Map<Rival, Program> installed, @Nullable Path beforeWorkers) throws IOException {
    this.installed = installed;
    this.beforeWorkers = beforeWorkers;
    this.scripts = Scripts.unpack(Field.class, OF_RIVALS);
  }

  Contestant ours() throws IOException {
    Contestant started = ours;
    if (started == null) {
      started = Services.start();
      ours = started;
    }
    return started;
  }

  /// Services on the workers of another build; null if there is none.
  @Nullable Contestant before() throws IOException {
    if (before == null && beforeWorkers != null) {
      before = Services.startOn(beforeWorkers);
    }
    return before;
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
    if (before != null) {
      before.close();
    }
    scripts.close();
  }
}
