package ringfence.benchmarks.torture;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// How long an ordeal lasts, and by which dice.
final class Trial {
  private final String key;
  private final long seed;
  private final long deadlineNanos;
  private final Consumer<String> teller;

  /// Dice of this ordeal alone, so that it meets the same faults when it is run without the others.
  final SplittableRandom random;

  /// @param time its share; zero for one round
  /// @param teller takes lines that tell how far it is
  Trial(String key, long seed, Duration time, Consumer<String> teller) {
    this.key = key;
    this.seed = seed;
    this.deadlineNanos = System.nanoTime() + time.toNanos();
    this.teller = teller;
    this.random = new SplittableRandom(seed ^ key.hashCode());
  }

  /// Whether another round is due: the least number of them is not done, or there is time.
  boolean more(long done, long least) {
    return done < least || System.nanoTime() < deadlineNanos;
  }

  /// What is left of the share, zero once it is over.
  Duration remaining() {
    return Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
  }

  void say(String line) {
    teller.accept(key + ": " + line);
  }

  /// The line that injects the same faults again.
  String again() {
    return "./ringfence torture --only '^" + key + "$' --seed " + seed;
  }
}
