package ringfence.host.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import ringfence.host.watch.DroppedSpans;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.SpanRecord;
import ringfence.sandbox.protocol.SpanRecord.Kind;
import ringfence.sandbox.protocol.SpanRecord.Outcome;
import ringfence.sandbox.protocol.TraceContext;

/// What a hostile worker may say of spans, and what it may not.
class RunSpansTest {
  private final Watched watched = new Watched(true);
  private final Tracing tracing = new Tracing(watched.telemetry);
  private final RunSpans run = tracing.run(new ServiceName("page"));
  private final RequestSpan request = RequestSpan.begin(tracing, "page", "POST", "/f", null, null);
  private final TraceContext trace = Objects.requireNonNull(request.context());

  private SpanRecord span(TraceContext of, int number, String name) {
    return new SpanRecord(of.below(id(run, number)), of.spanId(), Kind.SERVE, name, "host", nowMicros(), 5, Outcome.FINE);
  }

  private static long id(RunSpans of, int number) {
    return (long) of.prefix() << 32 | number;
  }

  private static long nowMicros() {
    return System.currentTimeMillis() * 1000;
  }

  @Test
  void aSpanIsToldUnderItsOwnIdBelowItsParent() {
    run.ended(
        new SpanRecord(trace.below(id(run, 1)), trace.spanId(), Kind.CALL, "get", "store", nowMicros(), 5, Outcome.TIMED_OUT));
    request.end(200);

    SpanData told = watched.spans().getFirst();
    assertThat(told.getName()).isEqualTo("store.get");
    assertThat(told.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(told.getTraceId()).isEqualTo(trace.traceId());
    assertThat(told.getParentSpanId()).isEqualTo(watched.spans().get(1).getSpanId());
    assertThat(told.getSpanContext().getSpanId()).isEqualTo("%016x".formatted(id(run, 1)));
    assertThat(told.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(told.getStatus().getDescription()).isEqualTo("timed out");
    assertThat(told.getAttributes().get(Watched.SERVICE)).isEqualTo("page");
  }

  /// Attack: a worker tells of a span under the id of another service's, which would stand in its place.
  @Test
  void anotherRunsIdIsRefused() {
    RunSpans other = tracing.run(new ServiceName("store"));
    SpanRecord forged = new SpanRecord(trace.below(id(other, 1)), 1, Kind.SERVE, "f", "host", 1, 1, Outcome.FINE);
    assertThatThrownBy(() -> run.ended(forged)).isInstanceOf(MalformedMessageException.class);
    // The one whose it is may.
    other.ended(forged);
    assertThat(watched.spans()).hasSize(1);
  }

  /// Attack: a worker makes traces up, or speaks of one that it was never called in.
  @Test
  void aTraceThatTheHostDidNotLetInIsDropped() {
    run.ended(span(new TraceContext(7, 7, 7, 1, ""), 1, "f"));
    assertThat(watched.spans()).isEmpty();
    assertThat(tracing.dropped()).containsExactly(new DroppedSpans(new ServiceName("page"), "unknown_trace", 1));
  }

  /// Attack: a worker tells of more than anybody can store.
  @Test
  void aFloodIsBounded() {
    long begin = System.nanoTime();
    for (int i = 1; i <= 20 * RunSpans.BURST; i++) {
      run.ended(span(trace, i, "f"));
    }
    double seconds = (System.nanoTime() - begin) / (double) TimeUnit.SECONDS.toNanos(1);
    assertThat(watched.spans().size())
        .isGreaterThanOrEqualTo(RunSpans.BURST)
        .isLessThanOrEqualTo(RunSpans.BURST + (int) Math.ceil(seconds * RunSpans.A_SECOND) + 1);
    assertThat(tracing.dropped())
        .containsExactly(new DroppedSpans(new ServiceName("page"), "too_many", 20L * RunSpans.BURST - watched.spans().size()));
    // Another run is not affected.
    RunSpans other = tracing.run(new ServiceName("store"));
    int before = watched.spans().size();
    other.ended(new SpanRecord(trace.below(id(other, 1)), 1, Kind.SERVE, "f", "host", 1, 1, Outcome.FINE));
    assertThat(watched.spans()).hasSize(before + 1);
  }

  /// Attack: a span of the year 1970 that lasts for ever, and a name that moves the cursor of who looks.
  @Test
  void timesAndNamesAreHeldWithinTheTrace() {
    run.ended(
        new SpanRecord(
            trace.below(id(run, 1)), 1, Kind.SERVE, "a\u001b[2J\u202eb", "host", Long.MIN_VALUE, Long.MAX_VALUE, Outcome.FINE));
    request.end(200);
    SpanData told = watched.spans().getFirst();
    SpanData whole = watched.spans().get(1);
    assertThat(told.getName()).isEqualTo("page.a?[2J?b");
    assertThat(told.getEndEpochNanos()).isLessThanOrEqualTo(System.currentTimeMillis() * 1_000_000 + 1_000_000);
    assertThat(whole.getStartEpochNanos() - told.getStartEpochNanos()).isLessThan(TimeUnit.SECONDS.toNanos(1));

    SpanRecord longName =
        new SpanRecord(trace.below(id(run, 2)), 1, Kind.SERVE, "x".repeat(101), "host", 1, 1, Outcome.FINE);
    assertThatThrownBy(() -> run.ended(longName)).isInstanceOf(MalformedMessageException.class);
  }

  @Test
  void anSdkThatKeepsNoIdsShowsAllBelowTheRequest() {
    Watched plain = new Watched(false);
    Tracing own = new Tracing(plain.telemetry);
    RunSpans spans = own.run(new ServiceName("page"));
    RequestSpan asked = RequestSpan.begin(own, "page", "POST", "/f", null, null);
    TraceContext of = Objects.requireNonNull(asked.context());
    for (int i = 1; i <= 3; i++) {
      spans.ended(new SpanRecord(of.below(id(spans, i)), id(spans, i + 1), Kind.SERVE, "f" + i, "host", 1, 1, Outcome.FINE));
    }
    asked.end(200);
    String root = plain.spans().getLast().getSpanId();
    assertThat(plain.spans().subList(1, 3)).allMatch(span -> span.getParentSpanId().equals(root));
  }

  @Test
  void whatIsUnknownForLongIsForgotten() {
    for (int i = 0; i < KnownTraces.MOST; i++) {
      tracing.known().add(new TraceContext(9, i + 1, 1, 1, ""), SpanContext.getInvalid());
    }
    run.ended(span(trace, 1, "f"));
    assertThat(watched.spans()).isEmpty();
  }

  @Test
  void withTheApiAloneAContextIsPassedOnAndNothingElseIsDone() {
    Tracing off = Tracing.off();
    String said = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    assertThat(off.watches()).isFalse();
    assertThat(RequestSpan.begin(off, "page", "GET", "/", said, "a=b").context())
        .isEqualTo(TraceContext.parse(said, "a=b"));
    assertThat(RequestSpan.begin(off, "page", "GET", "/", null, null).context()).isNull();
    assertThat(FetchSpan.begin(off, new ServiceName("page"), "GET", "a.test", 80, said, null)).isSameAs(FetchSpan.NONE);
  }
}
