package ringfence.sandbox.protocol;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// Which trace something belongs to, and of which span it is the child. Whoever has one can speak of no other trace.
///
/// @param traceHigh the first half of the trace's id; the id is not zero
/// @param spanId of the parent, not zero
/// @param flags one byte; see [#isSampled]
/// @param state what `tracestate` said, at most [#MOST_STATE_CHARACTERS] of printable ASCII; empty for nothing
/// @see "W3C Trace Context, 3.2 Traceparent Header"
public record TraceContext(long traceHigh, long traceLow, long spanId, int flags, String state) {
  /// The name of the header that holds all but the state.
  public static final String TRACEPARENT = "traceparent";

  /// The name of the header that holds the state.
  public static final String TRACESTATE = "tracestate";

  /// A longer state is left out, as the standard allows.
  public static final int MOST_STATE_CHARACTERS = 512;

  private static final int SAMPLED = 1;
  private static final HexFormat HEX = HexFormat.of();

  /// `00-`, the trace in 32 digits, `-`, the span in 16, `-`, the flags in 2.
  private static final int LENGTH = 55;

  private static final int TRACE_AT = 3;
  private static final int SPAN_AT = 36;
  private static final int FLAGS_AT = 53;

  /// @throws IllegalArgumentException if it is none
  public TraceContext {
    if ((traceHigh | traceLow) == 0 || spanId == 0) {
      throw new IllegalArgumentException("the id of a trace or a span is zero");
    }
    if (flags < 0 || flags > 0xff) {
      throw new IllegalArgumentException("flags of a trace are one byte, not " + flags);
    }
    if (!isState(state)) {
      throw new IllegalArgumentException("a tracestate is too long or no printable ASCII");
    }
  }

  /// What two headers say.
  ///
  /// @param traceparent of any version; null if there is none
  /// @param state null if there is none; one that can't be taken over is left out
  /// @return null if the first makes no sense
  public static @Nullable TraceContext parse(@Nullable String traceparent, @Nullable String state) {
    if (traceparent == null || !isTraceparent(traceparent)) {
      return null;
    }
    long high = HexFormat.fromHexDigitsToLong(traceparent, TRACE_AT, TRACE_AT + 16);
    long low = HexFormat.fromHexDigitsToLong(traceparent, TRACE_AT + 16, TRACE_AT + 32);
    long span = HexFormat.fromHexDigitsToLong(traceparent, SPAN_AT, SPAN_AT + 16);
    if ((high | low) == 0 || span == 0) {
      return null;
    }
    int flags = HexFormat.fromHexDigits(traceparent, FLAGS_AT, FLAGS_AT + 2);
    return new TraceContext(high, low, span, flags, state != null && isState(state) ? state : "");
  }

  /// A later version may go on after a dash; version ff is none.
  private static boolean isTraceparent(String text) {
    if (text.length() < LENGTH
        || text.startsWith("ff")
        || (text.length() > LENGTH && (text.startsWith("00") || text.charAt(LENGTH) != '-'))) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      boolean dash = i == TRACE_AT - 1 || i == SPAN_AT - 1 || i == FLAGS_AT - 1;
      if (dash ? c != '-' : (c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isState(String text) {
    return text.length() <= MOST_STATE_CHARACTERS && text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
  }

  /// Whether spans of the trace are recorded.
  public boolean isSampled() {
    return (flags & SAMPLED) != 0;
  }

  /// The same trace below another span.
  public TraceContext below(long span) {
    return new TraceContext(traceHigh, traceLow, span, flags, state);
  }

  /// The header that holds all but the state, in version 00.
  public String traceparent() {
    return "00-" + traceId() + "-" + HEX.toHexDigits(spanId) + "-" + HEX.toHexDigits((byte) flags);
  }

  /// 32 digits.
  public String traceId() {
    return HEX.toHexDigits(traceHigh) + HEX.toHexDigits(traceLow);
  }

  void write(MessageWriter out) {
    out.i64(traceHigh).i64(traceLow).i64(spanId).u8(flags).text(state);
  }

  static TraceContext read(MessageReader in) {
    try {
      return new TraceContext(
          in.i64("trace"), in.i64("trace"), in.i64("span"), in.u8("flags"), in.text("tracestate"));
    } catch (IllegalArgumentException e) {
      throw new MalformedMessageException(String.valueOf(e.getMessage()));
    }
  }
}
