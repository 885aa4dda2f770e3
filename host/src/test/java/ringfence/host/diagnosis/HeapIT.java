package ringfence.host.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.HostOptions;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.sandbox.protocol.HeapSums.Kind;

/// The memory of a real worker, sealed and without `debug`.
@Timeout(180)
class HeapIT {
  private static final long MIB = 1 << 20;

  private static final String CODE =
      """
      const held = [];
      export const holdBytes = () => { held.push(new Uint8Array(20 << 20).fill(1)); };
      export const holdText = () => {
        for (let i = 0; i < 20; i++) held.push(String(i % 10).repeat(1 << 20) + "!");
        return held.reduce((sum, one) => sum + one.length, 0) > 0 && held.at(-1).charCodeAt(5);
      };
      export const holdArrays = () => {
        for (let i = 0; i < 40; i++) held.push(Array.from({ length: 65536 }, (_, n) => n + 0.5));
      };
      export const drop = () => { held.length = 0; };
      """;

  private final ServicesManager services = ServicesManager.open(HostOptions.defaults());

  @AfterEach
  void close() {
    services.close();
  }

  private Map<String, Long> heap() {
    ServiceMemory memory = services.memory("holder");
    assertThat(memory.heap().used()).isPositive().isLessThanOrEqualTo(memory.heap().most());
    assertThat(memory.heap().threads()).isBetween(2, 60);
    assertThat(memory.process()).as("the kernel's words")
        .hasValueSatisfying(process -> assertThat(process.own()).isGreaterThan(memory.heap().used() / 2));
    return memory.rows().stream()
        .filter(row -> row.where().equals("heap"))
        .collect(Collectors.toMap(ServiceMemory.Row::kind, ServiceMemory.Row::bytes));
  }

  private static void grew(Map<String, Long> before, Map<String, Long> after, Kind kind) {
    for (Kind each : Kind.values()) {
      long more = after.getOrDefault(each.words(), 0L) - before.getOrDefault(each.words(), 0L);
      if (each == kind) {
        assertThat(more).as(each.words()).isBetween(18 * MIB, 26 * MIB);
      } else {
        assertThat(more).as(each.words()).isLessThan(6 * MIB);
      }
    }
  }

  @Test
  void showsWhatIsHeldInTheRowOfItsKind() {
    services.create(ServiceDefinition.named("holder").code(CODE).build());
    services.start("holder");
    try (ServiceClient client = services.connect("holder")) {
      Map<String, Long> before = heap();
      client.call("holder", "holdBytes");
      grew(before, heap(), Kind.BYTES);
      client.call("holder", "drop");
      before = heap();
      client.call("holder", "holdText");
      grew(before, heap(), Kind.BYTES);
      client.call("holder", "drop");
      before = heap();
      client.call("holder", "holdArrays");
      grew(before, heap(), Kind.ARRAYS);
    }
  }
}
