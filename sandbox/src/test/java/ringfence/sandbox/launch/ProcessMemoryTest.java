package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ProcessMemoryTest {
  @Test
  void tellsKindsApart() {
    ProcessMemory memory =
        ProcessMemory.of(
            """
            5600-5700 r-xp 00000000 08:01 42                         /w/jdk/bin/java
            Rss:                  12 kB
            Pss:                   3 kB
            Pss_Dirty:             1 kB
            Swap:                  0 kB
            SwapPss:               0 kB
            VmFlags: rd ex
            7f00-7f10 rw-p 00000000 00:00 0
            Pss:                 100 kB
            Swap:                  8 kB
            7f10-7f20 rw-s 00000000 00:01 7                          /memfd:ring (deleted)
            Pss:                  20 kB
            7f20-7f30 r--p 00000000 08:01 43                         /w/worker-1.aot
            Pss:                   5 kB
            7f30-7f40 rw-p 00000000 00:00 0                          [heap]
            Pss:                   1 kB
            """
                .lines()
                .toList());
    assertThat(memory).isEqualTo(new ProcessMemory(101 << 10, 20 << 10, 5 << 10, 3 << 10, 8 << 10));
    assertThat(memory.total()).isEqualTo(129 << 10);
  }

  /// The kernel's form, whatever this kernel is.
  @Test
  void readsThisProcess() throws IOException {
    ProcessMemory own = ProcessMemory.of(Files.readAllLines(Path.of("/proc/self/smaps"), StandardCharsets.ISO_8859_1));
    assertThat(own.own()).isGreaterThan(1 << 20);
    assertThat(own.files()).isPositive();
  }
}
