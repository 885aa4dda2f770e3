package ringfence.sandbox.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.Permissions;

class PolicyMapperTest {
  private static final MachineCapabilities WALLS =
      new MachineCapabilities(Path.of("/usr/bin/bwrap"), "");
  private static final MachineCapabilities BARE =
      new MachineCapabilities(null, "bubblewrap is missing; run: apt-get install bubblewrap");

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

  @Test
  void onlyGrantedSwitchesAreOn() {
    Permissions all = new Permissions(Set.of("LOG_LEVEL"), true, true, 0);
    GuestPolicy none =
        PolicyMapper.plan(SandboxLevel.UNTRUSTED, Permissions.NONE, Limits.DEFAULT, WALLS).guest();
    GuestPolicy granted =
        PolicyMapper.plan(SandboxLevel.UNTRUSTED, all, Limits.DEFAULT, WALLS).guest();
    assertThat(none).isEqualTo(new GuestPolicy("CONSTRAINED", false, false));
    assertThat(granted).isEqualTo(new GuestPolicy("CONSTRAINED", true, true));
  }

  @Test
  void aParentContainsAChildWithFewerRightsAndNoOther() {
    Permissions parent = new Permissions(Set.of("A", "B"), true, false, 2);
    assertThat(parent.contains(Permissions.NONE)).isTrue();
    assertThat(parent.contains(new Permissions(Set.of("B"), true, false, 2))).isTrue();
    assertThat(parent.contains(new Permissions(Set.of("C"), false, false, 0))).isFalse();
    assertThat(parent.contains(new Permissions(Set.of(), false, true, 0))).isFalse();
    assertThat(parent.contains(new Permissions(Set.of(), false, false, 3))).isFalse();
  }
}
