package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.policy.SandboxLevel;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// Parents and children, replacement, and destruction with all that stands above.
class FamilyScenariosTest {
  private final House house = new House();

  @AfterEach
  void close() {
    house.close();
  }

  @Test
  void aChildImportsItsParentAndStartsAfterIt() {
    house.with("parent");
    child("parent", House.define("child").build());

    house.begin("child");
    house.comesUp("parent", "child");

    assertThat(house.status("child").imports()).containsExactly(name("parent"));
    assertThat(house.status("child").parent()).contains(name("parent"));
    assertThat(house.status("child").state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void childrenCloseBeforeTheirParent() {
    house.with("parent");
    child("parent", House.define("child").build());
    house.begin("child");
    house.comesUp("parent", "child");

    house.beginClose("parent");
    assertThat(house.workers.of("parent").askedToClose()).isFalse();
    house.closesAsAsked("child", "parent");

    assertThat(house.status("parent").state()).isEqualTo(ServiceState.CLOSED);
  }

  @Test
  void childrenOfCrashedParentsCloseAndComeBackIfJavaCodeCreatedThem() {
    house.with("parent");
    child("parent", House.define("child").build());
    house.begin("child");
    house.comesUp("parent", "child");

    assertThat(house.logAfter(() -> house.dies("parent")))
        .containsExactly("child>CLOSING", "parent>CLOSED");
    house.closesAsAsked("child");
    house.up("parent");
    house.comesUp("child");

    assertThat(house.status("child").state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void childrenThatARunCreatedAreDestroyedWithIt() {
    house.with("parent").up("parent");
    ServiceController run = run("parent");
    house.nodes.createChild(run, House.define("child").build());
    house.up("child");
    house.nodes.createChild(run("child"), House.define("grandchild").build());
    house.up("grandchild");

    house.dies("parent");
    house.closesAsAsked("grandchild", "child");

    assertThat(house.nodes.statuses()).extracting(ServiceStatus::name).containsExactly(name("parent"));
    house.up("parent");
    house.nodes.createChild(run("parent"), House.define("child").build());
  }

  @Test
  void aChildThatNeverRanGoesWithItsCreatorToo() {
    house.with("parent").up("parent");
    house.nodes.createChild(run("parent"), House.define("child").build());

    house.beginClose("parent");
    house.closesAsAsked("parent");

    assertThat(house.nodes.statuses()).hasSize(1);
  }

  @Test
  void namesEveryRightThatTheParentLacks() {
    house.create(
        House.define("parent")
            .policy(SandboxLevel.UNTRUSTED)
            .permissions(Permissions.NONE.withEnvironment(Set.of("A")).withPreciseClock(true).withChildren(1))
            .build());
    house.with("other");
    ServiceDefinition greedy =
        House.define("child", "other")
            .policy(SandboxLevel.TRUSTED)
            .debug(true)
            .permissions(Permissions.NONE.withEnvironment(Set.of("A", "B")).withEval(true).withPreciseClock(true).withChildren(2))
            .build();

    assertThatThrownBy(() -> child("parent", greedy))
        .isInstanceOf(ServiceException.class)
        .hasMessage(
            "service \"child\" may not have what its parent \"parent\" lacks: policy trusted (the parent has untrusted),"
                + " debug, permissions.env [B], permissions.create 2 (of at most 1), permissions.eval, imports [other];"
                + " grant it to \"parent\" too, or leave it out");
    assertThat(house.nodes.statuses()).hasSize(2);
  }

  @Test
  void siblingsMayImportEachOtherAndStrangersMayNot() {
    house.with("parent").up("parent");
    house.nodes.createChild(run("parent"), House.define("first").build());
    house.nodes.createChild(run("parent"), House.define("second", "first").build());

    assertThatThrownBy(() -> house.with("stranger", "first"))
        .hasMessage(
            "service \"stranger\" imports \"first\", which a run of \"parent\" created and which ends with that run;"
                + " only what descends from that run may import it");
  }

  @Test
  void replacesAServiceAndBringsBackWhatImportsIt() {
    house.with("old").with("new").with("b", "old").with("a", "b");
    house.begin("a");
    house.comesUp("old", "b", "a");

    CompletableFuture<Void> replaced = house.nodes.replace(House.define("b", "new").build());
    house.steps.run();
    assertThatThrownBy(() -> house.nodes.replace(House.define("b").build()))
        .hasMessage("service \"b\" is being replaced already; wait until that is done");
    house.closesAsAsked("a", "b");
    // It is wanted, and what it imports now is not: a command must say so.
    house.up("new");
    house.comesUp("b", "a");

    assertThat(house.status("b").imports()).containsExactly(name("new"));
    assertThat(house.status("a").state()).isEqualTo(ServiceState.RUNNING);
    assertThat(replaced).isCompletedExceptionally();
  }

  @Test
  void aReplacementRunsAtOnceWhenItsImportsDo() {
    house.with("b").up("b");

    CompletableFuture<Void> replaced =
        house.nodes.replace(House.define("b").arguments(List.of("2")).build());
    house.steps.run();
    house.closesAsAsked("b");
    assertThat(replaced).isNotDone();
    house.comesUp("b");

    assertThat(replaced).isCompleted();
    assertThat(house.status("b").incarnation()).isEqualTo(2);
  }

  @Test
  void aRefusedReplacementChangesNothing() {
    house.with("b").with("a", "b");
    house.begin("a");
    house.comesUp("b", "a");
    int before = house.transitions.size();

    assertThatThrownBy(() -> house.nodes.replace(House.define("b", "a").build()))
        .hasMessage("import cycle: b -> a -> b");
    assertThatThrownBy(() -> house.nodes.replace(House.define("b", "none").build()))
        .isInstanceOf(ServiceException.class);

    house.steps.run();
    assertThat(house.transitions).hasSize(before);
    assertThat(house.status("b").imports()).isEmpty();
  }

  @Test
  void aReplacementMustNotTakeAwayWhatAChildHas() {
    house.create(House.define("parent").permissions(Permissions.NONE.withEnvironment(Set.of("A"))).build());
    child("parent", House.define("child").permissions(Permissions.NONE.withEnvironment(Set.of("A"))).build());

    assertThatThrownBy(() -> house.nodes.replace(House.define("parent").build()))
        .hasMessageContaining("may not have what its parent \"parent\" lacks: permissions.env [A]");
  }

  @Test
  void closingWhileReplacingSwapsAndStaysClosed() {
    house.with("b").up("b");
    CompletableFuture<Void> replaced =
        house.nodes.replace(House.define("b").arguments(List.of("2")).build());

    house.beginClose("b");
    house.closesAsAsked("b");

    assertThat(replaced).isCompleted();
    assertThat(house.workers.started).hasSize(1);
  }

  @Test
  void destroysWithAllThatStandsAbove() {
    house.with("b").with("a", "b").with("c", "a").with("other");
    house.begin("c");
    house.comesUp("b", "a", "c");

    CompletableFuture<Void> gone = house.nodes.destroyWithDependants(name("b"));
    house.steps.run();
    assertThatThrownBy(() -> house.with("late", "b")).hasMessage("service \"b\" is being destroyed");
    assertThatThrownBy(() -> house.nodes.start(name("c"), Imports.START))
        .hasMessage("service \"c\" is being destroyed");
    house.closesAsAsked("c", "a");
    assertThat(gone).isNotDone();
    house.closesAsAsked("b");

    assertThat(gone).isCompleted();
    assertThat(house.nodes.statuses()).extracting(ServiceStatus::name).containsExactly(name("other"));
  }

  @Test
  void aCrashAtTheBottomOfALongChainClosesAllInOrder() {
    house.with("n0");
    for (int i = 1; i < 100; i++) {
      house.with("n" + i, "n" + (i - 1));
    }
    house.begin("n99");
    for (int i = 0; i < 100; i++) {
      house.comesUp("n" + i);
    }

    List<String> step = house.logAfter(() -> house.dies("n0"));
    List<String> rest =
        house.logAfter(
            () -> {
              for (int i = 99; i > 0; i--) {
                house.closesAsAsked("n" + i);
              }
            });

    assertThat(step).hasSize(100).startsWith("n99>CLOSING", "n98>CLOSING").endsWith("n1>CLOSING", "n0>CLOSED");
    assertThat(rest).hasSize(99).startsWith("n99>CLOSED", "n98>CLOSED").endsWith("n1>CLOSED");
    assertThat(house.cause("n99")).contains(new ExitCause.DependencyLost(name("n0")));
    assertThat(house.nodes.links()).isZero();
  }

  private void child(String parent, ServiceDefinition definition) {
    house.nodes.createChild(name(parent), definition);
  }

  private ServiceController run(String name) {
    return (ServiceController) house.workers.of(name).listener;
  }

  private static ServiceName name(String name) {
    return new ServiceName(name);
  }
}
