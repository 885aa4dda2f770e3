package ringfence.benchmarks.port;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import ringfence.benchmarks.carrier.Carrier;
import ringfence.benchmarks.carrier.Regime;

/// What is measured: one table of the report.
///
/// @param payloadBytes length of a message; with our header of 8 bytes, 56 fill a cache line
record Scenario(Kind kind, Regime regime, int payloadBytes) {
  static final List<Integer> PAYLOADS = List.of(56, 1024, 65536);

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
        all.add(new Scenario(Kind.ROUND_TRIP, regime, payload));
      }
    }
    for (int payload : PAYLOADS) {
      all.add(new Scenario(Kind.ONE_WAY, Regime.SPINNING, payload));
    }
    all.add(new Scenario(Kind.IDLE_PORTS, Regime.ASLEEP, 0));
    return all;
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
      case ONE_WAY ->
          rivals.addAll(
              List.of(
                  Carrier.COPY,
                  Carrier.RING_UNCHECKED,
                  Carrier.RING_IN_PLACE,
                  Carrier.AGRONA,
                  Carrier.AGRONA_TOGETHER,
                  Carrier.AERON,
                  Carrier.UNIX_SOCKET,
                  Carrier.UNIX_SOCKET_BATCHED,
                  Carrier.TCP_BATCHED,
                  Carrier.PIPE_BATCHED));
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
      case ONE_WAY -> "one-way/" + payloadBytes;
      case IDLE_PORTS -> "idle-ports";
    };
  }

  @Override
  public String toString() {
    return switch (kind) {
      case ROUND_TRIP -> String.format(Locale.ROOT, "round trip, %s, %d bytes", regime, payloadBytes);
      case ONE_WAY -> String.format(Locale.ROOT, "one way, %d bytes", payloadBytes);
      case IDLE_PORTS -> IdlePorts.COUNT + " idle ports";
    };
  }
}
