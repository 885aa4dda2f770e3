package ringfence.host;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.sandbox.launch.MachineProbe;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.policy.Facility;
import ringfence.sandbox.policy.Jit;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.Wall;

/// What a status says of the walls of a running service, held against what the kernel shows of its process.
@Timeout(120)
class WallsIT {
  private final MachineCapabilities machine = MachineProbe.detect();
  private final ServicesManager services = ServicesManager.open(HostOptions.defaults());

  @AfterEach
  void close() {
    services.close();
  }

  @Test
  void theKernelShowsEveryWallThatTheStatusNames() throws IOException {
    services.create(
        ServiceDefinition.named("walled")
            .code("export const a = 1;")
            .limits(Limits.DEFAULT.withHeapBytes(64L << 20))
            .build());
    services.start("walled");
    ServiceStatus status = services.status("walled");
    assertThat(status.walls()).extracting(Wall::kind).containsExactly(Wall.Kind.values());
    assertThat(status.walls()).filteredOn(Wall::required).allMatch(Wall::stands);

    ProcessHandle worker = worker(status);
    List<String> shown = Files.readAllLines(Path.of("/proc/" + worker.pid() + "/status"));
    // The deny-list from birth and the allow-list that it put on itself.
    assertThat(shown).contains("Seccomp:\t2", "Seccomp_filters:\t2", "NoNewPrivs:\t1");
    for (String set : List.of("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")) {
      assertThat(shown).contains(set + ":\t0000000000000000");
    }
    if (machine.has(Facility.Kind.USER_PER_WORKER)) {
      assertThat(shown).noneMatch(line -> line.startsWith("Uid:\t0\t")).anyMatch(line -> line.startsWith("Uid:"));
    }
    for (String namespace : List.of("user", "pid", "net", "ipc", "mnt", "uts")) {
      assertThat(namespace(worker.pid(), namespace)).isNotEqualTo(namespace(ProcessHandle.current().pid(), namespace));
    }
    // There may be an /etc, of the files alone that the JDK links to.
    for (String folder : List.of("home", "root", "tmp", "sys", "var", "bin")) {
      assertThat(Path.of("/proc/" + worker.pid() + "/root", folder)).doesNotExist();
    }
  }

  @Test
  void theWorkersMemoryIsBoundedByAGroupOfItsOwnOrByTheHostsWatch() throws IOException {
    services.create(
        ServiceDefinition.named("bounded")
            .code("export const a = 1;")
            .limits(Limits.DEFAULT.withHeapBytes(64L << 20))
            .jit(Jit.OFF)
            .build());
    services.start("bounded");
    ServiceStatus status = services.status("bounded");
    Optional<Path> place = machine.cgroups().memory();
    assertThat(status.walls())
        .filteredOn(wall -> wall.kind() == Wall.Kind.MEMORY)
        .singleElement()
        .extracting(Wall::enforcedBy, as(InstanceOfAssertFactories.STRING))
        .startsWith("320 MiB by " + (place.isPresent() ? machine.cgroups().version().word() : "the host's watch"));
    if (place.isEmpty()) {
      // What it says is true by MemoryLimitIT, which takes the groups away.
      return;
    }
    String memory =
        Files.readAllLines(Path.of("/proc/" + worker(status).pid() + "/cgroup")).stream()
            .filter(line -> line.contains(":memory:") || line.startsWith("0::"))
            .filter(line -> line.contains("/ringfence-"))
            .findFirst()
            .orElseThrow();
    Path folder = place.get().resolve(memory.substring(memory.lastIndexOf('/') + 1));
    Path bound = folder.resolve("memory.max");
    assertThat(Files.readString(Files.exists(bound) ? bound : folder.resolve("memory.limit_in_bytes")).strip())
        .isEqualTo(Long.toString(320L << 20));
    services.close("bounded");
    assertThat(folder).doesNotExist();
  }

  /// The outer process's last descendant.
  private static ProcessHandle worker(ServiceStatus status) {
    return ProcessHandle.of(status.pid().orElseThrow())
        .orElseThrow()
        .descendants()
        .filter(handle -> handle.info().command().orElse("").endsWith("/java"))
        .findFirst()
        .orElseThrow();
  }

  private static String namespace(long pid, String name) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/" + name)).toString();
  }
}
