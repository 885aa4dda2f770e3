package ringfence.benchmarks.torture;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import ringfence.host.HostOptions;
import ringfence.host.ServiceCallException;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.host.Subscription;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.value.ServiceValue;

/// A manager with real workers: a base, a bystander that calls it all the time, and one victim after another.
///
/// ```
///   bystander --> base <-- victim          an arrow is an import
/// ```
final class Stage implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long LOOK_NANOS = 200_000;
  static final Limits LIMITS =
      Limits.DEFAULT.withHeapBytes(64L << 20).withStart(PATIENCE).withClose(PATIENCE).withCall(PATIENCE).withOutputLines(100);

  /// As soon as a policy allows.
  private static final RestartPolicy AT_ONCE =
      new RestartPolicy(RestartPolicy.Mode.ALWAYS, Duration.ofMillis(1), Duration.ofMillis(1), 5, Duration.ofHours(1));

  final ServicesManager services;
  final News news = new News();
  private final Subscription subscription;
  private final ServiceClient observer;

  /// @param turn CPU time that a turn of base and bystander may take
  /// @param warm how many workers the manager keeps ready for the next start
  /// @param jit whether what base and bystander do is compiled
  Stage(Duration turn, int warm, Jit jit) {
    services = ServicesManager.open(HostOptions.defaults().withWarmWorkers(warm));
    subscription = services.addListener(news);
    Limits limits = LIMITS.withTurn(turn);
    try {
      services.create(ServiceDefinition.named("base").code(Scripts.read("base.js")).limits(limits).jit(jit).build());
      services.create(
          ServiceDefinition.named("bystander")
              .imports("base")
              .code(Scripts.read("bystander.js"))
              .limits(limits)
              .jit(jit)
              .build());
      services.startAll();
      observer = services.connect("base", "bystander").within(PATIENCE);
    } catch (RuntimeException e) {
      services.close();
      throw e;
    }
  }

  void createVictim(Phase phase, Fault fault, Limits limits, boolean again) {
    services.create(
        ServiceDefinition.named("victim")
            .imports("base")
            .code(Scripts.read("victim.js"))
            .arguments(List.of(phase.word(), fault.deed))
            .limits(limits)
            .restart(again ? AT_ONCE : RestartPolicy.NEVER)
            .build());
  }

  /// Calls that go to nobody who suffers.
  ///
  /// @return how many of them went wrong, ever
  long wrongElsewhere() {
    if (observer.call("base", "echo", 7).asInt() != 7) {
      return 1;
    }
    int before = observer.call("bystander", "report").get("calls").asInt();
    ServiceValue report = observer.call("bystander", "report");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (report.get("calls").asInt() <= before && System.nanoTime() < deadline) {
      report = observer.call("bystander", "report");
    }
    return report.get("wrong").asLong() + (report.get("calls").asInt() > before ? 0 : 1);
  }

  /// Waits until the next start finds a worker that is ready, where the manager keeps any.
  void awaitWarm() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (services.pool().ready() < services.pool().wanted()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no worker has become warm: " + services.pool());
      }
      breathe();
    }
  }

  /// How many calls the bystander has made.
  long callsElsewhere() {
    return observer.call("bystander", "report").get("calls").asLong();
  }

  /// A pause between two looks at something that is waited for: short beside what is measured, and long enough to leave
  /// the processor to those who are waited for.
  static void breathe() {
    LockSupport.parkNanos(LOOK_NANOS);
  }

  /// Calls the victim until it answers.
  ///
  /// @return when it did, by the JVM's clock
  static long awaitServing(ServiceClient client) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        if (client.isConnected("victim") && client.call("victim", "below", 1).asInt() == 1) {
          return System.nanoTime();
        }
        breathe();
      } catch (ServiceCallException e) {
        // Not yet.
        breathe();
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("the victim did not serve again within " + PATIENCE.toSeconds() + " s");
      }
    }
  }

  @Override
  public void close() {
    try (services; subscription) {
      observer.close();
    }
  }
}
