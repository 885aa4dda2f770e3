package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.launch.MachineProbe;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.policy.Facility;
import ringfence.sandbox.policy.Jit;

/// Workers that compile, with every wall up, beside those that interpret.
@Timeout(180)
class JitIT {
  /// Hot, polymorphic, and of one kind of number first and of another later, so that compiled code must be given up.
  private static final String COMPUTES =
      """
      const add = (a, b) => a + b;
      class Square { constructor(n) { this.n = n; } area() { return this.n * this.n; } }
      class Circle { constructor(n) { this.n = n; } area() { return 3 * this.n * this.n; } }
      export function compute(rounds) {
        let sum = 0;
        for (let i = 0; i < rounds; i++) {
          const shape = i % 3 === 0 ? new Square(i % 10) : new Circle(i % 10);
          sum = add(sum, shape.area());
        }
        return [sum, add(sum, 0.5), add("sum ", sum), add(10n, 1n)].join(" ");
      }
      """;

  private final ServicesManager services = ServicesManager.open(HostOptions.defaults());

  @AfterEach
  void close() {
    services.close();
  }

  @Test
  void theBuildHasMadeTheImageWithTheCompiler() {
    assertThat(MachineProbe.detect().facility(Facility.Kind.JIT)).get().satisfies(jit -> assertThat(jit.there()).as(jit.detail()).isTrue());
  }

  @ParameterizedTest
  @EnumSource(
      value = Jit.class,
      names = {"ON", "OFF"})
  void bothComputeTheSame(Jit jit) {
    services.create(ServiceDefinition.named("a").code(COMPUTES).jit(jit).build());
    services.start("a");
    assertThat(commandLine("a").contains("-XX:+EnableJVMCI")).isEqualTo(jit == Jit.ON);
    try (ServiceClient client = services.connect("a")) {
      for (int rounds : List.of(1_000, 10_000, 100_000, 200_000)) {
        // In each 30 rounds: of ten squares each of 0 to 9 once, whose squares sum up to 285, and twice that as circles.
        long whole = rounds / 30 * (285 + 3 * 570L);
        long rest = 0;
        for (int i = rounds / 30 * 30; i < rounds; i++) {
          rest += (i % 3 == 0 ? 1 : 3) * (long) (i % 10) * (i % 10);
        }
        long sum = whole + rest;
        assertThat(client.call("a", "compute", rounds).asString()).isEqualTo(sum + " " + sum + ".5 sum " + sum + " 11");
      }
    }
  }

  /// Attack: a loop that the compiler has made machine code of, which asks nobody whether it may go on.
  @Test
  void aCompiledLoopWithoutEndIsKilled() {
    services.create(
        ServiceDefinition.named("a")
            .code("export const ok = 1; let n = 0; setTimeout(() => { for (;;) n = (n + 1) % 1000; }, 1);")
            .limits(Limits.DEFAULT.withTurn(Duration.ofSeconds(2)))
            .jit(Jit.ON)
            .build());
    services.start("a");
    assertThat(end("a")).isEqualTo(new ExitCause.Overdue(ExitCause.Phase.TURN, Duration.ofSeconds(2)));
  }

  /// Attack: fill the heap from compiled code, in which the compiler itself lives.
  @Test
  void aHeapBombEndsWithTheServiceAlone() {
    services.create(ServiceDefinition.named("neighbour").code(COMPUTES).jit(Jit.ON).build());
    services.create(
        ServiceDefinition.named("a")
            .code("export const ok = 1; setTimeout(() => { const all = []; for (;;) all.push({ n: all.length }); }, 1);")
            .limits(Limits.DEFAULT.withHeapBytes(64L << 20).withTurn(Duration.ofMinutes(2)))
            .jit(Jit.ON)
            .build());
    services.start("neighbour");
    services.start("a");
    assertThat(end("a")).isEqualTo(new ExitCause.LimitExceeded("heap", "64MiB"));
    try (ServiceClient client = services.connect("neighbour")) {
      assertThat(client.call("neighbour", "compute", 0).asString()).isEqualTo("0 0.5 sum 0 11");
    }
  }

  /// Attack: take what the JVM keeps for the compiler, and stay below the JVM's own bound.
  @Test
  void aServiceKeepsToItsShareOfTheHeap() {
    services.create(
        ServiceDefinition.named("a")
            .code("export const all = []; setTimeout(() => { for (let i = 0; i < 10; i++) all.push(new Uint8Array(9 << 20).fill(i)); }, 1);")
            .limits(Limits.DEFAULT.withHeapBytes(48L << 20))
            .jit(Jit.ON)
            .build());
    services.start("a");
    assertThat(end("a")).isEqualTo(new ExitCause.LimitExceeded("heap", "48MiB"));
  }

  @Test
  void theCompilerYieldsToWhatItCompiles() throws IOException {
    services.create(ServiceDefinition.named("a").code(COMPUTES).jit(Jit.ON).build());
    services.start("a");
    try (ServiceClient client = services.connect("a")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                assertThat(client.call("a", "compute", 20_000).asString()).isNotEmpty();
                assertThat(nice("a", "TruffleCompiler")).isNotEmpty().allMatch(nice -> nice == 10);
              });
      assertThat(nice("a", "ringfence-loop")).containsExactly(0);
    }
  }

  /// Of the worker's threads with such a name.
  private List<Integer> nice(String service, String name) throws IOException {
    List<Integer> found = new ArrayList<>();
    Path tasks = Path.of("/proc", String.valueOf(worker(service).pid()), "task");
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
      for (Path thread : threads) {
        String stat = Files.readString(thread.resolve("stat"));
        if (stat.contains("(" + name)) {
          // The 19th field, of which the third is the first behind the name.
          found.add(Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]));
        }
      }
    }
    return found;
  }

  @Test
  void childrenAreNotCompiledWhereTheirCreatorIsNot() {
    services.create(
        ServiceDefinition.named("b")
            .jit(Jit.OFF)
            .permissions(ringfence.sandbox.permission.Permissions.NONE.withChildren(1))
            .code(
                """
                export const result = await service.create({ name: "b-part", code: "1", jit: "on" }).then(() => "made", (e) => e.message);
                export const get = () => result;
                """)
            .build());
    services.start("b");
    try (ServiceClient client = services.connect("b")) {
      assertThat(client.call("b", "get").asString()).contains("jit on (the parent has off)");
    }
  }

  @Test
  void withoutACompilerItIsRefusedByName() {
    try (ServicesManager bare = ServicesManager.open(HostOptions.defaults().withMachine(MachineProbe.detect().withFacilities(List.of())))) {
      assertThatThrownBy(() -> bare.create(ServiceDefinition.named("a").code("1").jit(Jit.ON).build()))
          .isInstanceOfSatisfying(ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMPILER_MISSING))
          .hasMessageContaining("jit is on");
    }
  }

  private ExitCause end(String service) {
    await().atMost(Duration.ofMinutes(2)).until(() -> services.status(service).cause().isPresent());
    return services.status(service).cause().orElseThrow();
  }

  private String commandLine(String service) {
    return worker(service).info().commandLine().orElseThrow();
  }

  private ProcessHandle worker(String service) {
    return ProcessHandle.of(services.status(service).pid().orElseThrow()).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(process -> process.info().commandLine().orElse("").contains("/w/jdk/bin/java"))
        .filter(process -> process.children().findAny().isEmpty())
        .findFirst()
        .orElseThrow();
  }
}
