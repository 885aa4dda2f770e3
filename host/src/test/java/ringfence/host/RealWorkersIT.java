package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.event.OutputLine;
import ringfence.host.event.ServiceEvent;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.node.NodeState;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.SandboxLevel;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;
import ringfence.sandbox.value.UnsupportedValueException;

/// The host with real workers: sealed processes that run JavaScript behind all walls. They interpret, so that they are up
/// sooner; [JitIT] has those that compile.
@Timeout(120)
class RealWorkersIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Limits LIMITS =
      Limits.DEFAULT.withHeapBytes(96L << 20).withStart(Duration.ofSeconds(60)).withClose(Duration.ofSeconds(5)).withCall(Duration.ofSeconds(30)).withOutputLines(1000);

  private static final String COUNTER =
      """
      let n = 0;
      export function increment(by = 1) { n += by; service.emit("changed", n); return n; }
      """;

  private static final String PAGE =
      """
      import counter from "service:counter";
      counter.on("changed", n => console.log("changed " + n));
      console.log("answer " + await counter.increment(2));
      export function idle() {}
      """;

  private final List<String> output = new CopyOnWriteArrayList<>();
  private final List<String> transitions = new CopyOnWriteArrayList<>();
  private final List<ErrorReport> errors = new CopyOnWriteArrayList<>();

  private final ServiceListener recorder = this::record;

  @BeforeEach
  void warmUp() {
    // What a JVM opens once and keeps must not look like something left behind.
    ServicesManager.open(HostOptions.defaults()).close();
  }

  @Test
  void runsHelloToItsEnd() {
    try (ServicesManager services = open()) {
      services.create(
          define("hello")
              .code("console.log('hello', service.args[0], service.env.LEVEL, Object.keys(service.env).length);")
              .arguments(List.of("world"))
              .permissions(Permissions.NONE.withEnvironment(Set.of("LEVEL")))
              .endWhenIdle(true)
              .build());
      services.start("hello");

      assertThat(services.awaitClosed("hello")).isEqualTo(new ExitCause.Finished());
      assertThat(services.output("hello")).extracting(OutputLine::text).containsExactly("hello world low 1");
      await().untilAsserted(() -> assertThat(output).containsExactly("hello: hello world low 1"));
    }
  }

  @Test
  void portsCrossBetweenProcessesAndToJava() {
    try (ServicesManager services = open()) {
      services.create(
          HostService.named("desk")
              .exports(
                  "take",
                  call -> {
                    ServicePort port = call.port(0);
                    Thread.startVirtualThread(
                        () -> {
                          try (port; ServiceStream messages = port.messages()) {
                            messages.forEachRemaining(message -> port.post("desk " + message.asInt()));
                          }
                        });
                    return null;
                  })
              .exports("ignore", _ -> null)
              .exports("stream", call -> call.stream(0).next())
              .build());
      services.create(
          define("echo")
              .code(
                  """
                  export const echo = (port) => { port.onmessage = (e) => port.postMessage(["echo", e.data], [...e.ports]); };
                  """)
              .build());
      services.create(
          define("page")
              .imports("desk", "echo")
              .code(
                  """
                  const { desk, echo } = service.imports;
                  const closed = (port) => new Promise(r => { port.onclose = () => r("closed"); });
                  const ask = async (take, ...all) => {
                    const { port1, port2 } = new MessageChannel();
                    await take(port2);
                    const seen = [];
                    const done = new Promise(r => { port1.onmessage = (e) => { if (seen.push(e.data) === all.length) r(); }; });
                    for (const each of all) port1.postMessage(each);
                    await done;
                    port1.close();
                    return seen;
                  };
                  export const toEcho = async () => JSON.stringify(await ask(echo.echo, 1, 2));
                  export const toDesk = async () => (await ask(desk.take, 3, 4)).join();
                  export async function refused() {
                    const a = new MessageChannel(), b = new MessageChannel();
                    const ends = Promise.all([closed(a.port1), closed(b.port1)]);
                    await desk.ignore(a.port2);
                    const error = await desk.stream(b.port2).catch(e => `${e.name} ${e.message}`);
                    return [error, ...await ends].join();
                  }
                  export function open() {
                    const { port1, port2 } = new MessageChannel();
                    port1.onmessage = (e) => port1.postMessage("page " + e.data);
                    port1.onclose = () => console.log("hears close");
                    return port2;
                  }
                  export const nested = () => ({ port: open() });
                  export function chained() {
                    const { port1, port2 } = new MessageChannel();
                    const inner = new MessageChannel();
                    inner.port1.onclose = () => console.log("inner closed");
                    port1.postMessage("x", [inner.port2]);
                    return port2;
                  }
                  """)
              .build());
      for (String service : List.of("desk", "echo", "page")) {
        services.start(service);
      }
      try (ServiceClient client = services.connect("page")) {
        assertThat(client.call("page", "toEcho").asString()).isEqualTo("[[\"echo\",1],[\"echo\",2]]");
        assertThat(client.call("page", "toDesk").asString()).isEqualTo("desk 3,desk 4");
        assertThat(client.call("page", "refused").asString())
            .isEqualTo("TypeError argument 0 of stream must be a stream,closed,closed");
        try (ServicePort port = client.port("page", "open")) {
          for (int i = 0; i < 200; i++) {
            port.post(i);
          }
          for (int i = 0; i < 200; i++) {
            assertThat(port.messages().next().asString()).isEqualTo("page " + i);
          }
          assertThatThrownBy(() -> port.post(new byte[2 << 20]))
              .isInstanceOf(UnsupportedValueException.class);
        }
        await().untilAsserted(() -> assertThat(output).containsExactly("page: hears close"));
        assertThatThrownBy(() -> client.call("page", "nested"))
            .hasMessage("the result of page.nested holds a port; take it with port(...)");
        try (ServicePort port = client.port("page", "chained")) {
          assertThatThrownBy(() -> port.messages().next())
              .hasMessage("an item of the stream holds a stream or a port, which Java code can't receive there");
        }
        await().untilAsserted(
            // The ends of two ports, of which neither waits for the other.
            () ->
                assertThat(output)
                    .containsExactlyInAnyOrder("page: hears close", "page: hears close", "page: inner closed"));
      }
      assertThat(errors).isEmpty();
    }
  }

  /// Attack: a host that runs untrusted code with less wall than it asks for, and does not say so.
  @Test
  void withoutWallsOnlyTheLowerPoliciesRunAndTheLogSaysSo() {
    MachineCapabilities bare = new MachineCapabilities(null, "bubblewrap is missing");
    List<String> warnings = new CopyOnWriteArrayList<>();
    Logger log = Logger.getLogger("ringfence.host");
    Handler handler = handler(warnings);
    log.addHandler(handler);
    try (ServicesManager services = ServicesManager.open(HostOptions.defaults().withMachine(bare))) {
      assertThatThrownBy(() -> services.create(define("strict").code("1").build()))
          .isInstanceOfSatisfying(
              ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.WALL_MISSING))
          .hasMessageContaining("bubblewrap is missing");
      services.create(
          define("lax").code("1").policy(SandboxLevel.CONSTRAINED).endWhenIdle(true).build());
      services.start("lax");

      assertThat(services.awaitClosed("lax")).isEqualTo(new ExitCause.Finished());
      assertThat(warnings)
          .containsExactly(
              "walls-missing service=lax policy=CONSTRAINED missing=\"bubblewrap is missing\"");
    } finally {
      log.removeHandler(handler);
    }
  }

  private static Handler handler(List<String> messages) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        messages.add(record.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  @Test
  void tellsWhereCodeDoesNotParse() {
    try (ServicesManager services = open()) {
      services.create(define("broken").code("let a = 1;\nlet = = 2;\n").build());

      assertThatThrownBy(() -> services.start("broken"))
          .isInstanceOf(StartFailedException.class)
          .hasMessageStartingWith("service \"broken\" did not start: its code failed: SyntaxError")
          .satisfies(
              e ->
                  assertThat(((StartFailedException) e).exitCause())
                      .isInstanceOfSatisfying(
                          ExitCause.StartFailed.class,
                          cause ->
                              assertThat(cause.error())
                                  .hasValueSatisfying(
                                      error -> {
                                        assertThat(error.file()).isEqualTo("broken.js");
                                        assertThat(error.line()).isEqualTo(2);
                                      })));
    }
  }

  @Test
  void carriesCallsAndEventsBetweenTwoProcesses() {
    try (ServicesManager services = open()) {
      createPair(services);
      services.startAll();

      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(output).contains("page: answer 2", "page: changed 2"));
      assertThat(services.statuses())
          .extracting(status -> status.name().value())
          .containsExactly("counter", "page");
      assertThat(services.status("counter").pid()).isPresent();
      assertThat(services.status("counter").dependants()).containsExactly(new ServiceName("page"));

      services.close("counter");
      assertThat(services.status("page").state()).isEqualTo(ServiceState.CLOSED);
      services.start("page");
      await()
          .atMost(PATIENCE)
          .until(() -> output.stream().filter("page: answer 2"::equals).count() == 2);
    }
    List<String> ends = transitions.stream().filter(t -> t.endsWith(">CLOSED")).toList();
    assertThat(ends).containsExactly("page>CLOSED", "counter>CLOSED", "page>CLOSED", "counter>CLOSED");
  }

  @Test
  void aKilledWorkerEndsItsRunAndClosesWhatImportsIt() throws IOException {
    try (ServicesManager services = open()) {
      createPair(services);
      services.start("page");
      long pid = services.status("counter").pid().orElseThrow();

      kill(pid);

      assertThat(services.awaitClosed("counter"))
          .isInstanceOfSatisfying(
              ExitCause.Crashed.class,
              cause -> assertThat(cause.sentence()).contains("signal 9 (SIGKILL)"));
      assertThat(services.awaitClosed("page"))
          .isEqualTo(new ExitCause.DependencyLost(new ServiceName("counter")));
      await()
          .untilAsserted(
              () ->
                  assertThat(transitions)
                      .endsWith("page>CLOSING", "counter>CLOSED", "page>CLOSED"));

      services.start("counter");
      await()
          .atMost(PATIENCE)
          .until(() -> services.status("page").state() == ServiceState.RUNNING);
      assertThat(services.status("page").incarnation()).isEqualTo(2);
    }
  }

  @Test
  void aHeapBombEndsWithItsLimitAsTheCause() {
    try (ServicesManager services = open()) {
      services.create(
          define("bomb")
              .limits(
                  Limits.DEFAULT.withHeapBytes(64L << 20).withStart(Duration.ofSeconds(60)).withClose(Duration.ofSeconds(5)).withTurn(Duration.ofMinutes(5)).withCall(Duration.ofSeconds(30)).withOutputLines(10))
              .code("setTimeout(() => { const all = []; for (;;) all.push(new Array(10000).fill(0.5)); }, 1);")
              .build());
      services.start("bomb");

      assertThat(services.awaitClosed("bomb"))
          .isEqualTo(new ExitCause.LimitExceeded("heap", "64MiB"));
    }
  }

  @Test
  void aGuestThatNeverReturnsIsKilledInItsTime() {
    try (ServicesManager services = open()) {
      services.create(
          define("stuck")
              .limits(
                  Limits.DEFAULT.withHeapBytes(96L << 20).withStart(Duration.ofSeconds(60)).withClose(Duration.ofMillis(300)).withTurn(Duration.ofMinutes(5)).withCall(Duration.ofSeconds(30)).withOutputLines(10))
              .code("setTimeout(() => { console.log('loops'); for (;;); }, 1);")
              .build());
      services.start("stuck");
      // A close that came before the loop would end the service well.
      await().atMost(PATIENCE).untilAsserted(() -> assertThat(output).contains("stuck: loops"));

      assertThat(services.close("stuck"))
          .isEqualTo(new ExitCause.Overdue(ExitCause.Phase.CLOSE, Duration.ofMillis(300)));
    }
  }

  @Test
  void recordsErrorsThatNobodyCaught() {
    try (ServicesManager services = open()) {
      services.create(
          define("careless").code("setTimeout(() => { throw new TypeError('oops'); }, 1);").build());
      services.start("careless");

      await().atMost(PATIENCE).untilAsserted(() -> assertThat(errors).hasSize(1));
      assertThat(errors.getFirst().headline()).isEqualTo("TypeError: oops");
      assertThat(services.status("careless").uncaughtErrors()).isEqualTo(1);
      assertThat(services.status("careless").state()).isEqualTo(ServiceState.RUNNING);
    }
  }

  @Test
  void leavesNothingBehind() {
    Leftovers before = Leftovers.now();
    ServicesManager services = open();
    createPair(services);
    services.startAll();
    assertThat(Leftovers.now().descriptors()).isNotEqualTo(before.descriptors());
    assertThat(Leftovers.now().processes()).isNotEqualTo(before.processes());
    services.close();

    before.assertNothingMore();
    assertThatThrownBy(() -> services.start("page"))
        .isInstanceOf(ServiceException.class)
        .hasMessage("the services manager is closed");
  }

  @Test
  void aSecondCloseKills() {
    ServicesManager services = open();
    services.create(
        define("slow").code("service.onClose(() => new Promise(() => {}));").build());
    services.start("slow");
    Thread closing = Thread.ofVirtual().start(services::close);
    await().until(() -> transitions.contains("slow>" + NodeState.CLOSING));

    services.close();

    assertThat(joined(closing, Duration.ofSeconds(3))).isTrue();
  }

  private ServicesManager open() {
    ServicesManager services =
        ServicesManager.open(
            HostOptions.defaults()
                .withEnvironment(
                    name -> name.equals("LEVEL") ? Optional.of("low") : Optional.empty()));
    var _ = services.addListener(recorder);
    return services;
  }

  private void record(ServiceEvent event) {
    switch (event) {
      case ServiceEvent.Starting e -> transitions.add(e.service() + ">STARTING");
      case ServiceEvent.Running e -> transitions.add(e.service() + ">RUNNING");
      case ServiceEvent.Closing e -> transitions.add(e.service() + ">CLOSING");
      case ServiceEvent.Closed e -> transitions.add(e.service() + ">CLOSED");
      case ServiceEvent.Destroyed e -> transitions.add(e.service() + ">DESTROYED");
      case ServiceEvent.Output e -> output.add(e.service() + ": " + e.line().text());
      case ServiceEvent.UncaughtError e -> errors.add(e.error());
      case ServiceEvent.Created _,
          ServiceEvent.DependencyLost _,
          ServiceEvent.RestartScheduled _,
          ServiceEvent.Replaced _,
          ServiceEvent.OutputDropped _,
          ServiceEvent.ResourceUse _,
          ServiceEvent.LinkUse _ -> {
        // Not looked at here.
      }
    }
  }

  private static ServiceDefinition.Builder define(String name) {
    return ServiceDefinition.named(name).limits(LIMITS).jit(Jit.OFF);
  }

  private static void createPair(ServicesManager services) {
    services.create(
        List.of(
            define("page").imports("counter").code(PAGE).build(),
            define("counter").code(COUNTER).build()));
  }

  private static void kill(long pid) throws IOException {
    assertThat(ProcessHandle.of(pid)).isPresent();
    ProcessHandle worker = ProcessHandle.of(pid).orElseThrow();
    assertThat(worker.destroyForcibly()).isTrue();
  }

  private static boolean joined(Thread thread, Duration time) {
    try {
      return thread.join(time);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
