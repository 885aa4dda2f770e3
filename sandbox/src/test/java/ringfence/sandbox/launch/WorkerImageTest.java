package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerImageTest {
  @TempDir private Path folder;

  @Test
  void buildIdChangesWithOurCodeOnlyAndNotWithTheOrder() throws IOException {
    Path runtime = jar("ringfence-js-runtime-1.jar", "a");
    Path sandbox = jar("ringfence-sandbox-1.jar", "b");
    Path foreign = jar("icu4j-1.jar", "c");
    String id = WorkerImage.buildIdOf(List.of(runtime, sandbox, foreign));
    assertThat(id).matches("[0-9a-f]{16}");
    assertThat(WorkerImage.buildIdOf(List.of(sandbox, runtime))).isEqualTo(id);
    jar("ringfence-sandbox-1.jar", "B");
    assertThat(WorkerImage.buildIdOf(List.of(runtime, sandbox))).isNotEqualTo(id);
  }

  @Test
  void takesAllJarsOfTheFolderThatThePropertyNames() throws IOException {
    Path runtime = jar("ringfence-js-runtime-1.jar", "a");
    Path other = jar("any-1.jar", "b");
    WorkerImage image = locate();
    assertThat(image.jars()).containsExactly(other, runtime);
    assertThat(image.mainModule()).isEqualTo("ringfence.jsruntime/ringfence.jsruntime.WorkerMain");
    assertThat(image.buildId()).isEqualTo(WorkerImage.buildIdOf(List.of(runtime)));
  }

  @Test
  void saysWhereItSoughtAndNamesThePropertyWhenThereIsNoWorker() {
    assertThatThrownBy(this::locate)
        .isInstanceOf(IOException.class)
        .hasMessage(
            "no ringfence-js-runtime-*.jar in " + folder + ", which -Dringfence.worker.path names");
    assertThatThrownBy(WorkerImage::locate).hasMessageContaining("set -Dringfence.worker.path");
  }

  private WorkerImage locate() throws IOException {
    System.setProperty(WorkerImage.PATH_PROPERTY, folder.toString());
    try {
      return WorkerImage.locate();
    } finally {
      System.clearProperty(WorkerImage.PATH_PROPERTY);
    }
  }

  private Path jar(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }
}
