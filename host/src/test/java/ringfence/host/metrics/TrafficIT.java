package ringfence.host.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.HostOptions;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.host.flight.FlightRecording;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.LinkFigures.Count;
import ringfence.sandbox.protocol.ServiceName;

/// What real workers count in their links reaches the host, which is on the way of none of these calls.
class TrafficIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ServicesManager services = ServicesManager.open(HostOptions.defaults());
  private final HostMetrics metrics = new HostMetrics(services);

  @AfterEach
  void close() {
    metrics.close();
    services.close();
  }

  private LinkFigures figures(String caller, String callee) {
    return metrics.edges().stream()
        .filter(edge -> edge.caller().value().equals(caller) && edge.callee().value().equals(callee))
        .map(Edge::figures)
        .findFirst()
        .orElse(LinkFigures.NONE);
  }

  @Test
  void callsEventsAndDenialsAreCountedAlsoAtTheEndOfARun(@TempDir Path folder) throws IOException {
    FlightRecording flight = new FlightRecording();
    services.create(
        ServiceDefinition.named("store")
            .code(
                """
                import { readFile } from "node:fs/promises";
                for (let i = 0; i < 3; i++) await readFile("/etc/hostname").catch(() => {});
                export function get(n) { if (n < 0) throw new RangeError("below zero"); service.emit("got", n); return n; }
                export function never() { return new Promise(() => {}); }
                """)
            .build());
    services.create(
        ServiceDefinition.named("page")
            .code(
                """
                import store from "service:store";
                store.on("got", () => {});
                export async function use(good, bad) {
                  for (let i = 0; i < good; i++) await store.get(i);
                  for (let i = 0; i < bad; i++) await store.get(-1).catch(() => {});
                  await service.call("store", "never", [], { timeout: 1 }).catch(() => {});
                  return "done";
                }
                """)
            .imports("store")
            .build());
    services.start("page");

    try (ServiceClient client = services.connect("page").within(PATIENCE)) {
      assertThat(client.call("page", "use", 30, 4).asString()).isEqualTo("done");
      // Counted just behind the caller's wake-up.
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(figures("host", "page").of(Count.CALLS_RETURNED)).isEqualTo(1));
    }
    // Not waited for the report of each second: the last one comes when the run ends.
    services.close("page");

    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(figures("page", "store").of(Count.CALLS_RETURNED)).isEqualTo(30));
    LinkFigures page = figures("page", "store");
    assertThat(page.of(Count.CALLS_THREW)).isEqualTo(4);
    assertThat(page.of(Count.CALLS_TIMED_OUT)).isEqualTo(1);
    assertThat(page.answers()).isEqualTo(34);
    assertThat(page.of(Count.EVENTS_RECEIVED)).isEqualTo(30);
    assertThat(page.of(Count.ANSWER_NANOS)).isPositive();
    assertThat(page.of(Count.BYTES_SENT)).isGreaterThan(page.of(Count.MESSAGES_SENT));
    assertThat(figures("host", "page").of(Count.CALLS_RETURNED)).as("of a closed client").isEqualTo(1);
    assertThat(services.clientTraffic()).containsOnlyKeys(new ServiceName("page"));
    assertThat(services.denials().last()).hasSize(3);
    assertThat(services.denials().last().getFirst().cure()).contains("permissions.read");
    assertThat(metrics.scrape())
        .contains("ringfence_denials_total{permission=\"read\",service=\"store\"} 3.0")
        .contains("ringfence_service_starts_total{service=\"store\"} 1.0")
        .contains("ringfence_calls_total{callee=\"store\",caller=\"page\",outcome=\"threw\"} 4.0");
    try (flight) {
      recorded(flight.stop(folder.resolve("host.jfr")));
    }
  }

  /// What a flight recording tells of the same.
  private static void recorded(List<RecordedEvent> events) {
    assertThat(FlightRecording.texts(events, "Transition", "service", "from", "to"))
        .containsSubsequence(
            List.of("store", "STARTING", "RUNNING"), List.of("page", "STARTING", "RUNNING"), List.of("page", "CLOSING", "CLOSED"));
    assertThat(FlightRecording.texts(events, "Transition", "cause")).contains(List.of("it was asked to close"));
    assertThat(FlightRecording.texts(events, "BrokerCall", "service", "answer"))
        .hasSize(3)
        .containsOnly(List.of("store", "BrokerDenied"));
    assertThat(FlightRecording.texts(events, "Link", "caller", "callee")).contains(List.of("host", "page"), List.of("page", "store"));
    assertThat(events)
        .filteredOn(event -> event.getEventType().getName().equals("ringfence.Link"))
        .allMatch(event -> event.getDuration().isPositive());
  }
}
