package ringfence.benchmarks.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How long a run of torture is, what it says to be run again, and where its table goes.
class TrialTest {
  @TempDir private Path folder;

  private static Trial trial(Duration time, long count) {
    return new Trial("soak", 7, time, count, _ -> {});
  }

  @Test
  void withoutTimeItGoesOnForOneRoundOrForTheCount() {
    assertThat(trial(Duration.ZERO, 0).more(3, 4)).isTrue();
    assertThat(trial(Duration.ZERO, 0).more(4, 4)).isFalse();
    assertThat(trial(Duration.ZERO, 2).more(2, 4)).isFalse();
    assertThat(trial(Duration.ZERO, 9).more(8, 4)).isTrue();
  }

  @Test
  void withTimeItGoesOnUntilBothAreOver() {
    assertThat(trial(Duration.ofHours(1), 2).more(100, 4)).isTrue();
    assertThat(trial(Duration.ofHours(1), 0).more(100, 4)).isTrue();
  }

  @Test
  void theCountIsPartOfTheLineThatRunsItAgain() {
    assertThat(trial(Duration.ZERO, 500).again()).isEqualTo("./ringfence torture --only '^soak$' --seed 7 --count 500");
    assertThat(trial(Duration.ZERO, 0).again()).isEqualTo("./ringfence torture --only '^soak$' --seed 7");
  }

  @Test
  void countsHoldForAllOrForThoseThatAreNamed() {
    Counts counts = Counts.parse(List.of("3", "soak=500"));
    assertThat(counts.of("soak")).isEqualTo(500);
    assertThat(counts.of("worker")).isEqualTo(3);
    assertThat(counts.option()).isEqualTo(" --count 3,soak=500");
    assertThat(Counts.parse(List.of()).option()).isEmpty();
  }

  @Test
  void aTableTakesItsPlaceBetweenItsMarks() throws IOException {
    Path page = folder.resolve("page.md");
    String others = TableFile.begin("soak") + "\nkept\n\n" + TableFile.end("soak");
    Files.writeString(page, "before\n" + TableFile.begin("litmus") + "old\n" + TableFile.end("litmus") + "between\n" + others);
    for (String table : List.of("new\n", "newer\n")) {
      new TableFile(page).write("litmus", table);
      assertThat(page)
          .hasContent(
              "before\n" + TableFile.begin("litmus") + "\n" + table + "\n" + TableFile.end("litmus") + "between\n" + others);
    }
  }

  @Test
  void aTableWithoutAPlaceGoesBehindTheOthers() throws IOException {
    Path page = folder.resolve("table.md");
    new TableFile(page).write("litmus", "one\n");
    new TableFile(page).write("soak", "two\n");
    new TableFile(page).write("litmus", "three\n");
    assertThat(page)
        .hasContent(
            TableFile.begin("litmus") + "\nthree\n\n" + TableFile.end("litmus")
                + TableFile.begin("soak") + "\ntwo\n\n" + TableFile.end("soak"));
  }
}
