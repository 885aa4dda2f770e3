package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.event.ServiceEvent;
import ringfence.host.lifecycle.ExitCause;
import ringfence.host.worker.Worker;
import ringfence.host.worker.WorkerEnd;
import ringfence.host.worker.WorkerFactory;
import ringfence.host.worker.WorkerListener;
import ringfence.sandbox.launch.WorkerExit;
import ringfence.sandbox.policy.MachineCapabilities;
import ringfence.sandbox.policy.ProcessPolicy;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;

/// What listeners do must not reach the manager: real threads, simulated workers.
@Timeout(60)
class ListenersTest {
  private final ServicesManager services =
      new ServicesManager(
          HostOptions.defaults(),
          new MachineCapabilities(Path.of("/usr/bin/bwrap"), ""),
          new ManagerThread(),
          new WillingWorkers());
  private final CountDownLatch goOn = new CountDownLatch(1);

  @AfterEach
  void close() {
    goOn.countDown();
    services.close();
  }

  @Test
  void aListenerThatBlocksForEverDelaysNoCommandAndNoClose() {
    AtomicBoolean interrupted = new AtomicBoolean();
    var _ =
        services.addListener(
            event -> {
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException _) {
                interrupted.set(true);
              }
            });
    services.create(List.of(House.define("b").build(), House.define("a", "b").build()));

    services.start("a");
    services.restart("b");
    services.destroyWithDependants("b");
    services.close();

    // The close gave it its last seconds, and then let go of it.
    await().untilAsserted(() -> assertThat(interrupted).isTrue());
  }

  @Test
  void aListenerThatThrowsHearsTheNextEvent() {
    List<ServiceEvent> heard = new CopyOnWriteArrayList<>();
    var _ =
        services.addListener(
            event -> {
              heard.add(event);
              throw new IllegalStateException("a listener's own mistake");
            });
    services.create(House.define("a").build());
    services.start("a");

    await().until(() -> heard.stream().anyMatch(ServiceEvent.Running.class::isInstance));
  }

  @Test
  void commandsMayBeGivenFromAListener() {
    ServiceName counter = new ServiceName("counter");
    List<ExitCause> causes = new CopyOnWriteArrayList<>();
    services.create(List.of(House.define("counter").build(), House.define("other").build()));
    var _ =
        services.addListener(
            event -> {
              if (event instanceof ServiceEvent.Running && event.service().equals(counter)) {
                services.start("other");
                causes.add(services.close("counter"));
              }
            });

    services.start("counter");

    await().until(() -> !causes.isEmpty());
    assertThat(causes).containsExactly(new ExitCause.Requested());
    assertThat(services.status("other").state()).isEqualTo(ServiceState.RUNNING);
  }

  @Test
  void theLogCanBeReadAfterTheClose() {
    services.create(House.define("a").build());
    services.start("a");
    services.close();

    assertThat(services.events().replay().service(new ServiceName("a")).orElseThrow().state())
        .isEqualTo(ServiceState.CLOSED);
    assertThatThrownBy(() -> services.addListener(event -> {}))
        .hasMessage("the services manager is closed");
  }

  /// Workers that do at once what they should, each on a thread of its own.
  private static final class WillingWorkers implements WorkerFactory {
    @Override
    public Worker start(String label, ProcessPolicy policy, WorkerListener listener) {
      // One thread a worker, as the listener demands.
      ExecutorService own = Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
      own.execute(() -> listener.event(new ControlEvent.RemoteReady("build", true)));
      return new Willing(own, listener);
    }

    @Override
    public void close() {
      // Each has ended, since the manager closes its services first.
    }
  }

  private record Willing(ExecutorService own, WorkerListener listener, AtomicBoolean gone)
      implements Worker {
    Willing(ExecutorService own, WorkerListener listener) {
      this(own, listener, new AtomicBoolean());
    }

    @Override
    public OptionalLong pid() {
      return OptionalLong.empty();
    }

    @Override
    public String expectedBuildId() {
      return "build";
    }

    @Override
    public void send(ControlEvent event) {
      switch (event) {
        case ControlEvent.RunCode _ -> says(new ControlEvent.StateChanged(ServiceState.RUNNING));
        case ControlEvent.PrepareClose _ -> says(new ControlEvent.Closed(CloseReason.REQUESTED));
        default -> {}
      }
    }

    @Override
    public void reply(BrokerMessage message) {
      throw new AssertionError("nobody asked: " + message);
    }

    private void says(ControlEvent event) {
      own.execute(() -> listener.event(event));
    }

    @Override
    public void offerRegion(SharedRegion region, RingOffer offer) throws IOException {
      if (region.descriptor() < 0) {
        throw new IOException("the region is closed");
      }
    }

    @Override
    public void dismiss() {
      kill();
    }

    @Override
    public void kill() {
      if (gone.compareAndSet(false, true)) {
        own.execute(() -> listener.ended(new WorkerEnd.Exited(new WorkerExit(9, 0, ""))));
        own.shutdown();
      }
    }
  }
}
