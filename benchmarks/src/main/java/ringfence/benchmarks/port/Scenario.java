package ringfence.benchmarks.port;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import ringfence.benchmarks.carrier.Carrier;
import ringfence.benchmarks.carrier.Regime;
import ringfence.benchmarks.report.Measure;

/// What is measured: one table of the report.
///
/// @param payloadBytes length of a message; with our header of 8 bytes, 56 fill a cache line
/// @param together messages that are sent in one batch; 1 for round trips
record Scenario(Kind kind, Regime regime, int payloadBytes, int together) {
  static final List<Integer> PAYLOADS = List.of(56, 1024, 65536);

  private static final int MOST_TOGETHER = 64;
  private static final int BATCH_BYTES = 32 * 1024;

  /// As many messages of 56 bytes as fill the write buffer of a batched socket.
  private static final int SOCKET_BATCH = 1024;

  enum Kind {
    ROUND_TRIP,
    ONE_WAY,
    IDLE_PORTS
  }

  /// All of them, in the order of the report.
  static List<Scenario> all() {
    List<Scenario> all = new ArrayList<>();
    for (Regime regime : Regime.values()) {
      for (int payload : PAYLOADS) {
        all.add(roundTrip(regime, payload));
      }
    }
    for (int payload : PAYLOADS) {
      all.add(oneWay(payload));
    }
    all.add(new Scenario(Kind.ONE_WAY, Regime.SPINNING, PAYLOADS.getFirst(), SOCKET_BATCH));
    all.add(new Scenario(Kind.IDLE_PORTS, Regime.ASLEEP, 0, 1));
    return all;
  }

  static Scenario roundTrip(Regime regime, int payloadBytes) {
    return new Scenario(Kind.ROUND_TRIP, regime, payloadBytes, 1);
  }

  /// In batches of 64 messages, or of 32 KiB if that is less.
  static Scenario oneWay(int payloadBytes) {
    int together = Math.clamp(BATCH_BYTES / payloadBytes, 1, MOST_TOGETHER);
    return new Scenario(Kind.ONE_WAY, Regime.SPINNING, payloadBytes, together);
  }

  /// Whom the ring is compared with.
  List<Carrier> rivals() {
    List<Carrier> rivals = new ArrayList<>();
    switch (kind) {
      case ROUND_TRIP -> {
        switch (regime) {
          case SPINNING -> rivals.addAll(List.of(Carrier.CACHE_LINE, Carrier.RING_UNCHECKED));
          case SPIN_THEN_SLEEP -> {}
          case ASLEEP -> rivals.add(Carrier.FUTEX);
        }
        rivals.addAll(List.of(Carrier.AGRONA, Carrier.AERON, Carrier.UNIX_SOCKET, Carrier.TCP, Carrier.PIPE));
      }
      case ONE_WAY -> {
        if (together <= MOST_TOGETHER) {
          rivals.addAll(
              List.of(
                  Carrier.COPY,
                  Carrier.RING_UNCHECKED,
                  Carrier.RING_IN_PLACE,
                  Carrier.AGRONA,
                  Carrier.AGRONA_TOGETHER,
                  Carrier.AERON,
                  Carrier.UNIX_SOCKET));
        }
        rivals.addAll(List.of(Carrier.UNIX_SOCKET_BATCHED, Carrier.TCP_BATCHED, Carrier.PIPE_BATCHED));
      }
      case IDLE_PORTS -> {}
    }
    return rivals;
  }

  /// What a slice tells, and tables show.
  List<Measure> measures() {
    return switch (kind) {
      case ROUND_TRIP ->
          regime == Regime.ASLEEP
              ? List.of(Measure.P50_NANOS, Measure.P99_NANOS)
              : List.of(Measure.MEAN_NANOS, Measure.P50_NANOS, Measure.P99_NANOS);
      case ONE_WAY -> List.of(Measure.PER_SECOND);
      case IDLE_PORTS -> List.of(Measure.CPU_PERCENT);
    };
  }

  boolean oneWay() {
    return kind == Kind.ONE_WAY;
  }

  /// For `--only`: words with dashes, then the length.
  String key() {
    return switch (kind) {
      case ROUND_TRIP -> "round-trip/" + regime.toString().replace(' ', '-') + "/" + payloadBytes;
      case ONE_WAY -> "one-way/" + payloadBytes + (together > MOST_TOGETHER ? "x" + together : "");
      case IDLE_PORTS -> "idle-ports";
    };
  }

  @Override
  public String toString() {
    return switch (kind) {
      case ROUND_TRIP -> String.format(Locale.ROOT, "round trip, %s, %d bytes", regime, payloadBytes);
      case ONE_WAY -> String.format(Locale.ROOT, "one way, %d bytes, %d together", payloadBytes, together);
      case IDLE_PORTS -> IdlePorts.COUNT + " idle ports";
    };
  }
}
