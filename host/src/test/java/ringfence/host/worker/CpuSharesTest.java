package ringfence.host.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.launch.ProcessMemory;
import ringfence.sandbox.launch.WorkerExit;
import ringfence.sandbox.launch.WorkerProcess;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;

/// What is done to a worker that uses two CPUs all the time, as the kernel would tell, or none.
class CpuSharesTest {
  private final CpuShares shares = new CpuShares(2);

  @AfterEach
  void close() {
    shares.close();
  }

  @Test
  void oneThatUsesMoreThanItsShareIsStoppedAndRunsInTheBackground() {
    Busy process = new Busy(true, false);
    shares.watch(process, false).hold(1);
    await().atMost(Duration.ofSeconds(20)).until(() -> process.done.contains("stop"));
    assertThat(process.done).startsWith("background true").doesNotContain("background false");
  }

  /// Attack: outlast the share by a group that can't be written.
  @Test
  void theShareHoldsWhereTheBackgroundIsRefused() {
    Busy process = new Busy(true, true);
    shares.watch(process, false).hold(1);
    await().atMost(Duration.ofSeconds(20)).until(() -> process.done.contains("stop"));
    assertThat(process.done).containsOnlyOnce("background true");
  }

  @Test
  void theShareHoldsWhereThereIsNoBackground() {
    Busy process = new Busy(false, false);
    shares.watch(process, false).hold(1);
    await().atMost(Duration.ofSeconds(20)).until(() -> process.done.contains("stop"));
    assertThat(process.done).doesNotContain("background true");
  }

  @Test
  void oneThatUsesNothingIsBehindOnlyWhileItIsKeptThere() {
    Busy process = new Busy(true, false);
    process.cpus = 0;
    CpuShares.Watched watched = shares.watch(process, false);
    await().atMost(Duration.ofSeconds(20)).until(() -> lastOf(process).equals("background false"));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              watched.keepBehind();
              return lastOf(process).equals("background true");
            });
    await().atMost(Duration.ofSeconds(20)).until(() -> lastOf(process).equals("background false"));
  }

  /// It uses two CPUs all the time, so that nothing else brings it to the fore.
  @Test
  void aWarmOneThatIsTakenRunsLikeAllOthersUntilItHasBeenBusyItself() {
    Busy process = new Busy(true, false);
    CpuShares.Watched watched = shares.watch(process, false);
    await().atMost(Duration.ofSeconds(20)).until(() -> lastOf(process).equals("background true"));
    watched.comeForward();
    await().atMost(Duration.ofSeconds(20)).until(() -> process.done.contains("background false"));
    await().atMost(Duration.ofSeconds(20)).until(() -> lastOf(process).equals("background true"));
  }

  private static String lastOf(Busy process) {
    return process.done.isEmpty() ? "" : process.done.getLast();
  }

  private static final class Busy implements WorkerProcess {
    private final boolean knowsBackground;
    private final boolean refuses;
    private final CompletableFuture<WorkerExit> exit = new CompletableFuture<>();
    volatile long cpus = 2;
    final List<String> done = new CopyOnWriteArrayList<>();

    Busy(boolean knowsBackground, boolean refuses) {
      this.knowsBackground = knowsBackground;
      this.refuses = refuses;
    }

    @Override
    public long pid() {
      return 1;
    }

    @Override
    public void offerRegion(SharedRegion region, RingOffer offer) {
      throw new AssertionError("nobody asked for it");
    }

    @Override
    public void yieldCompiling() {}

    @Override
    public OptionalLong cpuNanos() {
      return OptionalLong.of(cpus * System.nanoTime());
    }

    @Override
    public OptionalLong memoryBytes() {
      return OptionalLong.empty();
    }

    @Override
    public Optional<ProcessMemory> memory() {
      return Optional.empty();
    }

    @Override
    public boolean boundsMemory() {
      return true;
    }

    @Override
    public void killOverMemory() {
      throw new AssertionError("nobody asked for it");
    }

    @Override
    public boolean knowsBackground() {
      return knowsBackground;
    }

    @Override
    public void background(boolean background) {
      done.add("background " + background);
      if (refuses) {
        throw new UncheckedIOException(new IOException("the test refuses it"));
      }
    }

    @Override
    public void stop() {
      done.add("stop");
    }

    @Override
    public void proceed() {
      done.add("proceed");
    }

    @Override
    public void hangUp() {}

    @Override
    public void kill() {}

    @Override
    public CompletableFuture<@Nullable Void> dying() {
      return new CompletableFuture<>();
    }

    @Override
    public CompletableFuture<WorkerExit> exit() {
      return exit;
    }
  }
}
