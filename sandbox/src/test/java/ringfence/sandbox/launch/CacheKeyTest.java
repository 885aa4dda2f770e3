package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheKeyTest {
  private static final FileTime TIME = FileTime.fromMillis(1_700_000_000_000L);

  @TempDir private Path folder;
  private Path jar;

  @BeforeEach
  void makeJar() throws IOException {
    jar = folder.resolve("ringfence-js-runtime-1.jar");
    jar("old code");
  }

  @Test
  void isTheSameForTheSameFiles() throws IOException {
    String key = CacheKey.of(image());
    jar("old code");
    assertThat(CacheKey.of(image())).isEqualTo(key).matches("[0-9a-f]{24}");
  }

  @Test
  void tellsJarsOfTheSameSizeAndTimeApart() throws IOException {
    // The JVM does not: it would run the old code from the cache.
    String key = CacheKey.of(image());
    long size = Files.size(jar);
    jar("new code");
    assertThat(Files.size(jar)).isEqualTo(size);
    assertThat(Files.getLastModifiedTime(jar)).isEqualTo(TIME);
    assertThat(CacheKey.of(image())).isNotEqualTo(key);
  }

  @Test
  void changesWithTheTimesThatTheJvmCompares() throws IOException {
    String key = CacheKey.of(image());
    Files.setLastModifiedTime(jar, FileTime.fromMillis(TIME.toMillis() + 1000));
    assertThat(CacheKey.of(image())).isNotEqualTo(key);
  }

  @Test
  void jarThatIsPackedAgainKeepsItsKeyOnceItsTimeIsSettled() throws IOException {
    CacheKey.settleTime(jar);
    String key = CacheKey.of(image());
    jar("old code");
    CacheKey.settleTime(jar);
    assertThat(CacheKey.of(image())).isEqualTo(key);
    FileTime before = Files.getLastModifiedTime(jar);
    jar("new code");
    CacheKey.settleTime(jar);
    assertThat(Files.getLastModifiedTime(jar)).isNotEqualTo(before);
  }

  @Test
  void readsWholeFilesThatAreNoZipFiles() throws IOException {
    Path file = folder.resolve("text");
    Files.writeString(file, "text");
    assertThat(CacheKey.directory(file)).isEqualTo("text".getBytes(StandardCharsets.UTF_8));
    Files.write(file, new byte[0]);
    assertThat(CacheKey.directory(file)).isEmpty();
  }

  private WorkerImage image() {
    return new WorkerImage(Path.of(System.getProperty("java.home")), List.of(jar), "m/m.Main", "");
  }

  /// Stored, so that texts of one length make files of one size.
  private void jar(String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry("code");
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    entry.setLastModifiedTime(TIME);
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(entry);
      zip.write(bytes);
    }
    Files.setLastModifiedTime(jar, TIME);
  }
}
