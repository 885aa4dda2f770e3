package ringfence.benchmarks.report;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What a run is asked for.
///
/// @param quick whether a look is enough
/// @param rounds pairs of slices for each rival, from 1; null for what the part takes
/// @param slice time of one; null for what the part takes
/// @param keys which scenarios, `call/string`, and which of their rivals, `call/string/deno-worker`
/// @param jvmFlags of JVMs that are compared
/// @param rivals folder of programs that were installed to be compared with; null for none
/// @param before folder of the workers of another build, which are one more rival of calls; null for none
/// @param progress told a line before each rival's turn
public record Wanted(
    boolean quick,
    @Nullable Integer rounds,
    @Nullable Duration slice,
    Predicate<String> keys,
    List<String> jvmFlags,
    @Nullable Path rivals,
    @Nullable Path before,
    Consumer<String> progress) {

  /// Of each rival one pair of slices that are as short as can be: to see that all works.
  ///
  /// @param rivals as in [Wanted]
  public static Wanted least(@Nullable Path rivals) {
    return new Wanted(true, 1, Duration.ofMillis(2), _ -> true, List.of(), rivals, null, _ -> {});
  }

  /// How many pairs, where a part has these for figures that are published and those for a look.
  public int rounds(int whole, int look) {
    return rounds == null ? quick ? look : whole : rounds;
  }

  /// As [#rounds(int, int)], in milliseconds.
  public Duration slice(int wholeMillis, int lookMillis) {
    return slice == null ? Duration.ofMillis(quick ? lookMillis : wholeMillis) : slice;
  }
}
