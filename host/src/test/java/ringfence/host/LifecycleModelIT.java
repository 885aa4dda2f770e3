package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.event.LifecycleEvent;
import ringfence.host.event.ServiceEvent;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// Random commands and kills over real workers. What holds in the simulation at each step is read from the event
/// log here, whose order is the manager's; and after each sequence nothing may be left.
///
/// `-Dringfence.model.seed=S` begins with another sequence, `-Dringfence.model.real=N` runs more or fewer.
@Tag("long")
@Timeout(3600)
class LifecycleModelIT {
  private static final int SEQUENCES = Integer.getInteger("ringfence.model.real", 1);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Limits LIMITS =
      Limits.DEFAULT.withHeapBytes(64L << 20).withStart(Duration.ofSeconds(60)).withClose(Duration.ofSeconds(2)).withTurn(Duration.ofMillis(1500)).withCall(Duration.ofSeconds(30)).withOutputLines(100);
  private static final RestartPolicy TWICE =
      new RestartPolicy(
          RestartPolicy.Mode.ON_FAILURE,
          Duration.ofMillis(20),
          Duration.ofMillis(50),
          2,
          Duration.ofSeconds(5));

  /// Makes a child, which makes one too, and starts them; the text is what the youngest does.
  private static String family(String youngest) {
    return
        """
        const below = (name, code, create) =>
          ({ name, code, uncaught: "crash", permissions: { create }, limits: { close: "1s" } });
        const up = `setTimeout(() => service.create(%s).then(child => child.start()).catch(() => {}), 1);`;
        export const stay = () => 1;
        setTimeout(async () => {
          try {
            const child = await service.create(below(service.name + "-a", up, 1));
            child.on("closed", () => { child.start().catch(() => {}); });
            await child.start();
          } catch {}
        }, 1);
        """
            .formatted(
                "{ name: service.name + '-b', code: `%s`, limits: { close: '1s' } }"
                    .formatted(youngest)
                    .replace("`", "\\`"));
  }

  /// What services do: stay, end well, fail at once, fail later, hang in a turn, close slowly, refuse to close.
  private static final List<String> CODES =
      List.of(
          "export const stay = () => 1;",
          "export const stay = () => 2;",
          "service.emit('hello'); export const stay = () => 3;",
          "throw new Error('not today');",
          "setTimeout(() => { throw new Error('later'); }, 50);",
          "setTimeout(() => { for (;;); }, 50);",
          "service.onClose(() => new Promise(done => setTimeout(done, 100)));",
          "service.onClose(() => new Promise(() => {}));");

  private static final List<String> FAMILIES =
      List.of(
          family("export const stay = () => 4;"),
          family("setTimeout(() => { throw new Error('child'); }, 30);"));

  private final List<Thread> commands = new ArrayList<>();
  private int childRuns;

  @Test
  void leavesNothingBehindWhateverHappens() {
    long first = Long.getLong("ringfence.model.seed", new Random().nextLong());
    System.out.printf("lifecycle model, real workers: seed %d, %d sequences%n", first, SEQUENCES);
    // The first opens what stays open: libraries, the JDK's own descriptors.
    sequence(0);
    Leftovers before = Leftovers.now();
    int runs = 0;
    for (long seed = first; seed < first + SEQUENCES; seed++) {
      try {
        runs += sequence(seed);
        before.assertNothingMore();
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError(
            "again: mvn -pl host -am verify -Dit.test=LifecycleModelIT -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dtests.excluded= -Dfailsafe.failIfNoSpecifiedTests=false -Dringfence.model.real=1 -Dringfence.model.seed="
                + seed,
            e);
      }
    }
    System.out.printf(
        "lifecycle model, real workers: %d runs of services, %d of children%n", runs, childRuns);
    assertThat(runs).isPositive();
  }

  /// @return how many runs of services it had
  private int sequence(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ServicesManager services = ServicesManager.open(HostOptions.defaults());
    int count = random.nextInt(2, 5);
    for (int i = 0; i < count; i++) {
      services.create(define(i, random));
    }
    int length = random.nextInt(5, 10);
    for (int i = 0; i < length; i++) {
      command(services, "s" + random.nextInt(count), random);
      awaitEvents(services, random.nextInt(6));
    }
    if (random.nextInt(3) == 0) {
      Thread closing = Thread.ofVirtual().start(services::close);
      services.close();
      assertThat(joined(closing)).isTrue();
    } else {
      services.close();
    }
    for (Thread command : commands) {
      assertThat(joined(command)).as("a command that has an end").isTrue();
    }
    commands.clear();
    return checkOrder(services.events().events());
  }

