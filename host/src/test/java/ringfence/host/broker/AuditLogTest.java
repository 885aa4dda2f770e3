package ringfence.host.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.sandbox.permission.AccessRequest;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.protocol.ServiceName;

class AuditLogTest {
  private static final ServiceName REPORT = new ServiceName("report");
  private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-01-01T12:00:00Z"));

  @TempDir Path folder;

  @Test
  void eachDecisionIsALine() throws Exception {
    Path file = folder.resolve("audit");
    try (AuditLog audit = AuditLog.to(file, NOON)) {
      Doorkeeper door = new Doorkeeper(REPORT, 3, Permissions.NONE.withChildren(1), audit);
      assertThat(door.decide(new AccessRequest.CreateService("report-a", 0))).isEqualTo(new Decision.Granted());
      assertThat(door.decide(new AccessRequest.ReadFile("a\n\"}"))).isInstanceOf(Decision.Denied.class);
    }
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"time\":\"2026-01-01T12:00:00Z\",\"service\":\"report\",\"incarnation\":3,\"permission\":\"create\","
                + "\"resource\":\"report-a\",\"granted\":true}",
            "{\"time\":\"2026-01-01T12:00:00Z\",\"service\":\"report\",\"incarnation\":3,\"permission\":\"read\","
                + "\"resource\":\"a\\n\\\"}\",\"granted\":false,"
                + "\"reason\":\"service \\\"report\\\" may not read a\\\\u000a\\\"}\","
                + "\"cure\":\"permissions.read: [\\\"a\\\\u000a\\\\\\\"}\\\"]\"}");
    assertThat(Files.getPosixFilePermissions(file)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void appendsToWhatIsThere() throws Exception {
    Path file = folder.resolve("audit");
    Files.writeString(file, "before\n");
    try (AuditLog audit = AuditLog.to(file, NOON)) {
      audit.record(REPORT, 1, new AccessRequest.StartThread(0), new Decision.Granted());
    }
    assertThat(Files.readAllLines(file)).hasSize(2).first().isEqualTo("before");
  }

  /// Attack: a run ends in the middle of a decision, and the interrupt of its thread closes the log for all others.
  @Test
  void anInterruptedThreadWritesItsLineAndClosesNothing() throws Exception {
    Path file = folder.resolve("audit");
    try (AuditLog audit = AuditLog.to(file, NOON)) {
      Thread.currentThread().interrupt();
      audit.record(REPORT, 1, new AccessRequest.StartThread(0), new Decision.Granted());
      assertThat(Thread.interrupted()).isTrue();
      audit.record(REPORT, 1, new AccessRequest.StartThread(0), new Decision.Granted());
    }
    assertThat(Files.readAllLines(file)).hasSize(2);
  }

  /// /dev/full is a disk that is always full.
  @Test
  void whatCanNotBeTakenDownIsNotAllowed() {
    try (AuditLog audit = AuditLog.to(Path.of("/dev/full"), NOON)) {
      Doorkeeper door = new Doorkeeper(REPORT, 1, Permissions.NONE.withThreads(1), audit);
      assertThatThrownBy(() -> door.decide(new AccessRequest.StartThread(0)))
          .isInstanceOf(AuditException.class)
          .hasMessage("the audit log /dev/full can't be written: No space left on device");
    }
  }

  // A host that was killed, or a disk that was full, had cut a line off. The next one went on in it, and nobody could read
  // either of them.
  @Test
  void aLineThatWasCutOffDoesNotSwallowTheNextOne() throws IOException {
    Path file = folder.resolve("torn.jsonl");
    Files.writeString(file, "{\"time\":\"2026-01-01T00:00:00Z\",\"serv");
    try (AuditLog audit = AuditLog.to(file, NOON)) {
      audit.record(REPORT, 1, new AccessRequest.StartThread(0), new Decision.Granted());
      audit.record(REPORT, 2, new AccessRequest.StartThread(0), new Decision.Granted());
    }
    assertThat(Files.readAllLines(file))
        .hasSize(3)
        .last()
        .asString()
        .startsWith("{\"time\":")
        .contains("\"incarnation\":2")
        .endsWith("}");
  }

  @Test
  void whatARunHoldsOpenIsBoundedAndClosedWithIt() throws Exception {
    Handles handles = new Handles(2);
    Set<String> closed = java.util.concurrent.ConcurrentHashMap.newKeySet();
    int first = handles.add(() -> closed.add("first"));
    int second = handles.add(() -> closed.add("second"));
    assertThatThrownBy(() -> handles.add(() -> {}))
        .isInstanceOf(Handles.FullException.class)
        .hasMessage("too many open files: 2 are open, as many as limits.files allows; close some first");
    handles.close(first);
    handles.close(first);
    assertThat(closed).containsExactly("first");
    assertThat(handles.add(() -> closed.add("third"))).isNotEqualTo(second);
    handles.close();
    assertThat(closed).containsExactlyInAnyOrder("first", "second", "third");
    assertThatThrownBy(() -> handles.add(() -> {})).hasMessage("the run has ended");
  }
}
