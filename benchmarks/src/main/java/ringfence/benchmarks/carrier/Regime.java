package ringfence.benchmarks.carrier;

/// How an end waits for a message.
public enum Regime {
  /// Looks without a pause, and never gives its processor away.
  SPINNING("spinning"),

  /// Looks for as long as a sleep would cost, then sleeps: what services do. Agrona and Aeron, which have nothing to sleep
  /// on, back off as they do by default, to parks of 1 ms.
  SPIN_THEN_SLEEP("spin then sleep"),

  /// As before, and each message finds its receiver asleep. Sockets, pipes and the futex sleep at once.
  ASLEEP("asleep");

  private final String words;

  Regime(String words) {
    this.words = words;
  }

  @Override
  public String toString() {
    return words;
  }
}
