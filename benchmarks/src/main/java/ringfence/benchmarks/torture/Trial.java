package ringfence.benchmarks.torture;

import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// How long an ordeal lasts, and by which dice.
final class Trial {
  private static final long PROGRESS_NANOS = Duration.ofSeconds(10).toNanos();

  private final String key;
  private final long seed;
  private final long count;
  private final long beginNanos = System.nanoTime();
  private final long shareNanos;
  private final Consumer<String> teller;
  private long toldNanos = beginNanos;

  /// Dice of this ordeal alone, so that it meets the same faults when it is run without the others.
  final SplittableRandom random;

  /// @param time its share; zero for one round
  /// @param count how often its fault is to be injected at least; 0 for as often as there is time
  /// @param teller takes lines that tell how far it is
  Trial(String key, long seed, Duration time, long count, Consumer<String> teller) {
    this.key = key;
    this.seed = seed;
    this.count = count;
    this.shareNanos = time.toNanos();
    this.teller = teller;
    this.random = new SplittableRandom(seed ^ key.hashCode());
  }

  /// Whether another fault is due: there is time, or those that were asked for are not all done. Where none were asked
  /// for, a round is done in any case.
  ///
  /// @param round how many faults a round has
  boolean more(long done, long round) {
    return more(done, round, beginNanos + shareNanos);
  }

  /// As above, for a part of the ordeal.
  ///
  /// @param deadlineNanos when the part's time is over
  boolean more(long done, long round, long deadlineNanos) {
    long now = System.nanoTime();
    if (now - toldNanos > PROGRESS_NANOS && done > 0) {
      toldNanos = now;
      say(progress(done, now));
    }
    return done < (count > 0 ? count : round) || now < deadlineNanos;
  }

  private String progress(long done, long now) {
    double seconds = (now - beginNanos) / 1e9;
    if (done >= count) {
      return String.format(Locale.ROOT, "%d in %.0f s, of %.0f s", done, seconds, shareNanos / 1e9);
    }
    return String.format(
        Locale.ROOT, "%d of %d in %.0f s, %.0f s to go", done, count, seconds, seconds / done * (count - done));
  }

  /// Whether one round is all that is wanted, or less.
  boolean brief() {
    return shareNanos == 0 && count == 0;
  }

  /// How often its fault is to be injected at least; 0 if nobody said.
  long count() {
    return count;
  }

  /// What is left of the share, zero once it is over.
  Duration remaining() {
    return Duration.ofNanos(Math.max(0, beginNanos + shareNanos - System.nanoTime()));
  }

  void say(String line) {
    teller.accept(key + ": " + line);
  }

  /// The line that injects the same faults again.
  String again() {
    return "./ringfence torture --only '^" + key + "$' --seed " + seed + (count > 0 ? " --count " + count : "");
  }
}
