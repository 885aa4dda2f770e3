package ringfence.sandbox.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Attack: the host is killed at any instant of start-up and of running. Expected: no worker is left.
class HostKilledIT {
  private static final int TRIALS = 8;
  private static final int LONGEST_MILLIS = 2400;

  /// Workers that have just begun to start hear of their host's end when their JVMs have come up: six at once, each with
  /// several times the work of the JVM that is measured.
  private static final int STARTS_OF_A_JVM = 30;

  @TempDir private Path folder;

  @Test
  void noWorkerOutlivesAHostThatIsKilledAtARandomInstant() throws Exception {
    long seed = Long.getLong("ringfence.seed", System.nanoTime());
    System.out.println(
        "rerun with: mvn verify -pl sandbox -Dit.test=HostKilledIT -Dringfence.seed=" + seed);
    Random random = new Random(seed);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    long started = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      String marker = "marker-" + UUID.randomUUID();
      Path output = folder.resolve(marker + ".out");
      Process host =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  DoomedHost.class.getName(),
                  Files.createDirectory(folder.resolve(marker)).toString())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .redirectOutput(output.toFile())
              .start();
      // Most of them within the start of the first workers, some long after it.
      long delay = random.nextLong(250, LONGEST_MILLIS);
      assertThat(host.waitFor(delay, TimeUnit.MILLISECONDS)).isFalse();
      host.destroyForcibly().waitFor();
      int workers = Files.readAllLines(output).size();
      started += workers;
      Duration patience = Duration.ofMillis(1500).plus(startOfAJvm().multipliedBy(STARTS_OF_A_JVM));
      await("workers after " + delay + " ms, " + workers + " started")
          .atMost(patience)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> TestWorker.processesWith(marker).isEmpty());
    }
    assertThat(started).as("workers that were started in all trials").isPositive();
  }

  /// What it takes on this machine, with what else it does now.
  private static Duration startOfAJvm() throws Exception {
    long begin = System.nanoTime();
    Process java =
        new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-version")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(java.waitFor()).isZero();
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
