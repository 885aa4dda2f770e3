package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringfence.host.HostOptions;
import ringfence.sandbox.policy.Cgroups;
import ringfence.sandbox.policy.Facility;
import ringfence.sandbox.policy.Facility.Kind;
import ringfence.sandbox.policy.MachineCapabilities;

class DoctorReportTest {
  private static final Facility BUBBLEWRAP =
      new Facility(Kind.BUBBLEWRAP, true, "bubblewrap 0.8.0 at /usr/bin/bwrap", "");
  private static final Facility NO_GROUP =
      new Facility(Kind.CGROUP_MEMORY, false, "the group is not delegated", "systemd-run --scope ringfence");

  @Test
  void tellsOfEachThingAndOfWhatIsMissingAlsoWhatFollowsAndWhatHelps() {
    DoctorReport report = report("", BUBBLEWRAP, NO_GROUP);
    assertThat(report.lines())
        .startsWith(
            "yes  bubblewrap      bubblewrap 0.8.0 at /usr/bin/bwrap",
            "no   cgroup-memory   the group is not delegated",
            "                     so: " + Kind.CGROUP_MEMORY.consequence(),
            "                     help: systemd-run --scope ringfence")
        .endsWith("Untrusted services can run here.");
    assertThat(report.untrustedCanRun()).isTrue();
  }

  @Test
  void showsTheCapsOfTheHostAsTheManifestWritesThem() {
    assertThat(report("").lines())
        .anyMatch(
            line ->
                line.startsWith(
                    "A service may ask for at most heap 4GiB, start 24h, close 24h, turn 24h, call 576h, cpu 6400%, output 1000000 lines"));
  }

  @Test
  void untrustedCanNotRunWithoutWallsNorWithoutWhatTheyNeed() throws Exception {
    DoctorReport bare = report("bubblewrap is missing; install it");
    assertThat(bare.untrustedCanRun()).isFalse();
    assertThat(bare.lines().getLast())
        .isEqualTo("Untrusted services can't run here: bubblewrap is missing; install it");
    DoctorReport old = report("", new Facility(Kind.FUTEX_WAITV, false, "no futex_waitv", "a newer kernel"));
    assertThat(old.untrustedCanRun()).isFalse();
    assertThat(old.lines().getLast()).endsWith("can't run here: no futex_waitv");
    JsonNode json = new ObjectMapper().readTree(old.json());
    assertThat(json.get("untrustedCanRun").booleanValue()).isFalse();
    assertThat(json.get("obstacle").textValue()).isEqualTo("no futex_waitv");
  }

  @Test
  void jsonHasTheSameFacts() throws Exception {
    JsonNode json = new ObjectMapper().readTree(report("", BUBBLEWRAP, NO_GROUP).json());
    assertThat(json.get("untrustedCanRun").booleanValue()).isTrue();
    JsonNode group = json.get("facilities").get(1);
    assertThat(group.get("name").textValue()).isEqualTo("cgroup-memory");
    assertThat(group.get("there").booleanValue()).isFalse();
    assertThat(group.get("needed").booleanValue()).isFalse();
    assertThat(group.get("consequence").textValue()).isEqualTo(Kind.CGROUP_MEMORY.consequence());
    assertThat(group.get("cure").textValue()).isEqualTo("systemd-run --scope ringfence");
    assertThat(json.get("most").get("heap").textValue()).isEqualTo("4GiB");
  }

  private static DoctorReport report(String missing, Facility... facilities) {
    return new DoctorReport(
        new MachineCapabilities(Path.of("/usr/bin/bwrap"), missing, Cgroups.UNKNOWN, List.of(facilities)),
        HostOptions.defaults().most());
  }
}
