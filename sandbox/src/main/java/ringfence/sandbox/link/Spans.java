package ringfence.sandbox.link;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.SpanRecord;
import ringfence.sandbox.protocol.SpanRecord.Kind;
import ringfence.sandbox.protocol.SpanRecord.Outcome;
import ringfence.sandbox.protocol.TraceContext;

/// The traces that one service takes part in: which of them the work at hand belongs to, and the spans that it tells of.
/// Belongs to the thread of its [LinkEndpoint].
///
/// ```
///   serve, event, answer, timer: enter(context) -- the user's code, calls that it makes --> enter(the one before)
/// ```
/// A context is passed on whether anybody watches or not; without one, and that is the case unless who calls brings one,
/// all of this costs a look at a field.
public final class Spans {
  private @Nullable TraceContext current;
  private @Nullable Consumer<SpanRecord> watcher;
  private long prefix;
  private int last;

  Spans() {}

  /// A span that has not ended, or the context to pass on in the place of one that nobody wants to hear of.
  static final class Open {
    final TraceContext context;
    final long parentId;
    final Kind kind;
    final String name;
    final String peer;
    final long startMicros;
    final long startNanos;

    private Open(TraceContext context, long parentId, Kind kind, String name, String peer, long startMicros) {
      this.context = context;
      this.parentId = parentId;
      this.kind = kind;
      this.name = name;
      this.peer = peer;
      this.startMicros = startMicros;
      this.startNanos = System.nanoTime();
    }
  }

  /// Tells of sampled spans from now on.
  ///
  /// @param idPrefix the upper half of all ids that are given out, not zero; the host knows by it whose they are
  public void watch(int idPrefix, Consumer<SpanRecord> to) {
    prefix = (long) idPrefix << 32;
    watcher = to;
  }

  /// What the work at hand belongs to.
  public @Nullable TraceContext current() {
    return current;
  }

  /// From now on the work belongs to another trace, or to none.
  ///
  /// @return what it belonged to, to be entered again
  public @Nullable TraceContext enter(@Nullable TraceContext context) {
    TraceContext before = current;
    current = context;
    return before;
  }

  /// Begins a span.
  ///
  /// @return null without a parent
  @Nullable Open begin(Kind kind, String name, String peer, @Nullable TraceContext parent) {
    if (parent == null) {
      return null;
    }
    if (watcher == null || !parent.isSampled()) {
      return new Open(parent, 0, kind, name, peer, 0);
    }
    last = last == -1 ? 1 : last + 1;
    long id = prefix | Integer.toUnsignedLong(last);
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    return new Open(parent.below(id), parent.spanId(), kind, name, peer, now);
  }

  /// Ends a span, once.
  ///
  /// @param span null for none
  void end(@Nullable Open span, Outcome outcome) {
    Consumer<SpanRecord> to = watcher;
    if (span == null || span.parentId == 0 || to == null) {
      return;
    }
    int length = Math.min(span.name.length(), SpanRecord.MOST_NAME_CHARACTERS);
    to.accept(
        new SpanRecord(
            span.context,
            span.parentId,
            span.kind,
            span.name.substring(0, length),
            span.peer,
            span.startMicros,
            (System.nanoTime() - span.startNanos) / 1000,
            outcome));
  }

  /// The context that goes with a span.
  static @Nullable TraceContext context(@Nullable Open span) {
    return span == null ? null : span.context;
  }
}
