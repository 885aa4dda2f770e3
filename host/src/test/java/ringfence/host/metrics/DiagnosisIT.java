package ringfence.host.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.HostOptions;
import ringfence.host.ServiceCallException;
import ringfence.host.ServiceClient;
import ringfence.host.ServicesManager;
import ringfence.host.event.OutputLine;
import ringfence.host.manifest.Manifest;
import ringfence.host.trace.Watched;

/// What `docs/diagnosing.md` says of the six services of `samples/misbehaving`: each shows in metrics, logs and, where one is
/// called, in traces. The pages' pictures are made by DashboardPicturesIT, and their commands run by SnippetsIT.
@Timeout(180)
class DiagnosisIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Pattern GAP = Pattern.compile("(\\d+) readings are missing beside .*");

  /// Held, because a logger that nobody holds forgets its handlers.
  private final Logger logger = Logger.getLogger("ringfence");

  private final List<String> log = new CopyOnWriteArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord record) {
          log.add(record.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private final List<String> failed = new CopyOnWriteArrayList<>();
  private final Watched watched = new Watched(true);
  private final ServicesManager services = ServicesManager.open(HostOptions.defaults().withOpenTelemetry(watched.telemetry));
  private final HostMetrics metrics = new HostMetrics(services);

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    // Transitions are of level DEBUG.
    logger.setLevel(Level.FINE);
  }

  private void start(String... names) {
    services.create(
        Manifest.read(Path.of("..", "samples", "misbehaving")).services().stream()
            .filter(service -> List.of(names).contains(service.name().value()))
            .toList());
    services.startAll();
  }

  @AfterEach
  void close() {
    logger.removeHandler(handler);
    logger.setLevel(null);
    metrics.close();
    services.close();
  }

  /// Calls on a thread of its own, in a trace of its own: one of them never returns.
  private void ask(String service, String function, Object... arguments) {
    var _ =
        Thread.ofVirtual()
            .start(
                () -> {
                  Span asked = watched.telemetry.getTracer("test").spanBuilder(service).startSpan();
                  try (ServiceClient client = services.connect(service).within(PATIENCE);
                      var _ = asked.makeCurrent()) {
                    var _ = client.call(service, function, arguments);
                  } catch (ServiceCallException e) {
                    failed.add(service + ": " + e.name());
                  } finally {
                    asked.end();
                  }
                });
  }

  private double metric(String name) {
    return metrics
        .scrape()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  private static void eventually(Runnable holds) {
    await().atMost(PATIENCE).untilAsserted(holds::run);
  }

  private List<String> lines(String service) {
    return services.output(service).stream().map(OutputLine::text).toList();
  }

  private SpanData span(String service, String name) {
    return watched.spans().stream()
        .filter(span -> service.equals(span.getAttributes().get(Watched.SERVICE)) && span.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no span " + name + " of " + service));
  }

  private List<String> failedSpans(String service) {
    return watched.spans().stream()
        .filter(span -> service.equals(span.getAttributes().get(Watched.SERVICE)))
        .filter(span -> !span.getStatus().getDescription().isEmpty())
        .map((SpanData span) -> span.getName() + ": " + span.getStatus().getDescription())
        .toList();
  }

  // One run for all, since starts are what takes its time; they go on beside each other.
  @Test
  void errorsDenialsFloodsAndLostEventsCanBeTold() {
    start("stock", "shop", "mailer", "sensor", "display");
    ask("shop", "order", "jam");
    ask("mailer", "send", "ada");
    ask("sensor", "measure", 2000, true);

    throwsAcrossServices();
    isDenied();
    floods();
    losesEvents();
    assertThat(failed).isEmpty();
  }

  /// In a run of its own, since a loop takes a processor for a second.
  @Tag("long")
  @Test
  void leaksAndLoopsCanBeTold() {
    start("cache", "report");
    ask("cache", "warm", 1000, 1 << 20);
    ask("report", "sum", 7);

    leaks();
    spins();
  }

  private void throwsAcrossServices() {
    eventually(
        () -> {
          assertThat(metric("ringfence_calls_total{callee=\"stock\",caller=\"shop\",outcome=\"threw\"}")).isEqualTo(1);
          assertThat(metric("ringfence_service_uncaught_errors_total{service=\"shop\"}")).isEqualTo(1);
          assertThat(lines("shop"))
              .singleElement()
              .asString()
              .startsWith("Uncaught RangeError: no jam is left\n    at take (stock.js:")
              .endsWith("\npath: shop -> stock.take");
          assertThat(failedSpans("stock")).containsExactly("stock.take: threw");
          assertThat(failedSpans("shop")).containsExactly("stock.take: threw");
          assertThat(span("shop", "stock.take").getParentSpanId()).isEqualTo(span("shop", "shop.order").getSpanId());
        });
  }

  private void isDenied() {
    eventually(
        () -> {
          assertThat(metric("ringfence_denials_total{permission=\"read\",service=\"mailer\"}")).isEqualTo(1);
          assertThat(metric("ringfence_denials_total{permission=\"net\",service=\"mailer\"}")).isEqualTo(1);
          assertThat(services.denials().last())
              .extracting(denial -> denial.cure())
              .containsExactly("permissions.read: [\"/etc/mail.key\"]", "permissions.net: [\"mail.example.com:443\"]");
          assertThat(log).anyMatch(line -> line.startsWith("denied service=mailer ") && line.endsWith(" cure=\"permissions.read: [\\\"/etc/mail.key\\\"]\""));
        });
  }

  private void leaks() {
    eventually(
        () -> {
          assertThat(metric("ringfence_service_ends_total{cause=\"limit-exceeded\",service=\"cache\"}")).isEqualTo(1);
          assertThat(metric("ringfence_service_restarts_total{service=\"cache\"}")).isEqualTo(1);
          assertThat(metric("ringfence_service_heap_limit_bytes{service=\"cache\"}")).isEqualTo(32 << 20);
          assertThat(log).anyMatch(ended("cache", "it exceeded limits.heap (32MiB)"));
        });
  }

  private void spins() {
    eventually(
        () -> {
          assertThat(metric("ringfence_service_ends_total{cause=\"overdue\",service=\"report\"}")).isEqualTo(1);
          assertThat(metric("ringfence_calls_total{callee=\"report\",caller=\"host\",outcome=\"lost\"}")).isEqualTo(1);
          assertThat(metric("ringfence_service_cpu_seconds_total{service=\"report\"}")).isGreaterThanOrEqualTo(1);
          assertThat(log).anyMatch(ended("report", "it took longer than limits.turn (1000ms) and was killed"));
          assertThat(failed).containsExactly("report: PeerClosedError");
          assertThat(watched.spans()).anyMatch(span -> span.getName().equals("report.sum") && span.getStatus().getDescription().equals("lost"));
        });
  }

  private static Predicate<String> ended(String service, String cause) {
    return line -> line.startsWith("transition service=" + service + " ") && line.contains("to=CLOSED cause=\"" + cause + "\"");
  }

  private void floods() {
    eventually(
        () -> {
          assertThat(metric("ringfence_service_output_lines_total{service=\"sensor\"}")).isEqualTo(2000);
          assertThat(lines("sensor")).hasSize(2000).endsWith("reading 2000 of 2048 bytes");
        });
  }

  private void losesEvents() {
    eventually(
        () -> {
          double got = metric("ringfence_link_events_total{callee=\"sensor\",caller=\"display\"}");
          double lost = metric("ringfence_link_events_lost_total{callee=\"sensor\",caller=\"display\"}");
          assertThat(lost).isPositive();
          assertThat(got + lost).isEqualTo(2000);
          assertThat(lines("display").stream().map(GAP::matcher).filter(Matcher::matches).mapToLong(gap -> Long.parseLong(gap.group(1))).sum())
              .isEqualTo((long) lost);
          // Who only calls is sent no events.
          assertThat(metric("ringfence_link_events_total{callee=\"sensor\",caller=\"host\"}")).isZero();
        });
  }
}
