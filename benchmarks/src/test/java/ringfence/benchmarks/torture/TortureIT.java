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
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// One round of some ordeals, chosen by the seed: all that must be zero is. Times are not looked at.
///
/// `-Dringfence.torture.ordeals=99` takes them all, `-Dringfence.seed=S` the dice of another run,
/// `-Dringfence.torture.minutes=N` gives each ordeal so long.
@Timeout(3600)
class TortureIT {
  private static final long SEED = Long.getLong("ringfence.seed", new Random().nextInt(1_000_000));
  private static final int ORDEALS = Integer.getInteger("ringfence.torture.ordeals", 2);
  private static final String MINUTES = System.getProperty("ringfence.torture.minutes", "0");

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
    List<String> all = new ArrayList<>(TortureCommand.ORDEALS.stream().map(Ordeal::key).toList());
    Collections.shuffle(all, new Random(SEED));
    List<String> chosen = all.subList(0, Math.min(ORDEALS, all.size()));
    System.out.printf("torture: %s of %d ordeals, seed %d%n", chosen, all.size(), SEED);
    return chosen;
  }

  /// Up to half a minute each.
  @Tag("long")
  @ParameterizedTest
  @MethodSource("ordeals")
  void nothingIsLostAndNothingIsLeftBehind(String ordeal) throws IOException {
    Path json = folder.resolve("rows.json");
    Path table = folder.resolve("table.md");
    int status =
        torture(
            "--only", "^" + ordeal + "$", "--minutes", MINUTES, "--seed", Long.toString(SEED),
            "--json", json.toString(), "--markdown", table.toString());
    System.out.println(out.toString(StandardCharsets.UTF_8));
    assertThat(status).as("%s%s", out, err).isZero();
    JsonNode report = new ObjectMapper().readTree(json.toFile());
    assertThat(report.get("rows"))
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.get("injected").asInt()).as(row.get("fault").asText()).isPositive());
    assertThat(Files.readString(table)).contains("Seed " + SEED).contains("| `" + ordeal + "` ");
  }

  @Test
  void refusesWhatItCantInject() {
    assertThat(torture("--only", "plague")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--only plague matches nothing; --list prints what there is");
    assertThat(torture("--minutes", "-1")).isEqualTo(2);
  }
}
