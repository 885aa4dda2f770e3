package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.host.worker.Worker;
import ringfence.host.worker.WorkerFactory;
import ringfence.host.worker.WorkerListener;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.ProcessPolicy;
import ringfence.sandbox.protocol.ServiceState;

/// A host that gets no more threads can't serve a worker. The run was STARTING for ever then, and whoever wanted it to run
/// waited for ever, also when there were threads again.
@Timeout(60)
class WorkerThatNeverBeginsTest {
  /// What the JVM throws when the kernel refuses a thread.
  private static final String NO_THREAD = "unable to create native thread: possibly out of memory or process/resource limits reached";

  /// Workers that can't begin at first.
  private static final class Scarce implements WorkerFactory {
    private final EasyWorkers easy = new EasyWorkers();
    private final AtomicInteger refusals;

    Scarce(int refusals) {
      this.refusals = new AtomicInteger(refusals);
    }

    @Override
    public Worker start(String label, ProcessPolicy policy, WorkerListener listener) {
      if (refusals.getAndDecrement() > 0) {
        throw new OutOfMemoryError(NO_THREAD);
      }
      return easy.start(label, policy, listener);
    }

    @Override
    public void close() {
      easy.close();
    }
  }

  private static ServicesManager manager(int refusals) {
    MachineCapabilities walls = new MachineCapabilities(Path.of("/usr/bin/bwrap"), "");
    return new ServicesManager(HostOptions.defaults(), walls, new ManagerThread(), new Scarce(refusals));
  }

  @Test
  void theStartFailsWithTheReasonAndTheNextOneSucceeds() {
    try (ServicesManager services = manager(1)) {
      services.create(ServiceDefinition.named("a").code("").build());
      assertThatThrownBy(() -> services.start("a"))
          .isInstanceOf(StartFailedException.class)
          .hasMessage("service \"a\" did not start: the host could not serve its worker: " + NO_THREAD);
      assertThat(services.status("a").state()).isEqualTo(ServiceState.CLOSED);
      services.start("a");
      assertThat(services.status("a").state()).isEqualTo(ServiceState.RUNNING);
    }
  }

  @Test
  void aRestartPolicyTriesAgain() {
    RestartPolicy soon =
        new RestartPolicy(
            RestartPolicy.Mode.ON_FAILURE, Duration.ofMillis(1), Duration.ofMillis(1), 5, Duration.ofMinutes(10));
    try (ServicesManager services = manager(3)) {
      services.create(ServiceDefinition.named("a").code("").restart(soon).build());
      assertThatThrownBy(() -> services.start("a")).isInstanceOf(StartFailedException.class);
      await().until(() -> services.status("a").state() == ServiceState.RUNNING);
      assertThat(services.status("a").incarnation()).isEqualTo(4);
    }
  }
}
