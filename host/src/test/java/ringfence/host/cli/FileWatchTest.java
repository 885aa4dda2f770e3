package ringfence.host.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchTest {
  @TempDir private Path folder;
  private FileWatch watch;

  @BeforeEach
  void open() throws IOException {
    watch = FileWatch.open(folder);
  }

  @AfterEach
  void close() {
    watch.close();
  }

  @Test
  void tellsOfAFileThatIsReplacedByARenameAgainAndAgain() throws Exception {
    Path file = Files.writeString(folder.resolve("a.js"), "0");
    assertThat(watch.watch(List.of(file))).isTrue();
    assertThat(watch.watch(List.of(file))).as("nothing more to watch").isFalse();
    for (int i = 1; i <= 2; i++) {
      Path next = Files.writeString(folder.resolve("a.js.swap"), "" + i);
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      assertThat(told(change())).isTrue();
    }
  }

  @Test
  void otherFilesOfTheFolderWakeNobody() throws Exception {
    Path file = folder.resolve("a.js");
    watch.watch(List.of(file));
    CompletableFuture<Boolean> change = change();
    Path other = folder.resolve("other.log");
    // Two that watch the other file, one after the other: by then ours would long have told of it.
    for (int i = 0; i < 2; i++) {
      try (FileWatch witness = FileWatch.open(folder)) {
        assertThat(witness.watch(List.of(other))).isTrue();
        Files.writeString(other, "x" + i);
        assertThat(witness.awaitChange()).isTrue();
      }
    }
    assertThat(change).isNotDone();
    watch.close();
    assertThat(told(change)).as("closed, and no change before").isFalse();
  }

  @Test
  void tellsOfAFolderThatIsMadeLaterAndOfAFileInIt() throws Exception {
    Path file = folder.resolve("lib/part/a.js");
    watch.watch(List.of(file));
    Files.createDirectories(file.getParent());
    assertThat(told(change())).isTrue();
    assertThat(watch.watch(List.of(file))).as("the folder is watched from now on").isTrue();
    Files.writeString(file, "1");
    assertThat(told(change())).isTrue();
  }

  @Test
  void tellsOfWhatALinkLeadsToAndOfALinkedFolderThatIsSwapped() throws Exception {
    Path one = Files.createDirectories(folder.resolve("versions/1"));
    Path two = Files.createDirectories(folder.resolve("versions/2"));
    Files.writeString(one.resolve("a.js"), "1");
    Files.writeString(two.resolve("a.js"), "2");
    Path current = Files.createSymbolicLink(folder.resolve("current"), one);
    watch.watch(List.of(current.resolve("a.js")));
    Files.writeString(one.resolve("a.js"), "1b");
    assertThat(told(change())).isTrue();
    Path next = Files.createSymbolicLink(folder.resolve("next"), two);
    Files.move(next, current, StandardCopyOption.ATOMIC_MOVE);
    assertThat(told(change())).isTrue();
    assertThat(watch.watch(List.of(current.resolve("a.js")))).isTrue();
    Files.writeString(two.resolve("a.js"), "2b");
    assertThat(told(change())).isTrue();
  }

  private CompletableFuture<Boolean> change() {
    CompletableFuture<Boolean> change = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                change.complete(watch.awaitChange());
              } catch (InterruptedException | RuntimeException e) {
                change.completeExceptionally(e);
              }
            });
    return change;
  }

  private static boolean told(CompletableFuture<Boolean> change) throws ExecutionException, TimeoutException, InterruptedException {
    return change.get(60, TimeUnit.SECONDS);
  }
}
