package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.manifest.Manifest;
import ringfence.sandbox.protocol.ServiceName;

class InitCommandTest {
  @TempDir private Path folder;

  @Test
  void writesManifestsThatCanBeRead() {
    Ran ran = Ran.command("init", folder.resolve("a/b").toString());
    assertThat(ran.status()).as(ran.err()).isZero();
    assertThat(Manifest.read(folder.resolve("a/b")).services()).extracting(s -> s.name().value()).containsExactly("counter", "page");
    assertThat(Manifest.read(folder.resolve("a/b/test.yaml")).services())
        .last()
        .satisfies(test -> assertThat(test.imports()).extracting(ServiceName::value).containsExactly("counter", "page"));
  }

  @Test
  void overwritesNothingAndThenWritesNothing() throws IOException {
    Files.writeString(folder.resolve("page.js"), "mine");
    // A link that leads nowhere is in the way too: what is written through it would be somewhere else.
    Files.createSymbolicLink(folder.resolve("test.js"), folder.resolve("elsewhere.js"));
    Ran ran = Ran.command("init", folder.toString());
    assertThat(ran.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(ran.err())
        .startsWith("ringfence: " + folder + " has page.js, test.js already, and nothing is overwritten; name another folder");
    assertThat(ran.out()).isEmpty();
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> folder.relativize(file).toString())).containsExactlyInAnyOrder("page.js", "test.js");
    }
    assertThat(folder.resolve("page.js")).hasContent("mine");
  }

  @Test
  void aFileInPlaceOfTheFolderIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThat(Ran.command("init", file.toString()).err()).contains(file + " can't be written to: ").contains("is in the way");
  }

  @Test
  void jsonTellsWhatWasWrittenAndWhatIsNext() throws IOException {
    JsonNode told = new ObjectMapper().readTree(Ran.command("init", "--json", folder.resolve("it's").toString()).out());
    assertThat(told.get("folder").textValue()).isEqualTo(folder.resolve("it's").toString());
    for (JsonNode name : told.get("files")) {
      assertThat(folder.resolve("it's").resolve(name.textValue())).isRegularFile();
    }
    assertThat(List.of(told.get("next").get(0).textValue(), told.get("next").get(1).textValue()))
        .containsExactly(
            "ringfence up '" + folder + "/it'\\''s'", "ringfence up --exit-code-from=test '" + folder + "/it'\\''s/test.yaml'");
  }

  @Test
  void upNamesTheServiceThatItShouldEndWith() throws IOException {
    Path manifest = Files.writeString(folder.resolve("m.yaml"), "version: 1\nservices: {test: {code: '1'}}\n");
    Ran ran = Ran.command("up", "--exit-code-from=tets", manifest.toString());
    assertThat(ran.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(ran.err()).contains("the manifest has no service \"tets\"; did you mean \"test\"?");
  }
}
