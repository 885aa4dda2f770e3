package ringfence.sandbox.port.ring;

/// Which of the two ends of a region somebody holds. The first end sends in the first ring.
public enum RingSide {
  FIRST,
  SECOND;

  public RingSide other() {
    return this == FIRST ? SECOND : FIRST;
  }
}
