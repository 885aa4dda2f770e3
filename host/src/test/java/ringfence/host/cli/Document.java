package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A page under `docs` that is made from what runs. `-Dringfence.docs=write` writes it.
final class Document {
  private Document() {}

  /// Holds the page to what it must say.
  static void check(String name, String text) throws IOException {
    Path page = Path.of("../docs").resolve(name);
    if ("write".equals(System.getProperty("ringfence.docs"))) {
      Files.writeString(page, text);
    }
    assertThat(page)
        .as("it is made anew with: mvn -pl host -am test -Dtest=DocumentsTest -Dsurefire.failIfNoSpecifiedTests=false -Dringfence.docs=write")
        .hasContent(text);
  }
}
