package ringfence.host.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.ErrorCode;
import ringfence.host.HostOptions;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.host.ServicesManager;
import ringfence.host.browser.DevTools;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.policy.Wall;

/// A client of the DevTools protocol in a real worker, behind all walls.
@Timeout(180)
class InspectorIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration TURN = Duration.ofSeconds(1);

  private static final String CODE =
      """
      let n: number = 0;
      export function increment(by: number): number {
        const before: number = n;
        n = before + by;
        if (by > 100) for (;;);
        return n;
      }
      """;

  private static final String FINDS =
      """
      export const globals = () => Object.getOwnPropertyNames(globalThis).sort().join();
      export const words = () => [typeof Java, typeof Polyglot, typeof Graal, typeof load, typeof print, typeof java].join();
      """;

  private final ServicesManager services = ServicesManager.open(HostOptions.defaults());

  @AfterEach
  void close() {
    services.close();
  }

  private static Map<?, ?> awaitPause(DevTools tools, int which) {
    await().atMost(PATIENCE).until(() -> tools.events("Debugger.paused").size() >= which);
    return first(tools.events("Debugger.paused").get(which - 1), "callFrames");
  }

  private static Map<?, ?> first(Map<?, ?> object, String list) {
    assertThat(object.get(list)).asInstanceOf(InstanceOfAssertFactories.LIST).isNotEmpty();
    return object.get(list) instanceof List<?> all && all.getFirst() instanceof Map<?, ?> found ? found : Map.of();
  }

  private static @Nullable Object line(Map<?, ?> frame) {
    return DevTools.at(frame, "location", "lineNumber");
  }

  private static @Nullable Object evaluated(DevTools tools, Map<?, ?> frame, String expression) {
    Map<?, ?> answer =
        tools.send(
            "Debugger.evaluateOnCallFrame", "callFrameId", String.valueOf(frame.get("callFrameId")), "expression", expression);
    return DevTools.at(answer, "result", "value");
  }

  @Test
  void stopsInALineReadsStepsAndGoesOn() {
    services.create(
        ServiceDefinition.named("counter")
            .entry("counter.ts")
            .code(CODE)
            .limits(Limits.DEFAULT.withTurn(TURN).withStart(PATIENCE))
            .debug(true)
            .build());
    services.start("counter");
    try (ServiceClient client = services.connect("counter");
        DevTools tools = DevTools.connect(services.inspect("counter", 0, false))) {
      tools.send("Runtime.enable");
      tools.send("Debugger.enable");
      // As every debugger does, whether or not anything waits.
      tools.send("Runtime.runIfWaitingForDebugger");
      Map<?, ?> breakpoint =
          tools.send("Debugger.setBreakpointByUrl", "url", "file:///counter.ts", "lineNumber", 3, "columnNumber", 0);
      CompletableFuture<Double> result =
          CompletableFuture.supplyAsync(() -> client.call("counter", "increment", 2).asDouble());

      // The author's line, whose types are taken out.
      await().atMost(PATIENCE).until(() -> result.isDone() || !tools.events("Debugger.paused").isEmpty());
      assertThat(result).as("a call that is held").isNotDone();
      Map<?, ?> frame = awaitPause(tools, 1);
      assertThat(frame.get("functionName")).isEqualTo("increment");
      assertThat(line(frame)).isEqualTo(3);
      String scope = String.valueOf(DevTools.at(first(frame, "scopeChain"), "object", "objectId"));
      assertThat(tools.send("Runtime.getProperties", "objectId", scope).toString())
          .contains("name=by, value={description=2, type=number, value=2}", "name=before, value={description=0, type=number, value=0}");
      assertThat(evaluated(tools, frame, "before + by * 10")).isEqualTo(20);
      assertThat(result).isNotDone();

      tools.send("Debugger.stepOver");
      frame = awaitPause(tools, 2);
      assertThat(line(frame)).isEqualTo(4);
      assertThat(evaluated(tools, frame, "n")).isEqualTo(2);

      // More than a turn may take: no deadline runs while the debugger holds the service.
      long burned = TURN.toMillis() * 8 / 5;
      evaluated(tools, frame, "for (const end = Date.now() + " + burned + "; Date.now() < end;);");
      assertThat(evaluated(tools, frame, "n = 40")).isEqualTo(40);
      tools.send("Debugger.removeBreakpoint", "breakpointId", String.valueOf(breakpoint.get("breakpointId")));
      tools.send("Debugger.resume");
      assertThat(result.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join()).isEqualTo(40.0);

      // And the same deadline when nobody holds it, though a debugger is there.
      assertThatThrownBy(() -> client.call("counter", "increment", 101)).hasMessageContaining("counter");
      assertThat(services.awaitClosed("counter")).isEqualTo(new ExitCause.Overdue(ExitCause.Phase.TURN, TURN));
    }
  }

  /// Attack: code that finds more where the engine's policy is looser than usual.
  @Test
  void aDebuggedServiceFindsNoMoreThanAnother() {
    services.create(
        List.of(
            ServiceDefinition.named("plain").code(FINDS).build(),
            ServiceDefinition.named("debugged").code(FINDS).debug(true).build()));
    services.startAll();
    try (ServiceClient client = services.connect("plain", "debugged")) {
      assertThat(client.call("debugged", "globals").asString()).isEqualTo(client.call("plain", "globals").asString());
      assertThat(client.call("debugged", "words").asString()).isEqualTo("undefined" + ",undefined".repeat(5));
    }
    assertThat(services.status("debugged").walls())
        .filteredOn(wall -> !wall.stands())
        .extracting(Wall::kind)
        .contains(Wall.Kind.CONTEXT)
        .doesNotContain(Wall.Kind.SECCOMP, Wall.Kind.BROKERS, Wall.Kind.LANGUAGE);
    assertThatThrownBy(() -> services.inspect("plain", 0, false))
        .isInstanceOfSatisfying(
            ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DEBUG_NOT_ALLOWED))
        .hasMessage("service \"plain\" lets no debugger in; write debug: true in its definition");
  }

  /// The host's part of it is shown by `InspectedStartTest`.
  @Tag("long")
  @Test
  void waitsForTheDebuggerBeforeTheFirstStatement() {
    services.create(
        ServiceDefinition.named("first").code("function late() {}\nconsole.log('one');\nlate();\n").debug(true).build());
    try (DevTools tools = connectedFromStart("first")) {
      CompletableFuture<Void> started = CompletableFuture.runAsync(() -> services.start("first"));
      tools.send("Runtime.enable");
      tools.send("Debugger.enable");
      assertThat(services.output("first")).isEmpty();
      tools.send("Runtime.runIfWaitingForDebugger");
      assertThat(line(awaitPause(tools, 1))).isEqualTo(1);
      assertThat(services.output("first")).isEmpty();

      tools.send("Debugger.resume");
      started.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
      await().atMost(PATIENCE).until(() -> !tools.events("Runtime.consoleAPICalled").isEmpty());
      assertThat(tools.events("Runtime.consoleAPICalled").getFirst().toString()).contains("value=one");
    }
  }

  private DevTools connectedFromStart(String service) {
    return DevTools.connect(services.inspect(service, 0, true));
  }
}
