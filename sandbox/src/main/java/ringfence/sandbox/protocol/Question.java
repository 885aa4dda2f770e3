package ringfence.sandbox.protocol;

/// What the host asks a run for the people who look at its service. The worker gives one [Answer] to each.
public sealed interface Question {
  /// Where does the service spend its time from now on? The answer comes when the time is over.
  ///
  /// @param millis from 1 to [#MOST_MILLIS]
  /// @param intervalMicros from one look to the next, from [#LEAST_INTERVAL_MICROS]
  record Profile(int millis, int intervalMicros) implements Question {
    public static final int MOST_MILLIS = 120_000;
    public static final int LEAST_INTERVAL_MICROS = 1000;

    public Profile {
      if (millis < 1 || millis > MOST_MILLIS) {
        throw new IllegalArgumentException("a profile takes from 1 to " + MOST_MILLIS + " ms, not " + millis);
      }
      if (intervalMicros < LEAST_INTERVAL_MICROS) {
        throw new IllegalArgumentException(
            "a profile looks every " + LEAST_INTERVAL_MICROS + " us at most, not every " + intervalMicros);
      }
    }
  }

  /// What is the memory used for? Garbage is collected before it is counted.
  record Memory() implements Question {}

  /// What is the value of this code? Asked only where the definition has `debug`. The answer comes when what the code
  /// awaits has come, which may be never.
  ///
  /// @param code at most [#MOST_CHARACTERS]
  record Evaluate(String code) implements Question {
    public static final int MOST_CHARACTERS = 256 << 10;

    public Evaluate {
      if (code.length() > MOST_CHARACTERS) {
        throw new IllegalArgumentException(
            "code to evaluate has at most " + MOST_CHARACTERS + " characters, not " + code.length());
      }
    }
  }
}
