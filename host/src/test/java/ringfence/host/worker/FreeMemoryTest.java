package ringfence.host.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreeMemoryTest {
  @TempDir private Path folder;

  @Test
  void readsWhatTheKernelCouldGive() throws IOException {
    Path table = Files.writeString(folder.resolve("a"), "MemTotal:  100 kB\nMemAvailable:   42 kB\nMemFree: 1 kB\n");
    assertThat(FreeMemory.in(table)).isEqualTo(42 * 1024);
  }

  @Test
  void refusesNothingWhereNothingTells() throws IOException {
    assertThat(FreeMemory.in(folder.resolve("missing"))).isEqualTo(Long.MAX_VALUE);
    assertThat(FreeMemory.in(Files.writeString(folder.resolve("b"), "MemAvailable: much\n"))).isEqualTo(Long.MAX_VALUE);
  }
}
