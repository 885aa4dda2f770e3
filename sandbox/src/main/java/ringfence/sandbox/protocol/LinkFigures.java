package ringfence.sandbox.protocol;

import java.util.Arrays;

/// What a service has counted of the calls and events of one import, since its run began. Immutable.
///
/// Counted by who calls, so a worker that lies does so about its own calls alone. Each number only grows; none is below
/// zero, and none above [#MOST].
public final class LinkFigures {
  /// No number is larger: it is exact as a double too.
  public static final long MOST = 1L << 53;

  /// How long calls took whose answer has come, up to and with each bound, in nanoseconds. Longer ones follow the last.
  private static final long[] BOUNDS_NANOS = {
    10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
    1_000_000, 2_500_000, 5_000_000, 10_000_000, 25_000_000, 50_000_000, 100_000_000, 250_000_000, 500_000_000,
    1_000_000_000, 2_500_000_000L, 5_000_000_000L, 10_000_000_000L, 30_000_000_000L
  };

  private static final int COUNTS = Count.values().length;

  /// How many numbers there are: the counts, and then the answers by how long they took.
  static final int NUMBERS = COUNTS + BOUNDS_NANOS.length + 1;

  /// Nothing counted.
  public static final LinkFigures NONE = new LinkFigures(new long[NUMBERS]);

  private final long[] numbers;

  /// What is counted.
  public enum Count {
    MESSAGES_SENT(0),
    BYTES_SENT(1),
    MESSAGES_RECEIVED(2),
    BYTES_RECEIVED(3),
    /// Calls that returned.
    CALLS_RETURNED(4),
    /// Calls that ended with an error of the callee.
    CALLS_THREW(5),
    /// Calls without an answer in their time.
    CALLS_TIMED_OUT(6),
    /// Calls that their caller gave up.
    CALLS_ABORTED(7),
    /// Calls without an outcome, because the callee closed.
    CALLS_LOST(8),
    /// Calls that were never sent, because too much waited already.
    CALLS_REFUSED(9),
    /// How long all calls that returned or threw took, in nanoseconds.
    ANSWER_NANOS(10),
    EVENTS_RECEIVED(11),
    /// Events that gaps tell of.
    EVENTS_LOST(12);

    private final int slot;

    Count(int slot) {
      this.slot = slot;
    }

    /// Where [LinkFigures#of(long\[\])] expects it.
    public int slot() {
      return slot;
    }
  }

  /// @param numbers taken over; by [Count#slot()], and then the answers by how long they took
  /// @throws IllegalArgumentException if there are more or fewer, or one is out of bounds
  LinkFigures(long[] numbers) {
    if (numbers.length != NUMBERS) {
      throw new IllegalArgumentException("a link has " + NUMBERS + " figures, not " + numbers.length);
    }
    for (long number : numbers) {
      if (number < 0 || number > MOST) {
        throw new IllegalArgumentException("a link's figure must be from 0 to " + MOST + ", not " + number);
      }
    }
    this.numbers = numbers;
  }

  /// Makes figures of what is counted at this moment.
  ///
  /// @param numbers copied, and cut to the bounds
  public static LinkFigures of(long[] numbers) {
    return new LinkFigures(Arrays.stream(numbers).map(number -> Math.clamp(number, 0, MOST)).toArray());
  }

  /// How many numbers [#of] takes.
  public static int numbers() {
    return NUMBERS;
  }

  /// Where [#of] expects the number of answers that took so long.
  public static int slot(long nanos) {
    int bound = 0;
    while (bound < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bound]) {
      bound++;
    }
    return COUNTS + bound;
  }

  /// The bounds of [#answers(int)], in nanoseconds, rising. There is one more answer count than bounds.
  public static long[] boundsNanos() {
    return BOUNDS_NANOS.clone();
  }

  public long of(Count count) {
    return numbers[count.slot];
  }

  /// The answers that took longer than the bound before, and at most as long as this one.
  ///
  /// @param bound from 0 to the number of bounds, which stands for all that took longer
  public long answers(int bound) {
    return numbers[COUNTS + bound];
  }

  /// All answers.
  public long answers() {
    return of(Count.CALLS_RETURNED) + of(Count.CALLS_THREW);
  }

  /// Calls that did not return.
  public long failures() {
    return of(Count.CALLS_THREW)
        + of(Count.CALLS_TIMED_OUT)
        + of(Count.CALLS_ABORTED)
        + of(Count.CALLS_LOST)
        + of(Count.CALLS_REFUSED);
  }

  /// Both together.
  public LinkFigures plus(LinkFigures other) {
    long[] sum = new long[NUMBERS];
    Arrays.setAll(sum, i -> Math.min(MOST, numbers[i] + other.numbers[i]));
    return new LinkFigures(sum);
  }

  /// These figures, but none smaller than earlier ones of the same run: a counter never falls.
  public LinkFigures notBelow(LinkFigures earlier) {
    long[] larger = new long[NUMBERS];
    Arrays.setAll(larger, i -> Math.max(numbers[i], earlier.numbers[i]));
    return new LinkFigures(larger);
  }

  long[] toArray() {
    return numbers.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LinkFigures figures && Arrays.equals(numbers, figures.numbers);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(numbers);
  }

  @Override
  public String toString() {
    return "LinkFigures" + Arrays.toString(numbers);
  }
}
