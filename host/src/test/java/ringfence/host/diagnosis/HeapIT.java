package ringfence.host.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  private static final String USED = "used";

  private static final String CODE =
      """
      const held = [];
      export const holdBytes = () => { held.push(new Uint8Array(20 << 20).fill(1)); };
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
    return Stream.concat(
            Stream.of(new ServiceMemory.Row("heap", USED, memory.heap().used(), 0)),
            memory.rows().stream().filter(row -> row.where().equals("heap")))
        .collect(Collectors.toMap(ServiceMemory.Row::kind, ServiceMemory.Row::bytes));
  }

  private static void grew(Map<String, Long> before, Map<String, Long> after, Kind kind) {
    long used = after.getOrDefault(USED, 0L) - before.getOrDefault(USED, 0L);
    assertThat(used).as("used of the heap").isBetween(16 * MIB, 28 * MIB);
    if (after.size() == 1) {
      // Only that: the JVM of this worker offers no class histogram.
      return;
    }
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
  void showsWhatAServiceHolds() {
    services.create(ServiceDefinition.named("holder").code(CODE).build());
    services.start("holder");
    try (ServiceClient client = services.connect("holder")) {
      Map<String, Long> before = heap();
      client.call("holder", "holdBytes");
      grew(before, heap(), Kind.BYTES);
    }
  }
}
