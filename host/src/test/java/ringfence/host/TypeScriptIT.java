package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.event.OutputLine;
import ringfence.host.event.ServiceEvent;
import ringfence.host.typescript.TypeScript;
import ringfence.host.worker.Launchers;
import ringfence.host.worker.Worker;
import ringfence.host.worker.WorkerFactory;
import ringfence.host.worker.WorkerListener;
import ringfence.host.worker.WorkerPool;
import ringfence.sandbox.launch.MachineProbe;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.ProcessPolicy;
import ringfence.sandbox.protocol.ErrorReport;

/// TypeScript with real workers: those of the services, and that of the tool which takes the types out.
@Timeout(240)
class TypeScriptIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// Attack: code that takes the tool's parser twice as long with each piece.
  private static final String HANGS = "const x = " + "async<T>(a = ".repeat(60) + "1" + ")".repeat(60) + ";";

  private static final MachineCapabilities MACHINE = MachineProbe.detect();

  @TempDir private Path folder;
  private final List<String> started = new CopyOnWriteArrayList<>();
  private final List<ProcessPolicy> policies = new CopyOnWriteArrayList<>();
  private final List<ErrorReport> errors = new CopyOnWriteArrayList<>();

  private ServicesManager open(TypeStripper.Settings typescript) {
    WorkerPool pool = WorkerPool.keeping(0, new ProcessPolicy(true, 64L << 20, 64, 64, 100), Optional.empty(), new Launchers(MACHINE));
    WorkerFactory counting =
        new WorkerFactory() {
          @Override
          public Worker start(String label, ProcessPolicy policy, WorkerListener listener) {
            started.add(label);
            policies.add(policy);
            return pool.start(label, policy, listener);
          }

          @Override
          public void close() {
            pool.close();
          }
        };
    ServicesManager services =
        new ServicesManager(HostOptions.defaults(), MACHINE, new ManagerThread(), counting, typescript);
    var _ =
        services.addListener(
            event -> {
              if (event instanceof ServiceEvent.UncaughtError(_, ErrorReport error)) {
                errors.add(error);
              }
            });
    return services;
  }

  private TypeStripper.Settings settings() {
    TypeStripper.Settings usual = TypeStripper.Settings.usual();
    return new TypeStripper.Settings(usual.limits(), usual.idle(), Optional.of(folder.resolve("cache")));
  }

  private TypeStripper.Settings impatient() {
    TypeStripper.Settings usual = settings();
    return new TypeStripper.Settings(usual.limits().withTurn(Duration.ofSeconds(4)), usual.idle(), usual.folder());
  }

  private static ServiceDefinition typescript(String name, String code) {
    return ServiceDefinition.named(name).entry("main.ts").code(code).jit(Jit.OFF).build();
  }

  private long tools() {
    return started.stream().filter(label -> label.startsWith(TypeStripper.TOOL)).count();
  }

  @Test
  void servicesOfTypeScriptCallEachOtherAndFailInTheirAuthorsLines() {
    ServiceDefinition counter =
        ServiceDefinition.named("counter")
            .entry("main.ts")
            .code(
                """
                import { type Step, toStep } from "./lib/step.ts";
                import type { Unused } from "./lib/types.ts";
                interface Change { by: number; of?: Unused }
                let n = 0;
                export async function increment<T extends Step>(by: T | number = 1): Promise<number> {
                  const change = { by: toStep(by as number) } satisfies Change;
                  return n += change.by;
                }
                """)
            .module(
                "lib/step.ts",
                """
                export enum Step { Small = 1, Large = 10 }
                export const toStep = <T extends Step | number>(by: T): number => {
                  if ((by as unknown) === 13) { const why: string = `no ${by}`; throw new RangeError(why); }
                  return by!;
                };
                """)
            .build();
    ServiceDefinition page =
        ServiceDefinition.named("page")
            .entry("main.mts")
            .imports("counter")
            .code(
                """
                import counter from "service:counter";
                abstract class Shown<T> { constructor(protected readonly value: T) {} abstract get text(): string; }
                class Sum extends Shown<number> { override get text(): string { return `sum ${this.value}`; } }
                console.log(new Sum(await counter.increment(2)).text);
                setTimeout((): void => { void (counter as any).increment(13); }, 0);
                """)
            .build();
    try (ServicesManager services = open(settings())) {
      services.create(List.of(page, counter));
      assertThat(tools()).isEqualTo(1);
      assertThat(policies.getFirst().walled()).as("the tool is shut in as others are").isEqualTo(MACHINE.walls());
      services.startAll();
      assertThat(services.output("page")).extracting(OutputLine::text).containsExactly("sum 2");
      await().atMost(PATIENCE).until(() -> !errors.isEmpty());
      assertThat(errors.getFirst().headline()).isEqualTo("RangeError: no 13");
      // Line and column of the author's text, behind types in the same line.
      assertThat(errors.getFirst().stack()).contains("toStep (lib/step.ts:3:71)", "increment (main.ts:6:24)");
      refusesWhatItCanNotReadAndChangesNothing(services);
      assertThat(tools()).isLessThanOrEqualTo(2);
    }
    long before = tools();
    // Another host, and a service with two texts that are known: no tool is needed.
    try (ServicesManager services = open(settings())) {
      services.create(counter);
      services.start("counter");
      try (ServiceClient client = services.connect("counter")) {
        assertThat(client.call("counter", "increment", 5).asInt()).isEqualTo(5);
      }
      assertThat(tools()).isEqualTo(before);
    }
  }

  private static void refusesWhatItCanNotReadAndChangesNothing(ServicesManager services) {
    Throwable thrown =
        catchThrowable(() -> services.create(typescript("other", "let a: number = 1;\nlet b: string = (;\n")));
    assertThat(thrown)
        .isInstanceOf(CodeRefusedException.class)
        .hasMessageStartingWith("service \"other\": main.ts:2:18: SyntaxError: Unexpected token");
    CodeRefusedException refused = (CodeRefusedException) thrown;
    assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_CODE);
    assertThat(refused.error().file() + ":" + refused.error().line()).isEqualTo("main.ts:2");
    assertThatThrownBy(() -> services.create(typescript("other", "class A {\n  @dec m(): void {}\n}")))
        .hasMessageStartingWith("service \"other\": main.ts:2:3: SyntaxError: decorators are not there");
    assertThat(services.statuses()).hasSize(2);
  }

  @Test
  void whatNeedsNoReadingStartsNoTool() {
    try (ServicesManager services = open(settings())) {
      assertThatThrownBy(
              () -> services.create(typescript("page", "1;".repeat(TypeScript.MOST_CHARACTERS / 2) + "2")))
          .isInstanceOf(CodeRefusedException.class)
          .hasMessageContaining("main.ts: SyntaxError: it has 1048577 characters, and TypeScript of at most 1048576");
      assertThatThrownBy(
              () -> services.create(ServiceDefinition.named("page").entry("a.tsx").code("<a/>").build()))
          .hasMessage(
              "service \"page\": a.tsx: SyntaxError: JSX is not there in this runtime; call the functions that it stands for, in a .ts or .js file");
      services.create(ServiceDefinition.named("page").code("export const a = 1;").build());
      assertThat(started).isEmpty();
    }
  }

  /// Attack: code that hangs its reader, once for itself and once to keep the host from closing.
  @Tag("long")
  @Test
  void codeThatHangsTheToolIsRefusedAndHoldsNobodyUp() {
    try (ServicesManager services = open(impatient())) {
      assertThatThrownBy(() -> services.create(typescript("evil", HANGS)))
          .isInstanceOf(CodeRefusedException.class)
          .hasMessage(
              "service \"evil\": main.ts: SyntaxError: its types can't be taken out: it took longer than limits.turn (4000ms) and was killed");
      services.create(typescript("good", "export const a: number = 1;"));
      assertThat(tools()).isEqualTo(2);
    }
    ServicesManager services = open(settings());
    CompletableFuture<Throwable> evil =
        CompletableFuture.supplyAsync(() -> catchThrowable(() -> services.create(typescript("evil", HANGS))));
    await().atMost(PATIENCE).until(() -> tools() == 3);
    services.close();
    assertThat(evil.join())
        .isInstanceOf(ServiceException.class)
        .extracting(thrown -> ((ServiceException) thrown).code())
        .isEqualTo(ErrorCode.MANAGER_CLOSED);
    assertThat(ProcessHandle.current().descendants()).isEmpty();
  }

  @Test
  void childrenMayBeTypeScriptAndTheToolGoesWhenItIsIdle() {
    TypeStripper.Settings brief = new TypeStripper.Settings(settings().limits(), Duration.ofMillis(50), Optional.empty());
    try (ServicesManager services = open(brief)) {
      services.create(
          ServiceDefinition.named("page")
              .permissions(Permissions.NONE.withChildren(1))
              .code(
                  """
                  const make = (code) => service.create({ name: "page-a", modules: { "a.ts": code }, entry: "a.ts" });
                  await make("let a: = 1").catch((e) => console.log(String(e)));
                  const child = await make("export const double = (n: number): number => n * 2;");
                  setTimeout(() => child.start().then(() => console.log(child.state)), 0);
                  """)
              .build());
      services.start("page");
      await().atMost(PATIENCE).until(() -> services.output("page").size() == 2);
      assertThat(services.output("page"))
          .extracting(OutputLine::text)
          .containsExactly(
              "SyntaxError: service \"page-a\": a.ts:1:8: SyntaxError: Unexpected token", "running");
      try (ServiceClient client = services.connect("page-a")) {
        assertThat(client.call("page-a", "double", 4).asInt()).isEqualTo(8);
      }
      // Of three workers two are left.
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  ProcessHandle.current().descendants()
                          .filter(process -> process.info().command().orElse("").endsWith("/java"))
                          .count()
                      == 2);
    }
  }
}
