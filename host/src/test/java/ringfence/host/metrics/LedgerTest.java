package ringfence.host.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import ringfence.host.event.EventHeader;
import ringfence.host.event.OutputLine;
import ringfence.host.event.ServiceEvent;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.port.RingFill;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.LinkFigures.Count;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.ServiceName;

class LedgerTest {
  private static final ServiceName PAGE = new ServiceName("page");
  private static final ServiceName COUNTER = new ServiceName("counter");
  private static final RingFill FILL = new RingFill(1, 2, 4);

  private final Ledger ledger = new Ledger();
  private long sequence;
  private Instant now = Instant.EPOCH;

  private EventHeader header(ServiceName service, long run) {
    return new EventHeader(++sequence, now, service, run);
  }

  private static LinkFigures figures(long each) {
    return LinkFigures.of(LongStream.generate(() -> each).limit(LinkFigures.numbers()).toArray());
  }

  private ServiceTotals totals(ServiceName service) {
    return ledger.services().stream().filter(t -> t.service().equals(service)).findFirst().orElseThrow();
  }

  private void run(ServiceName service, long run, Duration startTime) {
    ledger.event(new ServiceEvent.Starting(header(service, run)));
    now = now.plus(startTime);
    ledger.event(new ServiceEvent.Running(header(service, run)));
  }

  private void crash(ServiceName service, long run) {
    ledger.event(new ServiceEvent.Closed(header(service, run), new ExitCause.Crashed("no", Optional.empty())));
  }

  @Test
  void addsUpWhatRunsSay() {
    run(PAGE, 1, Duration.ofMillis(70));
    ledger.event(new ServiceEvent.LinkUse(header(PAGE, 1), COUNTER, figures(3), FILL));
    ledger.event(new ServiceEvent.LinkUse(header(PAGE, 1), COUNTER, figures(5), FILL));
    ledger.event(new ServiceEvent.ResourceUse(header(PAGE, 1), Duration.ofSeconds(2), 0, 0));
    ledger.event(new ServiceEvent.Output(header(PAGE, 1), new OutputLine(now, OutputLevel.LOG, "one")));
    ledger.event(new ServiceEvent.OutputDropped(header(PAGE, 1), 4));
    crash(PAGE, 1);
    ledger.event(
        new ServiceEvent.RestartScheduled(
            header(PAGE, 1), Duration.ofMillis(100), 1, new ExitCause.Crashed("no", Optional.empty())));
    run(PAGE, 2, Duration.ofSeconds(3));
    ledger.event(new ServiceEvent.LinkUse(header(PAGE, 2), COUNTER, figures(2), FILL));
    ledger.event(new ServiceEvent.ResourceUse(header(PAGE, 2), Duration.ofSeconds(1), 0, 0));

    ServiceTotals page = totals(PAGE);
    assertThat(page.starts()).isEqualTo(2);
    assertThat(page.restarts()).isEqualTo(1);
    assertThat(page.outputLines()).isEqualTo(5);
    assertThat(page.ends()).isEqualTo(Map.of("crashed", 1L));
    assertThat(page.cpu()).isEqualTo(Duration.ofSeconds(3));
    assertThat(page.startCounts()).containsExactly(0L, 1L, 0L, 0L, 0L, 0L, 1L, 0L, 0L, 0L, 0L);
    assertThat(page.runningSince()).contains(now);
    assertThat(ledger.edges()).containsExactly(new Edge(PAGE, COUNTER, figures(7), FILL));
  }

  /// Attack: a worker says less than before, or as much as a number holds, so that a counter falls or turns over.
  @Test
  void noCounterFallsWhateverAWorkerSays() {
    run(PAGE, 1, Duration.ZERO);
    ledger.event(new ServiceEvent.LinkUse(header(PAGE, 1), COUNTER, figures(LinkFigures.MOST), FILL));
    ledger.event(new ServiceEvent.LinkUse(header(PAGE, 1), COUNTER, figures(1), FILL));
    ledger.event(new ServiceEvent.ResourceUse(header(PAGE, 1), Duration.ofSeconds(2), 0, 0));
    ledger.event(new ServiceEvent.ResourceUse(header(PAGE, 1), Duration.ZERO, 0, 0));
    crash(PAGE, 1);
    run(PAGE, 2, Duration.ZERO);
    ledger.event(new ServiceEvent.LinkUse(header(PAGE, 2), COUNTER, figures(LinkFigures.MOST), FILL));

    assertThat(ledger.edges().getFirst().figures().of(Count.BYTES_SENT)).isEqualTo(LinkFigures.MOST);
    assertThat(totals(PAGE).cpu()).isEqualTo(Duration.ofSeconds(2));
  }

  /// Attack: a service throws megabytes again and again, for a host that remembers it.
  @Test
  void keepsOneErrorOfBoundedLength() {
    run(PAGE, 1, Duration.ZERO);
    for (int i = 0; i < 3; i++) {
      ledger.event(
          new ServiceEvent.UncaughtError(
              header(PAGE, 1), new ErrorReport("Error", i + "x".repeat(100_000), "y".repeat(100_000), "page.js", 3, 4)));
    }

    ServiceTotals page = totals(PAGE);
    assertThat(page.uncaughtErrors()).isEqualTo(3);
    assertThat(page.lastError().orElseThrow().error().message()).startsWith("2x").hasSizeLessThan(3000);
    assertThat(page.lastError().orElseThrow().error().stack()).hasSizeLessThan(3000);
  }

  @Test
  void forgetsADestroyedServiceWithItsLinks() {
    run(COUNTER, 1, Duration.ZERO);
    run(PAGE, 1, Duration.ZERO);
    ledger.event(new ServiceEvent.LinkUse(header(PAGE, 1), COUNTER, figures(1), FILL));
    crash(COUNTER, 1);
    assertThat(ledger.edges().getFirst().fill()).isEqualTo(RingFill.UNKNOWN);
    ledger.event(new ServiceEvent.Destroyed(header(COUNTER, 1)));

    assertThat(ledger.edges()).isEmpty();
    assertThat(ledger.services().stream().map(ServiceTotals::service)).isEqualTo(List.of(PAGE));
  }
}
