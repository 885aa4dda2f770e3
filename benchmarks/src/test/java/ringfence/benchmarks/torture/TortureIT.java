package ringfence.benchmarks.torture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Some faults, chosen by the seed, in each build; and with the tag `long` whole rounds. All that must be zero is. Times are not
/// looked at.
///
/// `-Dringfence.seed=S` takes the dice of another run. Whole rounds: `-Dringfence.torture.ordeals=99` takes all ordeals,
/// `-Dringfence.torture.minutes=N` gives each so long.
@Timeout(3600)
class TortureIT {
  private static final long SEED = Long.getLong("ringfence.seed", new Random().nextInt(1_000_000));
  private static final int ORDEALS = Integer.getInteger("ringfence.torture.ordeals", 2);
  private static final String MINUTES = System.getProperty("ringfence.torture.minutes", "0");

  /// What a build has the time for: one of those that start workers.
  private static final Map<String, Integer> WITH_WORKERS = new TreeMap<>(Map.of("worker", 1, "host-kill", 1));

  /// And two of those that start none, or none of our workers.
  private static final Map<String, Integer> WITHOUT =
      new TreeMap<>(Map.of("state", 2, "hostile-peer", 10, "hostile-memory", 50_000, "litmus", 3000));

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int torture(String... arguments) {
    return TortureCommand.commandLine(print(out), print(err)).execute(arguments);
  }

  private static PrintStream print(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  static List<String> ordeals() {
    return chosen(TortureCommand.ORDEALS.stream().map(Ordeal::key).toList(), ORDEALS);
  }

  static List<Arguments> faults() {
    List<Arguments> faults = new ArrayList<>();
    chosen(WITH_WORKERS.keySet(), 1).forEach(ordeal -> faults.add(Arguments.of(ordeal, WITH_WORKERS.get(ordeal))));
    chosen(WITHOUT.keySet(), 2).forEach(ordeal -> faults.add(Arguments.of(ordeal, WITHOUT.get(ordeal))));
    return faults;
  }

  private static List<String> chosen(Collection<String> ordeals, int most) {
    List<String> all = new ArrayList<>(ordeals);
    Collections.shuffle(all, new Random(SEED));
    List<String> chosen = all.subList(0, Math.min(most, all.size()));
    System.out.printf("torture: %s of %d ordeals, seed %d%n", chosen, all.size(), SEED);
    return chosen;
  }

  @ParameterizedTest
  @MethodSource("faults")
  void someFaultsOfEachBuildHarmNothing(String ordeal, int count) throws IOException {
    endure(ordeal, "--count", Integer.toString(count));
  }

  /// Up to half a minute each.
  @Tag("long")
  @ParameterizedTest
  @MethodSource("ordeals")
  void nothingIsLostAndNothingIsLeftBehind(String ordeal) throws IOException {
    endure(ordeal, "--minutes", MINUTES);
  }

  private void endure(String ordeal, String... howOften) throws IOException {
    Path json = folder.resolve("rows.json");
    Path table = folder.resolve("table.md");
    List<String> line =
        new ArrayList<>(
            List.of(
                "--only", "^" + ordeal + "$", "--seed", Long.toString(SEED), "--json", json.toString(), "--markdown", table.toString()));
    line.addAll(List.of(howOften));
    int status = torture(line.toArray(String[]::new));
    System.out.println(out.toString(StandardCharsets.UTF_8));
    assertThat(status).as("%s%s", out, err).isZero();
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.get("rows"))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.get("injected").asInt()).as(row.get("fault").asText()).isPositive());
    assertThat(Files.readString(table)).contains("seed " + SEED).contains("| `" + ordeal + "` ");
  }

  @Test
  void refusesWhatItCantInject() {
    assertThat(torture("--only", "plague")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--only plague matches nothing; --list prints what there is");
    assertThat(torture("--minutes", "-1")).isEqualTo(2);
    assertThat(torture("--count", "litmus=many")).isEqualTo(2);
    assertThat(torture("--count", "plague=3")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("--count litmus=many must be NUMBER or NAME=NUMBER, with a number from 1 on")
        .contains("--count plague: there is no such name; --list prints what there is");
  }
}
