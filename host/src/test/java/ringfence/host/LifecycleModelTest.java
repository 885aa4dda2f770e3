package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// Random sequences of commands, crashes, delays and reordered outcomes against a model; what fails is shrunk.
///
/// `-Dringfence.model.seed=S` begins with another sequence, `-Dringfence.model.sequences=N` runs more or fewer.
class LifecycleModelTest {
  private static final int SEQUENCES = Integer.getInteger("ringfence.model.sequences", 2_000);

  @Test
  void keepsItsPromisesUnderEveryOrderOfEvents() {
    long first = Long.getLong("ringfence.model.seed", new Random().nextLong());
    long began = System.nanoTime();
    System.out.printf("lifecycle model: seed %d, %d sequences%n", first, SEQUENCES);
    Optional<Long> failed =
        LongStream.range(0, SEQUENCES)
            .parallel()
            .map(i -> first + i)
            .filter(seed -> failure(seed, ModelAction.sequence(seed)).isPresent())
            .boxed()
            .findAny();
    System.out.printf(
        "lifecycle model: %d s%n", Duration.ofNanos(System.nanoTime() - began).toSeconds());
    failed.ifPresent(seed -> tell(seed, shrunk(seed, ModelAction.sequence(seed))));
  }

  @Test
  void shrinksWhatFails() {
    // A sequence whose failure needs two of its actions: what is left are these two.
    List<ModelAction> all = ModelAction.sequence(42);
    ModelAction first = all.get(3);
    ModelAction second = all.get(all.size() - 2);

    List<ModelAction> left =
        shrunk(all, some -> some.contains(first) && some.contains(second));

    assertThat(left).containsExactly(first, second);
  }

  private static void tell(long seed, List<ModelAction> actions) {
    AssertionError error = failure(seed, actions).orElseThrow();
    StringBuilder text = new StringBuilder(String.valueOf(error.getMessage())).append("\nafter\n");
    actions.forEach(action -> text.append("  ").append(action).append('\n'));
    text.append("again: mvn -pl host -am verify -Dtest=LifecycleModelTest -Dsurefire.failIfNoSpecifiedTests=false")
        .append(" -Dit.test=None -Dfailsafe.failIfNoSpecifiedTests=false -Dringfence.model.sequences=1")
        .append(" -Dringfence.model.seed=")
        .append(seed);
    throw new AssertionError(text.toString(), error);
  }

  private static Optional<AssertionError> failure(long seed, List<ModelAction> actions) {
    try (ModelWorld world = new ModelWorld(seed)) {
      actions.forEach(world::run);
      world.finish(seed % 2 == 0);
      return Optional.empty();
    } catch (AssertionError e) {
      return Optional.of(e);
    } catch (RuntimeException e) {
      return Optional.of(new AssertionError(e.toString(), e));
    }
  }

  private static List<ModelAction> shrunk(long seed, List<ModelAction> actions) {
    return shrunk(actions, some -> failure(seed, some).isPresent());
  }

  /// Leaves out ever smaller pieces as long as what is left fails.
  private static List<ModelAction> shrunk(
      List<ModelAction> actions, java.util.function.Predicate<List<ModelAction>> fails) {
    List<ModelAction> left = new ArrayList<>(actions);
    for (int piece = left.size() / 2; piece > 0; piece = piece == 1 ? 0 : piece / 2) {
      boolean again = true;
      while (again) {
        again = false;
        for (int at = 0; at + piece <= left.size(); at++) {
          List<ModelAction> fewer = new ArrayList<>(left.subList(0, at));
          fewer.addAll(left.subList(at + piece, left.size()));
          if (fails.test(fewer)) {
            left = fewer;
            again = true;
          }
        }
      }
    }
    return left;
  }
}
