package ringfence.host.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Keeps the table in `docs/watching.md` and [Metric] together. To write it anew:
/// `mvn -pl host -am test -Dtest=MetricsDocumentTest -Dringfence.write.docs=true -Dsurefire.failIfNoSpecifiedTests=false`
class MetricsDocumentTest {
  private static final Path PAGE = Path.of("..", "docs", "watching.md");
  private static final String BEGIN = "<!-- metrics: generated, a test keeps them -->\n";
  private static final String END = "<!-- end of metrics -->\n";

  @Test
  void thePageSaysWhatIsMeasured() throws IOException {
    String page = Files.readString(PAGE);
    assertThat(page).contains(BEGIN, END);
    String right = page.substring(0, page.indexOf(BEGIN) + BEGIN.length()) + table() + page.substring(page.indexOf(END));
    if (Boolean.getBoolean("ringfence.write.docs")) {
      Files.writeString(PAGE, right);
    }
    assertThat(PAGE).hasContent(right);
  }

  private static String table() {
    StringBuilder table = new StringBuilder("| metric | kind | labels | what it says |\n|---|---|---|---|\n");
    for (Metric metric : Metric.values()) {
      table.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  metric.exposedName(),
                  metric.kind().word(),
                  metric.labels().stream().map(label -> "`" + label + "`").collect(Collectors.joining(", ")),
                  metric.help()));
    }
    return table.toString();
  }
}
