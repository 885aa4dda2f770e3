package ringfence.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import ringfence.host.metrics.Metric;
import ringfence.host.watch.Denial;
import ringfence.sandbox.protocol.ServiceName;

/// What those who watch a host are told.
class WatchOverHttpTest {
  private static final Pattern LINE = Pattern.compile("[a-z_0-9]+(\\{[^}]*})? [-+0-9.eEInfNa]+");

  private static final Pattern LABELS = Pattern.compile("([a-z]+)=\"([^\"]*)\"");

  private static ApiUnderTest counterAndPage() throws IOException {
    ApiUnderTest api = ApiUnderTest.open();
    api.submit("counter");
    api.post(
        "/api/services",
        "{\"name\":\"page\",\"imports\":[\"counter\"],\"code\":\"called counter\"}");
    await().until(() -> api.get("/metrics").body().contains("ringfence_calls_total"));
    return api;
  }

  @Test
  void theScrapeHoldsWhatCallersCounted() throws IOException {
    try (ApiUnderTest api = counterAndPage()) {
      ApiUnderTest.Answer scrape = api.get("/metrics");

      assertThat(scrape.type()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
      assertThat(scrape.body())
          .contains("# TYPE ringfence_call_duration_seconds histogram")
          .contains("ringfence_service_state{service=\"page\",state=\"running\"} 1.0")
          .contains("ringfence_service_state{service=\"page\",state=\"closed\"} 0.0")
          .contains("ringfence_service_starts_total{service=\"counter\"} 1.0")
          .contains("ringfence_link_messages_total{callee=\"counter\",caller=\"page\",direction=\"to_callee\"} 0.0")
          .contains("ringfence_link_bytes_total{callee=\"counter\",caller=\"page\",direction=\"to_caller\"} 3.0")
          .contains("ringfence_calls_total{callee=\"counter\",caller=\"page\",outcome=\"timed_out\"} 6.0")
          .contains("ringfence_call_duration_seconds_bucket{callee=\"counter\",caller=\"page\",le=\"1.0E-5\"} 13")
          .contains("ringfence_call_duration_seconds_bucket{callee=\"counter\",caller=\"page\",le=\"2.5E-5\"} 27")
          .contains("ringfence_link_ring_fill_ratio{callee=\"counter\",caller=\"page\",direction=\"to_caller\"} 0.5")
          .contains("jvm_memory_used_bytes", "process_uptime_seconds");
      assertThat(scrape.body().lines().filter(line -> !line.startsWith("#")))
          .allMatch(line -> LINE.matcher(line).matches());
    }
  }

  @Test
  void everyMetricOfOursIsOfThoseThatAreDescribed() throws IOException {
    try (ApiUnderTest api = counterAndPage()) {
      List<String> ours =
          api.get("/metrics").body().lines().filter(line -> line.startsWith("# TYPE ringfence_")).toList();
      assertThat(ours).hasSizeGreaterThan(10);
      assertThat(ours)
          .allSatisfy(
              line ->
                  assertThat(List.of(Metric.values()))
                      .anyMatch(metric -> line.equals("# TYPE " + metric.exposedName() + " " + metric.kind().word())));
    }
  }

  @Test
  void aDestroyedServiceLeavesNoSeries() throws IOException {
    try (ApiUnderTest api = counterAndPage()) {
      api.services.denials().add(new Denial(Instant.EPOCH, new ServiceName("counter"), 1, "read", "/a", "", ""));
      assertThat(api.get("/metrics").body()).contains("ringfence_denials_total{permission=\"read\",service=\"counter\"} 1.0");
      assertThat(services(api.get("/metrics").body())).containsExactlyInAnyOrder("counter", "page");
      api.delete("/api/services/counter?cascade");

      await().untilAsserted(() -> assertThat(services(api.get("/metrics").body())).isEmpty());
    }
  }

  private static Set<String> services(String scrape) {
    return scrape
        .lines()
        .filter(line -> line.startsWith("ringfence_"))
        .flatMap(line -> LABELS.matcher(line).results())
        .filter(label -> Set.of("service", "caller", "callee").contains(label.group(1)))
        .map(label -> label.group(2))
        .collect(Collectors.toSet());
  }

  @Test
  void oneAnswerHoldsServicesLinksAndDenials() throws IOException {
    try (ApiUnderTest api = counterAndPage()) {
      Map<?, ?> watch = api.get("/api/watch").object();

      assertThat(watch.get("services")).asString().containsSubsequence("name=counter", "name=page");
      assertThat(watch.get("denials")).isEqualTo(List.of());
      assertThat(watch.get("edges"))
          .asString()
          .contains("caller=page, callee=counter", "callsTimedOut=6", "toCallerBytes=512", "answers=[13, 14, ");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "start   | store | []                     | [store]                | []",
        "close   | store | []                     | []                     | []",
        "close   | base  | [page, counter, base]  | []                     | []",
        "close   | page  | [page]                 | []                     | []",
        "restart | base  | [page, counter, base]  | [base, counter, page]  | []",
        "restart | store | []                     | [store]                | []",
        "destroy | base  | [page, counter, base]  | []                     | [page, counter, base]",
      })
  void tellsWhomACommandWouldConcern(String act, String name, String closes, String starts, String destroys)
      throws IOException {
    try (ApiUnderTest api = ApiUnderTest.open()) {
      api.submit("base");
      api.submit("counter", "base");
      api.submit("page", "counter");
      api.submit("store");
      api.post("/api/services/store/close", "");

      Map<?, ?> plan = api.get("/api/services/" + name + "/plan?act=" + act).object();

      assertThat(plan.get("closes")).hasToString(closes);
      assertThat(plan.get("starts")).hasToString(starts);
      assertThat(plan.get("destroys")).hasToString(destroys);
      // And so it is.
      if (!act.equals("destroy")) {
        api.post("/api/services/" + name + "/" + act, "");
        assertThat(api.services.statuses().stream().filter(s -> closes.contains(s.name().value()) && !starts.contains(s.name().value())))
            .allMatch(s -> s.state().word().equals("closed"));
      }
      assertThat(api.get("/api/services/" + name + "/plan?act=burn").status()).isEqualTo(400);
      assertThat(api.get("/api/services/nobody/plan").status()).isEqualTo(404);
    }
  }
}
