package ringfence.benchmarks.compute;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import ringfence.benchmarks.contest.Contestant;
import ringfence.benchmarks.contest.Scripts;
import ringfence.benchmarks.contest.ServiceContestant;
import ringfence.benchmarks.report.Wanted;
import ringfence.host.HostOptions;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.sandbox.permission.Permissions;

/// The programs of `programs.js`, run slice by slice.
///
/// @param rounds pairs of slices
/// @param warmUp before the first of a program: engines that compile do so in the background, for seconds
record Programs(int rounds, Duration slice, Duration warmUp) {
  static final String SCRIPT = "programs.js";

  static final List<String> ALL =
      List.of(
          "tasks", "constraints", "pancakes", "bodies", "spectrum", "patterns", "json", "strings", "sorting", "collections", "sieve",
          "closures");

  private static final String SERVICE = "programs";

  /// @param wholeRounds as in [Wanted#rounds(int, int)]
  /// @param quickRounds as there
  static Programs of(Wanted wanted, int wholeRounds, int quickRounds) {
    Duration slice = wanted.slice(300, 100);
    // Who wants the least wants to see that all works.
    Duration warmUp = slice.multipliedBy(slice.toMillis() < 50 ? 0 : wanted.quick() ? 1 : 10);
    return new Programs(wanted.rounds(wholeRounds, quickRounds), slice, warmUp);
  }

  /// The key of each, `PREFIX/PROGRAM`, and then of its rival.
  static List<String> keys(String prefix, String rival) {
    List<String> keys = new ArrayList<>();
    for (String program : ALL) {
      keys.add(prefix + "/" + program);
      keys.add(prefix + "/" + program + "/" + rival);
    }
    return keys;
  }

  /// A service with all of them, in a host of its own.
  static ServiceContestant service() throws IOException {
    ServicesManager manager = ServicesManager.open(HostOptions.defaults());
    manager.create(
        ServiceDefinition.named(SERVICE)
            .permissions(Permissions.NONE.withPreciseClock(true))
            .code(Scripts.text(Programs.class, SCRIPT))
            .build());
    return ServiceContestant.start(manager, SERVICE);
  }

  /// What a slice of one asks for.
  Map<String, Object> asked(String program) {
    return asked(program, slice);
  }

  private static Map<String, Object> asked(String program, Duration time) {
    return Map.of("scenario", program, "millis", time.toMillis());
  }

  void warmUp(Contestant contestant, String program) throws IOException {
    if (warmUp.isPositive()) {
      var _ = contestant.run(asked(program, warmUp));
    }
  }

  /// For the settings of a part.
  String effort() {
    return String.format(
        Locale.ROOT, "%d pairs of slices of %d ms, %d ms of warm-up", rounds, slice.toMillis(), warmUp.toMillis());
  }
}
