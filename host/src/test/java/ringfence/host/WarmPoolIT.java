package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.flight.FlightRecording;
import ringfence.host.metrics.HostMetrics;
import ringfence.sandbox.permission.Limits;

/// Real workers that are there before anybody asks for them.
@Timeout(120)
class WarmPoolIT {
  private static final String CODE =
      """
      import { readFile } from "node:fs/promises";
      let n = 0;
      export const count = () => ++n;
      """;

  private final ServicesManager services = ServicesManager.open(HostOptions.defaults().withWarmWorkers(1));

  @AfterEach
  void leaveNothing() {
    services.close();
    await().until(() -> children().isEmpty());
  }

  @Test
  void eachIsTakenOnceAndReplaced(@TempDir Path folder) throws IOException {
    FlightRecording flight = new FlightRecording();
    awaitReady();
    Set<Long> warm = children();
    services.create(ServiceDefinition.named("a").code(CODE).build());
    services.start("a");

    long first = services.status("a").pid().orElseThrow();
    assertThat(warm).as("the worker that was there").contains(first);
    assertThat(services.pool().taken()).isOne();
    try (var client = services.connect("a")) {
      assertThat(client.call("a", "count").asLong()).isOne();
    }
    awaitReady();
    services.restart("a");
    assertThat(services.status("a").pid().orElseThrow()).as("of the second run").isNotEqualTo(first);
    try (var client = services.connect("a")) {
      assertThat(client.call("a", "count").asLong()).as("nothing of the first run's").isOne();
    }
    assertThat(services.pool().taken()).isEqualTo(2);
    assertThat(services.pool().missed()).isZero();
    try (HostMetrics metrics = new HostMetrics(services)) {
      assertThat(metrics.scrape())
          .contains("ringfence_pool_wanted_workers 1.0")
          .contains("ringfence_pool_workers{state=\"ready\"} ")
          .contains("ringfence_pool_starts_total{outcome=\"found\"} 2.0")
          .contains("ringfence_pool_starts_total{outcome=\"missed\"} 0.0");
    }
    try (flight) {
      assertThat(FlightRecording.texts(flight.stop(folder.resolve("host.jfr")), "WarmWorker", "run", "found", "ready"))
          .containsExactly(List.of("a#1", "true", "0"), List.of("a#2", "true", "0"));
    }
  }

  @Test
  void oneThatDiesIsReplaced() {
    awaitReady();
    Set<Long> before = children();
    before.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    await().until(() -> !children().isEmpty() && !children().equals(before));
    awaitReady();
    services.create(ServiceDefinition.named("a").code(CODE).build());
    services.start("a");
    assertThat(services.pool().taken()).isOne();
  }

  @Test
  void anotherPolicyStartsColdAndIsWarmTheNextTime() {
    awaitReady();
    Set<Long> usual = children();
    services.create(
        ServiceDefinition.named("a").code(CODE).limits(Limits.DEFAULT.withHeapBytes(100L << 20)).build());
    services.start("a");
    assertThat(services.pool().missed()).isOne();
    long cold = services.status("a").pid().orElseThrow();
    assertThat(usual).doesNotContain(cold);

    await().until(() -> services.pool().ready() == 1 && children().stream().noneMatch(usual::contains));
    services.restart("a");
    assertThat(services.pool().taken()).isOne();
  }

  /// A start that takes longer than the pool waits for the next one, and less than it waits at most. On a slow machine it may take
  /// more than that too, so not each of them need be alone; beside a pool that does not wait none is.
  @Test
  void nothingIsLaunchedBesideAStartThatHasTakenOne() {
    awaitReady();
    services.create(ServiceDefinition.named("a").code("await new Promise((resolve) => setTimeout(resolve, 120));").build());
    services.start("a");
    int tries = 1;
    while (services.pool().warming() > 0 && tries < 5) {
      awaitReady();
      services.restart("a");
      tries++;
    }
    assertThat(services.pool().warming()).as("launched beside the start, %d times", tries).isZero();
    assertThat(services.pool().taken()).isEqualTo(tries);
    awaitReady();
  }

  private void awaitReady() {
    await().atMost(Duration.ofSeconds(60)).until(() -> services.pool().ready() == 1);
  }

  /// Those whom this JVM has started.
  private static Set<Long> children() {
    return ProcessHandle.current().children().filter(ProcessHandle::isAlive).map(ProcessHandle::pid).collect(Collectors.toSet());
  }
}
