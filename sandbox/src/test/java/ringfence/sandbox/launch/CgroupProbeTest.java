package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.sandbox.policy.Cgroups;
import ringfence.sandbox.policy.Cgroups.Version;

/// The choice of a place for groups, over folders that look like the kernel's. What a kernel does with the files is
/// tried by [MemoryLimitIT], on the version that the machine has.
class CgroupProbeTest {
  private static final long OWN = 4711;

  @TempDir private Path mount;
  private Path group;

  @BeforeEach
  void makeGroup() throws IOException {
    group = Files.createDirectories(mount.resolve("user.slice/a scope"));
    Files.createDirectory(group.resolve("ringfence-host"));
    file("ringfence-host/cgroup.procs", "");
    file("cgroup.type", "domain\n");
    file("cgroup.controllers", "cpu memory pids\n");
    file("cgroup.subtree_control", "");
    file("cgroup.procs", OWN + "\n");
  }

  @Test
  void aHostThatIsAloneInItsGroupMovesIntoALeafAndBoundsTheGroupsChildren() throws IOException {
    Cgroups found = second();
    assertThat(found.missing()).isEmpty();
    assertThat(found.version()).isEqualTo(Version.V2);
    assertThat(found.memory()).contains(group);
    assertThat(found.pids()).contains(group);
    assertThat(group.resolve("ringfence-host/cgroup.procs")).hasContent(Long.toString(OWN));
    assertThat(group.resolve("cgroup.subtree_control")).hasContent("+memory +pids +cpu");
  }

  @Test
  void nobodyElsesProcessIsMoved() throws IOException {
    file("cgroup.procs", "17\n" + OWN + "\n");
    Cgroups found = second();
    assertThat(found.version()).isEqualTo(Version.NONE);
    assertThat(found.missing()).contains("holds 1 other processes");
    assertThat(found.cure()).contains("systemd-run");
    assertThat(group.resolve("ringfence-host/cgroup.procs")).isEmptyFile();
    assertThat(group.resolve("cgroup.subtree_control")).isEmptyFile();
  }

  @Test
  void theRootOfAllGroupsMayHoldProcessesBesideChildren() throws IOException {
    Files.delete(group.resolve("cgroup.type"));
    file("cgroup.procs", "17\n" + OWN + "\n");
    assertThat(second().memory()).contains(group);
    assertThat(group.resolve("ringfence-host/cgroup.procs")).isEmptyFile();
  }

  @Test
  void aHostThatHasMovedFindsTheSamePlaceAgain() throws IOException {
    file("cgroup.subtree_control", "cpu memory pids\n");
    Cgroups found = find("0::/user.slice/a scope/ringfence-host", v2Mount("/"));
    assertThat(found.memory()).contains(group);
    assertThat(found.cpu()).contains(group);
  }

  @Test
  void aGroupWithoutTheControllersIsNoPlace() throws IOException {
    file("cgroup.controllers", "cpu\n");
    assertThat(second().missing()).contains("[cpu]").contains("not memory and pids");
  }

  @Test
  void memoryAndPidsDoWithoutTheCpusController() throws IOException {
    file("cgroup.controllers", "memory pids\n");
    Cgroups found = second();
    assertThat(found.memory()).contains(group);
    assertThat(found.cpu()).isEmpty();
    assertThat(group.resolve("cgroup.subtree_control")).hasContent("+memory +pids");
  }

  @Test
  void aMountThatShowsAPartOfTheTreeIsUsedForThatPart() throws IOException {
    file("cgroup.subtree_control", "memory pids\n");
    assertThat(find("0::/docker/abc/user.slice/a scope", v2Mount("/docker/abc")).memory())
        .contains(group);
    assertThat(find("0::/elsewhere", v2Mount("/docker/abc")).version()).isEqualTo(Version.NONE);
    assertThat(find("0::/../other", v2Mount("/")).version()).isEqualTo(Version.NONE);
  }

  @Test
  void eachControllerOfVersionOneHasItsOwnPlace() throws IOException {
    Path memory = Files.createDirectories(mount.resolve("memory/a"));
    Path pids = Files.createDirectories(mount.resolve("pids/b"));
    Path cpu = Files.createDirectories(mount.resolve("cpu/c"));
    Cgroups found =
        new CgroupProbe(
                List.of("4:memory:/a", "3:pids,misc:/b", "2:cpu,cpuacct:/c", "0::/"),
                List.of(v1Mount("memory", "memory"), v1Mount("pids", "pids,misc"), v1Mount("cpu", "cpu,cpuacct")),
                OWN)
            .find();
    assertThat(found.version()).isEqualTo(Version.V1);
    assertThat(found.memory()).contains(memory);
    assertThat(found.pids()).contains(pids);
    assertThat(found.cpu()).contains(cpu);
  }

  @Test
  void withoutAnyMountItSaysSo() {
    Cgroups found = new CgroupProbe(List.of("0::/"), List.of("nonsense", ""), OWN).find();
    assertThat(found.version()).isEqualTo(Version.NONE);
    assertThat(found.missing()).isEqualTo("cgroup v2 is not mounted");
  }

  private Cgroups second() {
    return find("0::/user.slice/a scope", v2Mount("/"));
  }

  private static Cgroups find(String line, String mountLine) {
    return new CgroupProbe(List.of(line), List.of(mountLine), OWN).find();
  }

  private String v2Mount(String root) {
    return "30 23 0:26 " + root + " " + escaped(mount) + " rw,nosuid shared:4 - cgroup2 cgroup2 rw";
  }

  private String v1Mount(String folder, String controllers) {
    return "31 23 0:27 / " + escaped(mount.resolve(folder)) + " rw - cgroup cgroup rw," + controllers;
  }

  private static String escaped(Path path) {
    return path.toString().replace(" ", "\\040");
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(group.resolve(name), text);
  }
}
