package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.sandbox.os.Processes;

class CacheFolderTest {
  @TempDir private Path place;
  private CacheFolder folder;

  @BeforeEach
  void makeFolder() throws IOException {
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxr-xr-x"));
    folder = new CacheFolder(place.resolve("caches"));
  }

  @Test
  void makesACacheOnceHoweverManyAskAtOnce() throws Exception {
    AtomicInteger made = new AtomicInteger();
    List<FutureTask<Path>> tasks = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      FutureTask<Path> task =
          new FutureTask<>(
              () ->
                  folder.make(
                      CacheFolder.Kind.CACHE,
                      "key",
                      target -> {
                        made.incrementAndGet();
                        Files.writeString(target, "cache");
                      }));
      Thread.ofPlatform().start(task);
      tasks.add(task);
    }
    for (FutureTask<Path> task : tasks) {
      assertThat(task.get()).hasContent("cache");
    }
    assertThat(made).hasValue(1);
    assertThat(folder.find(CacheFolder.Kind.CACHE, "key")).contains(tasks.getFirst().get());
    assertThat(folder.find(CacheFolder.Kind.CACHE, "other")).isEmpty();
  }

  @Test
  void failedMakingLeavesNoCache() {
    assertThatThrownBy(
            () ->
                folder.make(
                      CacheFolder.Kind.CACHE,
                    "key",
                    target -> {
                      throw new IOException("no walls");
                    }))
        .hasMessage("no walls");
    assertThat(folder.find(CacheFolder.Kind.CACHE, "key")).isEmpty();
  }

  @Test
  void usesNothingThatOthersCouldHaveWritten() throws IOException {
    // Attack: another user of the machine puts code into a cache that workers run.
    Path cache = folder.make(CacheFolder.Kind.CACHE, "key", target -> Files.writeString(target, "cache"));
    assertThat(folder.find(CacheFolder.Kind.CACHE, "key")).contains(cache);
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-rw-r--"));
    assertThat(folder.find(CacheFolder.Kind.CACHE, "key")).isEmpty();
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-r--rw-"));
    assertThat(folder.find(CacheFolder.Kind.CACHE, "key")).isEmpty();
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(folder.find(CacheFolder.Kind.CACHE, "key")).contains(cache);
    Files.setPosixFilePermissions(folder.path(), PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(folder.find(CacheFolder.Kind.CACHE, "key")).isEmpty();
    assertThatThrownBy(() -> folder.make(CacheFolder.Kind.CACHE, "key", target -> Files.writeString(target, "cache")))
        .hasMessageContaining("only its user can write to");
    Files.setPosixFilePermissions(folder.path(), PosixFilePermissions.fromString("rwxr-xr-x"));
    if (Processes.effectiveUserId() == 0) {
      Files.setAttribute(cache, "unix:uid", 1234);
      assertThat(folder.find(CacheFolder.Kind.CACHE, "key")).isEmpty();
    }
  }

  @Test
  void followsNoLink() throws IOException {
    Path cache = folder.make(CacheFolder.Kind.CACHE, "key", target -> Files.writeString(target, "cache"));
    Path elsewhere = Files.move(cache, place.resolve("elsewhere"));
    Files.createSymbolicLink(cache, elsewhere);
    assertThat(folder.find(CacheFolder.Kind.CACHE, "key")).isEmpty();
  }

  @Test
  void deletesWhatNobodyUsedForAMonthAndWhatAKilledTrainingLeft() throws IOException {
    Path old = folder.make(CacheFolder.Kind.CACHE, "old", target -> Files.writeString(target, "cache"));
    Path recent = folder.make(CacheFolder.Kind.CACHE, "recent", target -> Files.writeString(target, "cache"));
    Path left = Files.createDirectory(folder.path().resolve(CacheFolder.TEMPORARY + "1"));
    Files.writeString(left.resolve("worker.aotconf"), "");
    FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofDays(31)));
    Files.setLastModifiedTime(old, longAgo);
    Files.setLastModifiedTime(left, longAgo);
    folder.make(CacheFolder.Kind.CACHE, "key", target -> Files.writeString(target, "cache"));
    assertThat(old).doesNotExist();
    assertThat(left).doesNotExist();
    assertThat(recent).exists();
  }
}
