package ringfence.host.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import ringfence.host.HostOptions;
import ringfence.host.ServicesManager;
import ringfence.host.event.ServiceEvent;
import ringfence.host.manifest.Manifest;

/// Runs every block of the README and of the pages under `docs`, and holds what it prints to what stands there.
class SnippetsIT {
  private static final Set<String> RUN = Set.of("js", "java", "yaml", "console");

  @TempDir Path folder;

  static Stream<Snippet> scripts() {
    return Snippet.in("js");
  }

  static Stream<Snippet> programs() {
    return Snippet.in("java");
  }

  static Stream<Snippet> manifests() {
    return Snippet.in("yaml");
  }

  static Stream<String> consoles() {
    return Snippet.in("console").map(Snippet::page).distinct();
  }

  @Test
  void whatIsNotRunSaysWhy() {
    for (String page : Snippet.pages()) {
      for (Snippet snippet : Snippet.of(page)) {
        if (!snippet.notRun().isEmpty()) {
          System.out.println("not run: " + snippet + ": " + snippet.notRun());
        } else if (!snippet.language().equals("text")) {
          assertThat(RUN).as(snippet + ": run it, or write <!-- not run: REASON --> above it").contains(snippet.language());
        }
      }
    }
    assertThat(Snippet.in("js")).hasSizeGreaterThan(2);
    assertThat(Snippet.in("java")).hasSizeGreaterThan(2);
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void scriptsRunAsServices(Snippet snippet) {
    List<String> printed = new CopyOnWriteArrayList<>();
    List<String> uncaught = new CopyOnWriteArrayList<>();
    try (ServicesManager services = ServicesManager.open(HostOptions.defaults())) {
      var _ =
          services.addListener(
              event -> {
                switch (event) {
                  case ServiceEvent.Output output -> printed.add(output.line().text());
                  case ServiceEvent.UncaughtError error -> uncaught.add(error.error().headline());
                  default -> {}
                }
              });
      services.create(ServiceSnippet.definitions(snippet.text()));
      services.startAll();
      assertThat(snippet.prints()).isNotEmpty();
      await(snippet.toString())
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(printed).containsAll(snippet.prints()));
    }
    assertThat(uncaught).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void programsCompileAndRun(Snippet snippet) throws Exception {
    assertThat(snippet.prints()).isNotEmpty();
    assertThat(JavaSnippet.run(snippet, folder)).as(snippet.toString()).containsAll(snippet.prints());
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void manifestsAreRead(Snippet snippet) {
    // With the files that they name.
    Path counter = Snippet.HOME.resolve("samples/counter");
    assertThatCode(() -> Manifest.parse(snippet.toString(), snippet.text(), counter)).doesNotThrowAnyException();
    assertThat(
            SchemaRegistry.withDialect(Dialects.getDraft202012())
                .getSchema(Manifest.schema(), InputFormat.JSON)
                .validate(snippet.text(), InputFormat.YAML))
        .isEmpty();
  }

  /// Some seconds, and most of it shown by the tests of the samples too.
  @Tag("long")
  @ParameterizedTest
  @MethodSource("consoles")
  void commandsPrintWhatIsShown(String page) throws IOException {
    try (ConsoleRun console = new ConsoleRun(folder)) {
      Snippet.of(page).stream().filter(snippet -> snippet.language().equals("console")).forEach(snippet -> console.type(snippet.text()));
    }
  }
}
