package ringfence.host.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.protocol.ServiceName;

class DependencyGraphTest {
  private static final int RANDOM_GRAPHS = 300;

  @Test
  void ordersDependenciesFirst() {
    DependencyGraph graph = graph("page: counter", "counter:", "report: page counter");

    assertThat(names(graph.startOrder())).containsExactly("counter", "page", "report");
    assertThat(names(graph.closeOrder())).containsExactly("report", "page", "counter");
    assertThat(names(graph.startOrder(name("page")))).containsExactly("counter", "page");
    assertThat(names(graph.dependantsInCloseOrder(name("counter")))).containsExactly("report", "page");
    assertThat(names(graph.dependants(name("page")))).containsExactly("report");
    assertThat(names(graph.imports(name("report")))).containsExactly("page", "counter");
  }

  @Test
  void keepsTheOrderOfAdditionAmongEquals() {
    assertThat(names(graph("z:", "a:", "m:").startOrder())).containsExactly("z", "a", "m");
  }

  @Test
  void drawsTheWholeCycleAndNothingElse() {
    assertThatThrownBy(() -> graph("before: a", "a: b x", "b: c", "c: a", "x:"))
        .isInstanceOf(ImportCycleException.class)
        .hasMessage("import cycle: a -> b -> c -> a");
    assertThatThrownBy(() -> graph("own: own")).hasMessage("import cycle: own -> own");
  }

  @Test
  void namesTheMissingImport() {
    assertThatThrownBy(() -> graph("report: store"))
        .isInstanceOf(UnknownImportException.class)
        .hasMessage(
            "service \"report\" imports \"store\", which does not exist; create \"store\" first");
  }

  @Test
  void losesOnlyWhatNobodyImports() {
    DependencyGraph graph = graph("page: counter", "counter:");

    assertThatThrownBy(() -> graph.minus(name("counter")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("[page] import \"counter\"");
    assertThat(names(graph.minus(name("page")).startOrder())).containsExactly("counter");
  }

  @Test
  void longChainsNeedNoDeepStack() {
    SequencedMap<ServiceName, List<ServiceName>> chain = new LinkedHashMap<>();
    for (int i = 20_000; i > 0; i--) {
      chain.put(name("s" + i), i == 20_000 ? List.of() : List.of(name("s" + (i + 1))));
    }
    DependencyGraph graph = DependencyGraph.empty().plus(chain);

    assertThat(graph.startOrder(name("s1"))).hasSize(20_000);
  }

  @Test
  void randomGraphsAreOrderedOrHaveACycle() {
    long seed = Long.getLong("ringfence.seed", System.nanoTime());
    System.out.println(
        "seed " + seed + "; again with: mvn -pl host -am test -Dtest=DependencyGraphTest"
            + " -DargLine='-Dringfence.seed=" + seed + "'");
    Random random = new Random(seed);
    int cyclic = 0;
    for (int i = 0; i < RANDOM_GRAPHS; i++) {
      SequencedMap<ServiceName, List<ServiceName>> edges = randomEdges(random);
      try {
        checkOrders(DependencyGraph.empty().plus(edges), edges);
      } catch (ImportCycleException e) {
        cyclic++;
        checkCycle(String.valueOf(e.getMessage()), edges);
      }
    }
    assertThat(cyclic).isBetween(1, RANDOM_GRAPHS - 1);
  }

  private static void checkOrders(
      DependencyGraph graph, SequencedMap<ServiceName, List<ServiceName>> edges) {
    List<ServiceName> order = graph.startOrder();
    assertThat(order).containsExactlyInAnyOrderElementsOf(edges.keySet());
    edges.forEach(
        (importer, imports) -> {
          for (ServiceName imported : imports) {
            assertThat(order.indexOf(imported)).isLessThan(order.indexOf(importer));
            assertThat(graph.dependantsInCloseOrder(imported)).contains(importer);
            assertThat(graph.startOrder(importer)).contains(imported).endsWith(importer);
          }
        });
  }

  private static void checkCycle(
      String message, SequencedMap<ServiceName, List<ServiceName>> edges) {
    List<ServiceName> path = new ArrayList<>();
    for (String part : message.substring("import cycle: ".length()).split(" -> ", -1)) {
      path.add(name(part));
    }
    assertThat(path.getFirst()).isEqualTo(path.getLast());
    for (int i = 0; i + 1 < path.size(); i++) {
      assertThat(edges.get(path.get(i))).contains(path.get(i + 1));
    }
  }

  private static SequencedMap<ServiceName, List<ServiceName>> randomEdges(Random random) {
    int size = 1 + random.nextInt(12);
    SequencedMap<ServiceName, List<ServiceName>> edges = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      List<ServiceName> imports = new ArrayList<>();
      for (int j = 0; j < size; j++) {
        if (random.nextInt(size * 2) == 0 && (i > j || random.nextInt(3) == 0)) {
          imports.add(name("s" + j));
        }
      }
      edges.put(name("s" + i), imports);
    }
    return edges;
  }

  /// Each service as `name: import import`.
  private static DependencyGraph graph(String... services) {
    SequencedMap<ServiceName, List<ServiceName>> edges = new LinkedHashMap<>();
    for (String service : services) {
      List<ServiceName> imports = new ArrayList<>();
      int colon = service.indexOf(':');
      for (String imported : service.substring(colon + 1).trim().split(" ", -1)) {
        if (!imported.isEmpty()) {
          imports.add(name(imported));
        }
      }
      edges.put(name(service.substring(0, colon)), imports);
    }
    return DependencyGraph.empty().plus(edges);
  }

  private static List<String> names(Iterable<ServiceName> names) {
    List<String> all = new ArrayList<>();
    names.forEach(name -> all.add(name.value()));
    return all;
  }

  private static ServiceName name(String name) {
    return new ServiceName(name);
  }
}
