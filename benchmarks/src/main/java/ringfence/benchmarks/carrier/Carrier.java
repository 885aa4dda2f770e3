package ringfence.benchmarks.carrier;

import java.io.IOException;

/// All that carries messages here, by the name that tables and `--only` use.
public enum Carrier {
  RING("ring"),
  RING_UNCHECKED("ring-unchecked"),
  RING_IN_PLACE("ring-in-place"),
  AGRONA("agrona"),
  AGRONA_TOGETHER("agrona-together"),
  AERON("aeron-ipc"),
  UNIX_SOCKET("unix-socket"),
  UNIX_SOCKET_BATCHED("unix-socket-batched"),
  TCP("tcp"),
  TCP_BATCHED("tcp-batched"),
  PIPE("pipe"),
  PIPE_BATCHED("pipe-batched"),
  CACHE_LINE("cache-line"),
  FUTEX("futex"),
  COPY("memcpy");

  private final String label;

  Carrier(String label) {
    this.label = label;
  }

  /// Makes what both ends need. The caller hands the descriptors over and closes them here.
  public Laid lay(boolean oneWay, int payloadBytes) throws IOException {
    int capacityBytes = Place.capacityBytes(oneWay, payloadBytes);
    return switch (this) {
      case RING, RING_UNCHECKED, RING_IN_PLACE -> RingEnd.lay(capacityBytes);
      case AGRONA, AGRONA_TOGETHER -> AgronaEnd.lay(capacityBytes);
      case AERON -> AeronEnd.lay();
      case UNIX_SOCKET, UNIX_SOCKET_BATCHED -> StreamEnd.layUnix();
      case TCP, TCP_BATCHED -> StreamEnd.layTcp();
      case PIPE, PIPE_BATCHED -> StreamEnd.layPipes();
      case CACHE_LINE, FUTEX -> WordEnd.lay();
      case COPY -> CopyEnd.lay(capacityBytes);
    };
  }

  /// Takes one end of what was laid.
  public End open(Place place) throws IOException {
    return switch (this) {
      case RING -> RingEnd.open(place);
      case RING_UNCHECKED -> TrustingRingEnd.copying(place);
      case RING_IN_PLACE -> TrustingRingEnd.inPlace(place);
      case AGRONA -> AgronaEnd.single(place);
      case AGRONA_TOGETHER -> AgronaEnd.together(place);
      case AERON -> AeronEnd.open(place);
      case UNIX_SOCKET, TCP, PIPE -> StreamEnd.single(place);
      case UNIX_SOCKET_BATCHED, TCP_BATCHED, PIPE_BATCHED -> StreamEnd.batched(place);
      case CACHE_LINE -> WordEnd.spinning(place);
      case FUTEX -> WordEnd.sleeping(place);
      case COPY -> CopyEnd.open(place);
    };
  }

  /// Whether the bytes between the first and the last word of a message arrive.
  public boolean carriesAll() {
    return this != RING_IN_PLACE;
  }

  /// Bytes of a message: what was asked for, or the one word that this carrier has.
  public int payloadBytes(int asked) {
    return this == CACHE_LINE || this == FUTEX ? Long.BYTES : asked;
  }

  @Override
  public String toString() {
    return label;
  }
}
