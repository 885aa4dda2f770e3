package ringfence.benchmarks.calls;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// What is measured: an act of `measure.js`, and the kind of its messages.
enum Scenario {
  CALL_STRING("call", "string", "one call at a time, 64 bytes of text there and back"),
  CALL_OBJECT("call", "object", "one call at a time, an object of six fields there and back"),
  CALL_BYTES("call", "bytes", "one call at a time, 1 KiB of bytes there and back"),
  CALLS_STRING("calls", "string", "32 calls under way, 64 bytes of text there and back"),
  CALLS_OBJECT("calls", "object", "32 calls under way, an object of six fields there and back"),
  CALLS_BYTES("calls", "bytes", "32 calls under way, 1 KiB of bytes there and back"),
  EVENTS_STRING("events", "string", "one way, 64 bytes of text"),
  EVENTS_OBJECT("events", "object", "one way, an object of six fields"),
  EVENTS_BYTES("events", "bytes", "one way, 1 KiB of bytes"),
  FAN_OUT("fan-out", "object", "one way to four, an object of six fields, all arrivals counted"),
  STREAM("stream", "bytes", "a stream of 64 MiB in chunks of 64 KiB");

  static final List<Scenario> ALL = List.of(values());

  private final String act;
  private final String kind;
  private final String title;

  Scenario(String act, String kind, String title) {
    this.act = act;
    this.kind = kind;
    this.title = title;
  }

  /// What `measure.js` is asked for.
  ///
  /// @param streamBytes length of a stream, for the scenario that has one
  Map<String, Object> asked(Duration slice, long streamBytes) {
    return Map.of("scenario", act, "kind", kind, "millis", slice.toMillis(), "bytes", streamBytes);
  }

  String key() {
    return act + "/" + kind;
  }

  @Override
  public String toString() {
    return title;
  }
}
