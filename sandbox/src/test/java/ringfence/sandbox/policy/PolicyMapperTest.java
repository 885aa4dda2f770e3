package ringfence.sandbox.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;

class PolicyMapperTest {
  private static final MachineCapabilities WALLS = Machines.WHOLE;
  private static final MachineCapabilities BARE = Machines.NO_BUBBLEWRAP;

  @ParameterizedTest
  @CsvSource({
    "TRUSTED, TRUSTED",
    "CONSTRAINED, CONSTRAINED",
    "ISOLATED, CONSTRAINED",
    "UNTRUSTED, CONSTRAINED"
  })
  void everyLevelHasItsContextPolicyAndAllWallsWhereThereAreWalls(SandboxLevel level, String policy) {
    SandboxPlan plan = PolicyMapper.plan(level, Permissions.NONE, Limits.DEFAULT, WALLS);
    assertThat(plan.guest().sandboxPolicy()).isEqualTo(policy);
    assertThat(plan.process().walled()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = SandboxLevel.class,
      names = {"ISOLATED", "UNTRUSTED"})
  void strictLevelsAreRefusedWithoutWallsAndSayWhatMendsIt(SandboxLevel level) {
    assertThatThrownBy(() -> PolicyMapper.plan(level, Permissions.NONE, Limits.DEFAULT, BARE))
        .isInstanceOf(WallMissingException.class)
        .hasMessageContaining("apt-get install bubblewrap");
  }

  @ParameterizedTest
  @EnumSource(
      value = SandboxLevel.class,
      names = {"TRUSTED", "CONSTRAINED"})
  void lowerLevelsRunWithoutWalls(SandboxLevel level) {
    assertThat(PolicyMapper.plan(level, Permissions.NONE, Limits.DEFAULT, BARE).process().walled())
        .isFalse();
  }

  @ParameterizedTest
  @EnumSource(Jit.class)
  void compilesWhereThereIsACompilerUnlessItShallNot(Jit jit) {
    MachineCapabilities compiling = WALLS.withFacilities(List.of(new Facility(Facility.Kind.JIT, true, "graal", "")));
    ProcessPolicy process =
        PolicyMapper.plan(SandboxLevel.UNTRUSTED, Permissions.NONE, Limits.DEFAULT, jit, false, compiling).process();
    assertThat(process.compiled()).isEqualTo(jit != Jit.OFF);
    assertThat(process.heapBytes()).as("the service's own share").isEqualTo(Limits.DEFAULT.heapBytes());
    assertThat(process.jvmHeapBytes() - process.heapBytes())
        .isEqualTo(jit == Jit.OFF ? 0 : ProcessPolicy.COMPILER_HEAP_BYTES);
  }

  @Test
  void withoutACompilerOnlyOnIsRefused() {
    MachineCapabilities bare =
        WALLS.withFacilities(List.of(new Facility(Facility.Kind.JIT, false, "no jars", "build it")));
    for (Jit jit : List.of(Jit.AUTO, Jit.OFF)) {
      assertThat(
              PolicyMapper.plan(SandboxLevel.UNTRUSTED, Permissions.NONE, Limits.DEFAULT, jit, false, bare)
                  .process()
                  .compiled())
          .isFalse();
    }
    assertThatThrownBy(
            () -> PolicyMapper.plan(SandboxLevel.UNTRUSTED, Permissions.NONE, Limits.DEFAULT, Jit.ON, false, bare))
        .isInstanceOf(CompilerMissingException.class)
        .hasMessage("jit is on, but no jars; build it");
  }

  /// All levels on all machines: which walls are missing, of those which may be.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TRUSTED     | WHOLE         | language shared-memory",
        "CONSTRAINED | WHOLE         | ''",
        "ISOLATED    | WHOLE         | ''",
        "UNTRUSTED   | WHOLE         | ''",
        "TRUSTED     | NO_CGROUPS    | language shared-memory",
        "CONSTRAINED | NO_CGROUPS    | ''",
        "ISOLATED    | NO_CGROUPS    | ''",
        "UNTRUSTED   | NO_CGROUPS    | ''",
        "TRUSTED     | NO_BUBBLEWRAP | language namespaces root capabilities threads shared-memory",
        "CONSTRAINED | NO_BUBBLEWRAP | namespaces root capabilities threads",
        "ISOLATED    | NO_BUBBLEWRAP | refused",
        "UNTRUSTED   | NO_BUBBLEWRAP | refused",
      })
  void eachWallStandsOrIsSaidToBeMissing(SandboxLevel level, String machine, String missing) {
    assertThat(missing(level, machine(machine))).isEqualTo(missing);
  }

  private static MachineCapabilities machine(String name) {
    return switch (name) {
      case "WHOLE" -> Machines.WHOLE;
      case "NO_CGROUPS" -> Machines.NO_CGROUPS;
      case "NO_BUBBLEWRAP" -> Machines.NO_BUBBLEWRAP;
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static String missing(SandboxLevel level, MachineCapabilities machine) {
    List<Wall> walls;
    try {
      walls = PolicyMapper.plan(level, Permissions.NONE, Limits.DEFAULT, machine).walls();
    } catch (WallMissingException e) {
      return "refused";
    }
    assertThat(walls).extracting(Wall::kind).containsExactly(Wall.Kind.values());
    assertThat(walls).filteredOn(Wall::required).allMatch(Wall::stands);
    assertThat(walls).allMatch(wall -> wall.missing().isEmpty() != wall.enforcedBy().isEmpty());
    return walls.stream()
        .filter(wall -> !wall.stands())
        .map(wall -> wall.kind().word())
        .collect(Collectors.joining(" "));
  }

  @Test
  void memoryIsBoundedByWhatTheMachineHas() {
    assertThat(wall(Machines.WHOLE, Wall.Kind.MEMORY).enforcedBy()).isEqualTo("384 MiB by cgroup v2");
    assertThat(wall(Machines.NO_CGROUPS, Wall.Kind.MEMORY).enforcedBy()).contains("the host's watch");
  }

  /// A Worker's stack is no part of the heap; without a share for each, those that were granted would end their service.
  @Test
  void eachWorkerThatIsGrantedMayFillItsStack() {
    SandboxPlan plan =
        PolicyMapper.plan(SandboxLevel.UNTRUSTED, Permissions.NONE.withThreads(4), Limits.DEFAULT, WALLS);
    assertThat(plan.process().memoryBytes()).isEqualTo(Limits.DEFAULT.heapBytes() + (256L << 20) + 4 * (16L << 20));
    assertThat(wall(plan, Wall.Kind.MEMORY).enforcedBy()).isEqualTo("448 MiB by cgroup v2");
    assertThat(wall(plan, Wall.Kind.THREADS).enforcedBy()).startsWith("76 by ");
  }

  @Test
  void contextsAreRaisedOnlyWhereTheRuntimeHasIsolates() {
    for (SandboxLevel level : SandboxLevel.values()) {
      GuestPolicy guest =
          PolicyMapper.plan(level, Permissions.NONE, Limits.DEFAULT, Machines.WITH_ISOLATES).guest();
      assertThat(guest.sandboxPolicy()).isEqualTo(level.name());
    }
    assertThat(wall(Machines.WHOLE, Wall.Kind.CONTEXT).enforcedBy())
        .isEqualTo("SandboxPolicy.CONSTRAINED; this runtime has no isolates to raise it");
  }

  /// At every level: what a debugger costs, and nothing else.
  @ParameterizedTest
  @EnumSource(SandboxLevel.class)
  void aDebuggerCostsTheContextsPolicyAndNothingElse(SandboxLevel level) {
    SandboxPlan usual = plan(level, false);
    SandboxPlan debugged = plan(level, true);

    assertThat(debugged.process().debugged()).isTrue();
    assertThat(debugged.process().jvmHeapBytes() - usual.process().jvmHeapBytes())
        .isEqualTo(ProcessPolicy.DEBUGGER_HEAP_BYTES);
    assertThat(debugged.guest().sandboxPolicy())
        .isEqualTo(level == SandboxLevel.TRUSTED ? "TRUSTED" : "CONSTRAINED");
    List<Wall.Kind> costs = new ArrayList<>();
    for (int i = 0; i < usual.walls().size(); i++) {
      if (usual.walls().get(i).stands() != debugged.walls().get(i).stands()) {
        costs.add(usual.walls().get(i).kind());
      }
    }
    assertThat(costs).isEqualTo(level == SandboxLevel.TRUSTED ? List.of() : List.of(Wall.Kind.CONTEXT));
  }

  private static SandboxPlan plan(SandboxLevel level, boolean debug) {
    return PolicyMapper.plan(level, Permissions.NONE, Limits.DEFAULT, Jit.AUTO, debug, Machines.WITH_ISOLATES);
  }

  @Test
  void aPreciseClockThatIsGrantedIsAWallLess() {
    Wall clocks =
        wall(
            PolicyMapper.plan(
                SandboxLevel.UNTRUSTED,
                Permissions.NONE.withPreciseClock(true),
                Limits.DEFAULT,
                Machines.WHOLE),
            Wall.Kind.CLOCKS);
    assertThat(clocks.missing()).isEqualTo("permissions.hrtime grants finer clocks");
    assertThat(clocks.required()).isFalse();
  }

  private static Wall wall(MachineCapabilities machine, Wall.Kind kind) {
    return wall(
        PolicyMapper.plan(SandboxLevel.UNTRUSTED, Permissions.NONE, Limits.DEFAULT, machine), kind);
  }

  private static Wall wall(SandboxPlan plan, Wall.Kind kind) {
    return plan.walls().stream().filter(wall -> wall.kind() == kind).findFirst().orElseThrow();
  }

  @Test
  void onlyGrantedSwitchesAreOn() {
    Permissions all = Permissions.NONE.withEnvironment(Set.of("LOG_LEVEL")).withEval(true).withPreciseClock(true);
    GuestPolicy none =
        PolicyMapper.plan(SandboxLevel.UNTRUSTED, Permissions.NONE, Limits.DEFAULT, WALLS).guest();
    GuestPolicy granted =
        PolicyMapper.plan(SandboxLevel.UNTRUSTED, all, Limits.DEFAULT, WALLS).guest();
    assertThat(none).isEqualTo(GuestPolicy.STRICTEST);
    assertThat(granted).isEqualTo(GuestPolicy.STRICTEST.withEvalAllowed(true).withPreciseClock(true));
  }

  @Test
  void aParentContainsAChildWithFewerRightsAndNoOther() {
    Permissions parent = Permissions.NONE.withEnvironment(Set.of("A", "B")).withEval(true).withChildren(2);
    assertThat(parent.contains(Permissions.NONE)).isTrue();
    assertThat(parent.contains(Permissions.NONE.withEnvironment(Set.of("B")).withEval(true).withChildren(2))).isTrue();
    assertThat(parent.contains(Permissions.NONE.withEnvironment(Set.of("C")))).isFalse();
    assertThat(parent.contains(Permissions.NONE.withPreciseClock(true))).isFalse();
    assertThat(parent.contains(Permissions.NONE.withChildren(3))).isFalse();
  }
}
