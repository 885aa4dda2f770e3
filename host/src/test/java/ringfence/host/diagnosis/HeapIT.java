package ringfence.host.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringfence.host.HostOptions;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.sandbox.policy.Jit;
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

  /// Gives what the heap grew by while the service came to hold 20 MiB of bytes more.
  private Map<String, Long> growth(Jit jit, boolean debug) {
    services.create(ServiceDefinition.named("holder").code(CODE).jit(jit).debug(debug).build());
    services.start("holder");
    try (ServiceClient client = services.connect("holder")) {
      Map<String, Long> before = heap();
      client.call("holder", "holdBytes");
      Map<String, Long> growth = heap();
      growth.replaceAll((kind, bytes) -> bytes - before.getOrDefault(kind, 0L));
      return growth;
    }
  }

  @ParameterizedTest
  @CsvSource({"OFF, false", "AUTO, true"})
  void showsWhatAServiceHoldsAndOfWhatKindItIs(Jit jit, boolean debug) {
    Map<String, Long> growth = growth(jit, debug);
    assertThat(growth.remove(USED)).isBetween(16 * MIB, 28 * MIB);
    assertThat(growth.remove(Kind.BYTES.words())).isBetween(18 * MIB, 26 * MIB);
    assertThat(growth).isNotEmpty().allSatisfy((kind, more) -> assertThat(more).as(kind).isLessThan(6 * MIB));
  }

  @Test
  void showsOnlyHowMuchItIsWhereTheWorkerCompilesAndNobodyDebugs() {
    assertThat(growth(Jit.ON, false)).containsOnlyKeys(USED).hasEntrySatisfying(USED, more -> assertThat(more).isBetween(16 * MIB, 28 * MIB));
  }
}