  private static ServiceDefinition define(int i, SplittableRandom random) {
    ServiceDefinition.Builder builder =
        ServiceDefinition.named("s" + i)
            .limits(LIMITS)
            .permissions(Permissions.NONE.withChildren(2))
            .code(code(random.nextInt(3) == 0 ? FAMILIES : CODES, random))
            .crashOnUncaught(true);
    for (int below = 0; below < i; below++) {
      if (random.nextInt(2) == 0) {
        builder.imports("s" + below);
      }
    }
    return builder.restart(random.nextInt(2) == 0 ? TWICE : RestartPolicy.NEVER).build();
  }

  private static String code(List<String> codes, SplittableRandom random) {
    return codes.get(random.nextInt(codes.size()));
  }

  private void command(ServicesManager services, String name, SplittableRandom random) {
    int index = Integer.parseInt(name, 1, name.length(), 10);
    ServiceDefinition next = define(index, random);
    int kind = random.nextInt(10);
    commands.add(
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    switch (kind) {
                      case 0, 1, 2 -> services.start(name);
                      case 3 -> services.startAll();
                      case 4 -> services.close(name);
                      case 5 -> services.restart(name);
                      case 6 -> services.replace(next);
                      default -> kill(services, name);
                    }
                  } catch (ServiceException _) {
                    // Refused, or failed to start: both may be.
                  }
                }));
  }

  private static void kill(ServicesManager services, String name) {
    services
        .status(name)
        .pid()
        .ifPresent(
            pid -> {
              boolean _ = ProcessHandle.of(pid).map(ProcessHandle::destroyForcibly).orElse(false);
            });
  }

  /// Lets the manager come as far as the sequence wants, or to rest.
  private static void awaitEvents(ServicesManager services, int more) {
    long goal = services.events().sequence() + more;
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                services.events().sequence() >= goal
                    || services.statuses().stream()
                        .allMatch(
                            s ->
                                (s.state() == ServiceState.RUNNING || s.state() == ServiceState.CLOSED)
                                    && s.restartAt().isEmpty()));
  }

  /// @return how many runs began
  private int checkOrder(List<LifecycleEvent> events) {
    Map<ServiceName, List<ServiceName>> imports = new HashMap<>();
    Map<ServiceName, ServiceState> states = new HashMap<>();
    Map<ServiceName, Long> incarnations = new HashMap<>();
    int runs = 0;
    for (LifecycleEvent event : events) {
      ServiceName name = event.service();
      switch (event) {
        case ServiceEvent.Created e -> {
          imports.put(name, e.imports());
          states.put(name, ServiceState.CLOSED);
          // A child that comes again after its destruction is another service.
          incarnations.remove(name);
        }
        case ServiceEvent.Replaced e -> imports.put(name, e.imports());
        case ServiceEvent.Starting _ -> {
          runs++;
          childRuns += name.value().indexOf('-') > 0 ? 1 : 0;
          assertThat(event.incarnation()).isEqualTo(incarnations.getOrDefault(name, 0L) + 1);
          incarnations.put(name, event.incarnation());
          up(event, ServiceState.STARTING, imports, states);
        }
        case ServiceEvent.Running _ -> up(event, ServiceState.RUNNING, imports, states);
        case ServiceEvent.Closing _ -> down(event, ServiceState.CLOSING, imports, states);
        case ServiceEvent.Closed _ -> down(event, ServiceState.CLOSED, imports, states);
        case ServiceEvent.Destroyed _ -> {
          assertThat(states.remove(name)).as("state before " + event).isEqualTo(ServiceState.CLOSED);
          imports.remove(name);
        }
        case ServiceEvent.DependencyLost _, ServiceEvent.RestartScheduled _ -> {
          // No state of its own here.
        }
      }
    }
    assertThat(states.values()).as("states after the close").containsOnly(ServiceState.CLOSED);
    return runs;
  }

  private static void up(
      LifecycleEvent event,
      ServiceState state,
      Map<ServiceName, List<ServiceName>> imports,
      Map<ServiceName, ServiceState> states) {
    states.put(event.service(), state);
    for (ServiceName imported : imports.getOrDefault(event.service(), List.of())) {
      assertThat(states.get(imported)).as(imported + " below " + event).isEqualTo(ServiceState.RUNNING);
    }
  }

  private static void down(
      LifecycleEvent event,
      ServiceState state,
      Map<ServiceName, List<ServiceName>> imports,
      Map<ServiceName, ServiceState> states) {
    states.put(event.service(), state);
    imports.forEach(
        (name, imported) -> {
          if (imported.contains(event.service())) {
            assertThat(states.get(name))
                .as(name + " above " + event)
                .isIn(ServiceState.CLOSING, ServiceState.CLOSED);
          }
        });
  }

  private static boolean joined(Thread thread) {
    try {
      return thread.join(PATIENCE);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
