package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.event.OutputLine;
import ringfence.host.event.ServiceEvent;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// Services that make services, in real workers.
@Timeout(120)
class ChildrenIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// A child that calls its parent, and says so.
  private static final String PARENT =
      """
      export function greet(name) { return "hello " + name + " from " + service.name; }
      const child = await service.create({
        name: "page-part",
        code: 'import page from "service:page"; console.log(await page.greet(service.name)); export const a = () => 1;',
      });
      child.on("state", (state, cause) => console.log("child " + state + (cause && ": " + cause)));
      export const start = () => child.start();
      export const stop = () => child.close().then(() => child.destroy());
      setTimeout(start, 0);
      """;

  private final List<String> order = new CopyOnWriteArrayList<>();
  private final ServicesManager services = ServicesManager.open(HostOptions.defaults());

  @BeforeEach
  void listen() {
    services.addListener(
        event -> {
          switch (event) {
            case ServiceEvent.Closing e -> order.add(e.service() + " closing");
            case ServiceEvent.Closed e -> order.add(e.service() + " closed");
            case ServiceEvent.Destroyed e -> order.add(e.service() + " destroyed");
            default -> {}
          }
        });
  }

  @AfterEach
  void close() {
    services.close();
  }

  private static ServiceDefinition page(int children, String code) {
    return ServiceDefinition.named("page")
        .code(code)
        .jit(Jit.OFF)
        .permissions(Permissions.NONE.withChildren(children))
        .build();
  }

  private List<String> output(String name) {
    return services.output(name).stream().map(OutputLine::text).toList();
  }

  private void up() {
    services.create(page(1, PARENT));
    services.start("page");
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(output("page")).containsExactly("child starting", "child running"));
  }

  @Test
  void aChildRunsCallsItsParentAndClosesBeforeIt() {
    up();
    assertThat(output("page-part")).containsExactly("hello page-part from page");
    assertThat(services.status("page-part").parent()).contains(new ServiceName("page"));

    services.close("page");

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(order)
                    .containsExactly(
                        "page-part closing", "page closing", "page-part closed", "page closed", "page-part destroyed"));
    assertThat(services.statuses()).extracting(ServiceStatus::name).containsExactly(new ServiceName("page"));
    // The next run makes its children anew.
    services.start("page");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                services.statuses().size() == 2
                    && services.status("page-part").state() == ServiceState.RUNNING);
  }

  @Test
  void childrenGoWithAParentThatIsKilled() {
    up();
    long pid = services.status("page").pid().orElseThrow();
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(order)
                    .containsExactly("page-part closing", "page closed", "page-part closed", "page-part destroyed"));
  }

  @Test
  void aParentHearsThatAChildWasKilled() {
    up();
    long pid = services.status("page-part").pid().orElseThrow();
    assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(output("page"))
                    .containsExactly("child starting", "child running", "child closed: its worker died"));
    assertThat(services.status("page").state()).isEqualTo(ServiceState.RUNNING);
  }

  /// Attack: create services without the permission, and more than it gives.
  @Test
  void createsNoMoreThanItMay() {
    String greedy =
        """
        for (const name of ["page-a", "page-b"]) {
          await service.create({ name, code: "" }).then(() => console.log("made"), e =>
            console.log(`${e.name} ${e.permission} "${e.resource}": ${e.message}`));
        }
        """;
    services.create(page(0, greedy));
    services.start("page");
    String denied =
        "PermissionDeniedError create \"\": service \"page\" may not create services; grant it with permissions.create: 1";
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(output("page")).containsExactly(denied, denied));

    // The attack without the wall: the same code, granted.
    services.replace(page(1, greedy));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(output("page"))
                    .containsExactly(
                        "made",
                        "PermissionDeniedError create \"page-b\": service \"page\" may not have more than one child service at once"
                            + "; grant it with permissions.create: 2"));
  }

  @Test
  void aTopLevelThatAwaitsItsChildFailsAtOnceAndSaysWhy() {
    services.create(
        page(1, "const c = await service.create({ name: 'page-a', code: '' }); await c.start();"));

    assertThatThrownBy(() -> services.start("page"))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("child \"page-a\" starts once \"page\" runs, so the top level can't await it");
  }
}
