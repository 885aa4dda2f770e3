package ringfence.host.permission;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.HostOptions;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.host.event.OutputLine;
import ringfence.sandbox.permission.FileAccess;
import ringfence.sandbox.permission.HostGrant;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.permission.NetworkAccess;
import ringfence.sandbox.permission.Permissions;

/// Each API behind a permission under each grant: nothing, each permission alone, and all, in real workers. A cell works
/// if all that it needs is granted, and is refused with its named error otherwise; `docs/permissions.md` is the table.
/// A build takes nothing, all, and some of the permissions alone; `-Dringfence.matrix.alone=9` takes each.
/// To write the page anew: `mvn -pl host -am verify -Dtest=NoUnit -Dit.test=PermissionMatrixIT
/// -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false -Dringfence.write.docs=true`
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PermissionMatrixIT {
  private static final Path PAGE = Path.of("..", "docs", "permissions.md");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> ALL =
      new LinkedHashSet<>(
          List.of("read", "write", "net", "listen", "create", "threads", "env", "eval", "hrtime"));

  /// How many permissions are granted alone; which ones, the seed decides.
  private static final int ALONE = Integer.getInteger("ringfence.matrix.alone", 1);

  private static final long SEED = Long.getLong("ringfence.seed", new Random().nextLong());

  /// One API under one grant.
  ///
  /// @param needs the permissions that it takes
  /// @param refusal the name of its error without them; empty where it gives nothing instead
  /// @param permission that the error names
  private record Cell(
      List<String> needs, String api, String refusal, boolean worked, String said, String permission) {}

  private final ExecutorService workers = Executors.newFixedThreadPool(3);
  private final Map<Set<String>, List<Cell>> rows = new LinkedHashMap<>();
  private String code;
  private HttpServer server;

  @BeforeAll
  void runAll(@TempDir Path folder) throws Exception {
    try (InputStream in = PermissionMatrixIT.class.getResourceAsStream("/permissions/matrix.js")) {
      code = new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, 5);
            exchange.getResponseBody().write("hello".getBytes(UTF_8));
          }
        });
    server.createContext(
        "/events",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
            byte[] event = "data: hello\n\n".getBytes(UTF_8);
            exchange.sendResponseHeaders(200, event.length);
            exchange.getResponseBody().write(event);
          }
        });
    server.start();
    List<Set<String>> grants = new ArrayList<>();
    grants.add(Set.of());
    List<String> alone = new ArrayList<>(ALL);
    Collections.shuffle(alone, new Random(SEED));
    alone.subList(0, Math.min(ALONE, alone.size())).forEach(permission -> grants.add(Set.of(permission)));
    grants.add(ALL);
    Map<Set<String>, Future<List<Cell>>> running = new LinkedHashMap<>();
    Path real = folder.toRealPath();
    for (Set<String> grant : grants) {
      Path own = makeFiles(real.resolve("row" + running.size()));
      running.put(grant, workers.submit(() -> row(grant, own)));
    }
    for (Map.Entry<Set<String>, Future<List<Cell>>> row : running.entrySet()) {
      rows.put(row.getKey(), row.getValue().get());
    }
  }

  @AfterAll
  void close() {
    server.stop(0);
    workers.shutdownNow();
  }

  @TestFactory
  List<DynamicTest> eachCellWorksIfWhatItNeedsIsGrantedAndIsRefusedOtherwise() {
    List<DynamicTest> tests = new ArrayList<>();
    rows.forEach(
        (grant, row) ->
            row.forEach(
                cell -> tests.add(dynamicTest(cell.api() + " with " + grant, () -> check(grant, cell)))));
    System.out.printf(
        "permission matrix: %d cells under %d of %d grants, seed %d%n", tests.size(), rows.size(), ALL.size() + 2, SEED);
    return tests;
  }

  private static void check(Set<String> grant, Cell cell) {
    if (grant.containsAll(cell.needs())) {
      assertThat(cell.worked()).as(cell.said()).isTrue();
      return;
    }
    assertThat(cell.worked()).as("it works, though it needs " + cell.needs()).isFalse();
    if (cell.refusal().isEmpty()) {
      assertThat(cell.said()).isEmpty();
      return;
    }
    assertThat(cell.said()).startsWith(cell.refusal() + ": ");
    if (cell.refusal().equals("PermissionDeniedError")) {
      assertThat(cell.permission()).isIn(cell.needs()).isNotIn(grant);
    }
  }

  @TestFactory
  List<DynamicTest> theMatrixIsFull() {
    List<String> apis = rows.values().iterator().next().stream().map(Cell::api).toList();
    return List.of(
        dynamicTest("no API twice", () -> assertThat(apis).doesNotHaveDuplicates()),
        dynamicTest(
            "every API under every grant",
            () -> assertThat(rows.values()).allSatisfy(row -> assertThat(row).extracting(Cell::api).isEqualTo(apis))),
        dynamicTest(
            "every permission has an API",
            () ->
                assertThat(rows.get(ALL).stream().flatMap(cell -> cell.needs().stream()).distinct())
                    .containsExactlyInAnyOrderElementsOf(ALL)),
        dynamicTest("the page is its table", this::checkPage));
  }

  private void checkPage() throws IOException {
    StringBuilder page =
        new StringBuilder(
            """
            # Which permission an API needs

            Written by `PermissionMatrixIT`, which runs each of these in real workers with nothing granted, with each permission
            alone and with all of them.

            | API | permission | without it |
            |---|---|---|
            """);
    for (Cell cell : rows.get(Set.<String>of())) {
      page.append("| %s | %s | %s |%n".formatted(
          cell.api(), String.join(" and ", cell.needs()), cell.refusal().isEmpty() ? "nothing is there" : cell.refusal()));
    }
    if (Boolean.getBoolean("ringfence.write.docs")) {
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).hasContent(page.toString());
  }

  // ---- a row

  private static Path makeFiles(Path folder) throws IOException {
    for (String made : List.of("in", "out/empty", "out/tree/branch")) {
      Files.createDirectories(folder.resolve(made));
    }
    for (String file : List.of("in/a.txt", "out/gone.txt", "out/long.txt", "out/old.txt", "out/both.txt")) {
      Files.writeString(folder.resolve(file), "a");
    }
    return folder;
  }

  private List<Cell> row(Set<String> grant, Path folder) throws IOException {
    String address = "127.0.0.1:" + server.getAddress().getPort();
    HostOptions options =
        HostOptions.defaults().withEnvironment(name -> Optional.of("low").filter(_ -> name.equals("LEVEL")));
    try (ServicesManager services = ServicesManager.open(options)) {
      services.create(
          ServiceDefinition.named("matrix")
              .code(code)
              .module("worker.js", "postMessage('up');")
              .arguments(List.of("http://" + address + "/"))
              .permissions(permissions(grant, folder, address))
              .build());
      services.start("matrix");
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> lines(services).contains("all cells") || services.status("matrix").cause().isPresent());
      List<String> lines = lines(services);
      assertThat(lines).as(grant.toString()).contains("all cells");
      List<Cell> cells = new ArrayList<>();
      for (String line : lines) {
        if (line.startsWith("cell ")) {
          cells.add(JSON.readValue(line.substring(5), Cell.class));
        }
      }
      return cells;
    }
  }

  private static List<String> lines(ServicesManager services) {
    return services.output("matrix").stream().map(OutputLine::text).toList();
  }

  private static Permissions permissions(Set<String> grant, Path folder, String address) {
    FileAccess files = FileAccess.relativeTo(folder);
    if (grant.contains("read")) {
      files = files.withRead(List.of(Path.of("in"), Path.of("out")));
    }
    if (grant.contains("write")) {
      files = files.withWrite(List.of(Path.of("out")));
    }
    return Permissions.NONE
        .withFiles(files)
        .withNetwork(
            new NetworkAccess(
                grant.contains("net") ? List.of(HostGrant.parse(address)) : List.of(),
                grant.contains("listen") ? List.of(ListenGrant.parse("0")) : List.of()))
        .withChildren(grant.contains("create") ? 1 : 0)
        .withThreads(grant.contains("threads") ? 1 : 0)
        .withEnvironment(grant.contains("env") ? Set.of("LEVEL") : Set.of())
        .withEval(grant.contains("eval"))
        .withPreciseClock(grant.contains("hrtime"));
  }
}
