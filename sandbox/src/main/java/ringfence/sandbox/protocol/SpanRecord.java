package ringfence.sandbox.protocol;

/// A span that has ended, as who made it tells of it.
///
/// @param context the trace, and this span's own id
/// @param parentId not zero
/// @param name of the function or the event
/// @param peer the service at the other end, as the host named it to who tells this
/// @param startMicros since 1970, by the clock of who tells
/// @param durationMicros from 0
public record SpanRecord(
    TraceContext context,
    long parentId,
    Kind kind,
    String name,
    String peer,
    long startMicros,
    long durationMicros,
    Outcome outcome) {

  /// The longest name that is told, in characters; a longer one is cut.
  public static final int MOST_NAME_CHARACTERS = 100;

  /// What the span is of.
  public enum Kind {
    /// A call, as its caller sees it.
    CALL,
    /// A call, as the service sees it that is called.
    SERVE,
    /// An event, as one who hears it sees it.
    EVENT
  }

  /// How it ended.
  public enum Outcome {
    FINE,
    THREW,
    TIMED_OUT,
    ABORTED,
    LOST
  }
}
