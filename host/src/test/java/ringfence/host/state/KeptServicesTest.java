package ringfence.host.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.EasyWorkers;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.host.ServiceStatus;
import ringfence.host.ServicesManager;
import ringfence.host.StartFailedException;
import ringfence.sandbox.protocol.ServiceState;

class KeptServicesTest {
  @TempDir Path folder;

  /// One run of a host, with workers that cost nothing.
  private final class Host implements AutoCloseable {
    final ServicesManager services = EasyWorkers.manager();
    final StateFolder state = StateFolder.open(folder);
    final KeptServices kept = new KeptServices(services, Optional.of(state));
    final List<String> complaints = kept.restore();

    Host() {
      int _ = kept.resume();
    }

    Host with(String name, String... imports) {
      kept.create(define(name, "// " + name, imports));
      return this;
    }

    String running() {
      return String.join(
          " ",
          services.statuses().stream()
              .filter(status -> status.state() == ServiceState.RUNNING)
              .map(status -> status.name().value())
              .sorted()
              .toList());
    }

    @Override
    public void close() {
      services.close();
      state.close();
    }
  }

  private static ServiceDefinition define(String name, String code, String... imports) {
    return ServiceDefinition.named(name).code(code).imports(imports).build();
  }

  private Path file(String name) {
    return folder.resolve("services").resolve(name + ".json");
  }

  @Test
  void whatRanRunsAgainAndWhatWasClosedStaysClosed() {
    try (Host host = new Host()) {
      host.with("a").with("b", "a").with("c").with("d", "c").with("e");
      host.kept.start("b");
      host.kept.start("d");
      host.kept.start("e");
      var _ = host.kept.close("c");
      host.kept.destroy("e", true);
      assertThat(host.running()).isEqualTo("a b");
    }
    try (Host host = new Host()) {
      assertThat(host.complaints).isEmpty();
      await().until(() -> host.running().equals("a b"));
      assertThat(host.services.statuses().stream().map(ServiceStatus::name).map(Object::toString))
          .containsExactlyInAnyOrder("a", "b", "c", "d");
      // Was to run, and does as soon as what it imports does; that nobody wanted after it was closed.
      assertThat(host.services.status("d").wanted()).isTrue();
      assertThat(host.services.status("c").wanted()).isFalse();
      host.kept.start("c");
      await().until(() -> host.running().equals("a b c d"));
    }
  }

  @Test
  void whatShallRunIsKnownBeforeItRuns() throws IOException {
    try (Host host = new Host()) {
      host.with("a").with("b", "a");
      // As a host that is killed in the middle of the start of "b" leaves it.
      host.kept.start("b");
      assertThat(Files.readString(file("a"))).contains("\"wanted\":true");
      assertThat(Files.readString(file("b"))).contains("\"wanted\":true");
    }
  }

  @Test
  void theLastDefinitionComesBackEvenIfItDoesNotStart() {
    try (Host host = new Host()) {
      host.with("a");
      host.kept.start("a");
      host.kept.replace(define("a", "// second"));
      assertThatThrownBy(() -> host.kept.replace(define("a", "throw 3"))).isInstanceOf(StartFailedException.class);
      assertThatThrownBy(() -> host.kept.replace(define("a", "", "nobody"))).isInstanceOf(ServiceException.class);
    }
    assertThat(StateFolderTest.read(file("a")).definition().modules()).containsEntry("a.js", "throw 3");
  }

  @Test
  void aBrokenFileIsNamedAndSetAsideAndWhoImportsItWaits() throws IOException {
    try (Host host = new Host()) {
      host.with("a").with("b", "a").with("c");
      host.kept.start("b");
      host.kept.start("c");
    }
    String before = Files.readString(file("b"));
    Files.writeString(file("a"), Files.readString(file("a")).substring(0, 100));
    try (Host host = new Host()) {
      assertThat(host.complaints).hasSize(2);
      assertThat(host.complaints.getFirst())
          .startsWith(file("a") + " can't be read and its service is not restored: ")
          .endsWith("it is kept as " + folder.resolve("set-aside/a.json.1"));
      assertThat(host.complaints.getLast())
          .startsWith("service \"b\" is not restored: ")
          .endsWith("; its file stays as it is");
      await().until(() -> host.running().equals("c"));
      host.with("a");
    }
    // With "a" there again, "b" is back.
    assertThat(Files.readString(file("b"))).isEqualTo(before);
    try (Host host = new Host()) {
      assertThat(host.complaints).isEmpty();
      assertThat(host.services.status("b").wanted()).isTrue();
    }
  }

  @Test
  void whatCouldNotBeRestoredIsNeverOverwritten() throws IOException {
    try (Host host = new Host()) {
      host.with("a").with("b", "a");
    }
    String before = Files.readString(file("b"));
    Files.delete(file("a"));
    try (Host host = new Host()) {
      assertThat(host.complaints).hasSize(1);
      host.with("b");
    }
    assertThat(Files.readString(folder.resolve("set-aside/b.json.1"))).isEqualTo(before);
    assertThat(StateFolderTest.read(file("b")).definition().imports()).isEmpty();
  }

  @Test
  void nothingIsCreatedThatCanNotBeKept() throws IOException {
    try (Host host = new Host()) {
      // Root may write anywhere, but nobody into a folder that is a file.
      Files.delete(folder.resolve("services"));
      Files.createFile(folder.resolve("services"));

      assertThatThrownBy(() -> host.with("a"))
          .isInstanceOf(StateException.class)
          .hasMessageContaining("service \"a\" can't be kept in " + file("a"));
      assertThat(host.services.statuses()).isEmpty();
      Files.delete(folder.resolve("services"));
      Files.createDirectory(folder.resolve("services"));
      host.with("a");
    }
  }

  @Test
  void filesAreTheirOwnersAndNothingIsLeftBeside() throws IOException {
    try (Host host = new Host()) {
      host.with("a");
      host.kept.start("a");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file("a")))).isEqualTo("rw-------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("services"))))
          .isEqualTo("rwx------");
      try (Stream<Path> files = Files.list(folder.resolve("services"))) {
        assertThat(files).containsExactly(file("a"));
      }
    }
  }
}
