package ringfence.host.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import ringfence.host.log.LogLine;
import ringfence.host.watch.SpanIds;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.SpanRecord;
import ringfence.sandbox.protocol.SpanRecord.Outcome;

/// The spans that one run tells of. It is hostile, and these are its bounds: traces that the host let in, ids of its own
/// prefix, times within the trace's, so many in a second, short names; whose they are says the host.
///
/// Belongs to the thread that hears the run.
public final class RunSpans {
  /// How many are taken at once, and how many more in each second.
  static final int BURST = 2_000;

  static final int A_SECOND = 1_000;

  private static final System.Logger LOG = System.getLogger("ringfence.host.trace");
  private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("ringfence.service");
  private static final AttributeKey<String> PEER = AttributeKey.stringKey("ringfence.peer");
  private static final AttributeKey<String> NAME = AttributeKey.stringKey("ringfence.name");

  private final Tracing tracing;
  private final ServiceName service;
  private final int prefix;
  private double left = BURST;
  private long filledNanos = System.nanoTime();
  private boolean dropping;

  RunSpans(Tracing tracing, ServiceName service, int prefix) {
    this.tracing = tracing;
    this.service = service;
    this.prefix = prefix;
  }

  /// The upper half of the ids of its spans, not zero.
  public int prefix() {
    return prefix;
  }

  /// Takes a span that has ended. One of a trace that the host does not know, or too many, is dropped.
  ///
  /// @throws MalformedMessageException if it is under an id that is not the run's, or makes no sense
  public void ended(SpanRecord span) {
    if (!tracing.watches() || (int) (span.context().spanId() >>> 32) != prefix) {
      throw new MalformedMessageException("a span is under an id that was not given to who tells of it");
    }
    if (span.durationMicros() < 0 || span.name().length() > SpanRecord.MOST_NAME_CHARACTERS) {
      throw new MalformedMessageException("a span ends before it begins, or its name is too long");
    }
    ServiceName peer = peer(span);
    Optional<KnownTraces.Known> trace = tracing.known().find(span.context());
    if (!span.context().isSampled()) {
      // Nobody asked for it.
      return;
    }
    if (trace.isEmpty()) {
      tracing.losses().add(service, SpanLosses.Reason.UNKNOWN_TRACE);
    } else if (hasRoom()) {
      tell(span, peer, trace.get());
    } else {
      tracing.losses().add(service, SpanLosses.Reason.TOO_MANY);
    }
  }

  private static ServiceName peer(SpanRecord span) {
    try {
      return new ServiceName(span.peer());
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException("the peer of a span: " + e.getMessage());
    }
  }

  private boolean hasRoom() {
    long now = System.nanoTime();
    left = Math.min(BURST, left + (now - filledNanos) / 1e9 * A_SECOND);
    filledNanos = now;
    if (left >= 1) {
      left--;
      return true;
    }
    if (!dropping) {
      dropping = true;
      LOG.log(
          System.Logger.Level.WARNING,
          new LogLine("spans-dropped")
              .with("service", service)
              .with("reason", "more than " + A_SECOND + " in a second; sample fewer traces")
              .toString());
    }
    return false;
  }

  private void tell(SpanRecord said, ServiceName peer, KnownTraces.Known trace) {
    Instant now = Instant.now();
    Instant start = within(Instant.EPOCH.plus(said.startMicros(), ChronoUnit.MICROS), trace.since(), now);
    Instant end = within(start.plus(said.durationMicros(), ChronoUnit.MICROS), start, now);
    String id = HexFormat.of().toHexDigits(said.context().spanId());
    Context parent =
        tracing.keepsIds()
            ? Tracing.around(said.context().below(said.parentId()))
            : Context.root().with(Span.wrap(trace.root()));
    SpanBuilder builder =
        tracing
            .tracer()
            .spanBuilder(title(said, peer))
            .setParent(parent)
            .setSpanKind(
                switch (said.kind()) {
                  case CALL -> SpanKind.CLIENT;
                  case SERVE -> SpanKind.SERVER;
                  case EVENT -> SpanKind.CONSUMER;
                })
            .setAttribute(SERVICE, service.value())
            .setAttribute(PEER, peer.value())
            .setAttribute(NAME, printable(said.name()))
            .setStartTimestamp(start);
    Span span = SpanIds.giving(id, builder::startSpan);
    if (said.outcome() != Outcome.FINE) {
      span.setStatus(StatusCode.ERROR, said.outcome().name().toLowerCase(Locale.ROOT).replace('_', ' '));
    }
    span.end(end);
    if (!span.getSpanContext().getSpanId().equals(id)) {
      tracing.idsAreNotKept();
    }
  }

  private String title(SpanRecord span, ServiceName peer) {
    String name = printable(span.name());
    return switch (span.kind()) {
      case CALL, EVENT -> peer + "." + name;
      case SERVE -> service + "." + name;
    };
  }

  /// A name is a guest's word; what shows it may be a terminal.
  private static String printable(String name) {
    StringBuilder text = new StringBuilder(name.length());
    name.codePoints()
        .map(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT ? '?' : c)
        .forEach(text::appendCodePoint);
    return text.toString();
  }

  private static Instant within(Instant said, Instant first, Instant last) {
    return said.isBefore(first) ? first : said.isAfter(last) ? last : said;
  }
}
