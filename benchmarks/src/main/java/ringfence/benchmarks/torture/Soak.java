package ringfence.benchmarks.torture;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import ringfence.host.HostOptions;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.sandbox.os.Processes;
import ringfence.sandbox.value.ServiceValue;

/// Traffic of all kinds between services that stay, while another one comes and goes. What was sent has come, each once and
/// in order, and nothing grows.
///
/// ```
///   hearer --> source --> sink <-- churn          an arrow is an import
/// ```
final class Soak implements Ordeal {
  private static final int LEAST = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long BREATH_NANOS = Duration.ofMillis(100).toNanos();

  @Override
  public String key() {
    return "soak";
  }

  @Override
  public List<Row> endure(Trial trial) throws IOException, InterruptedException {
    Tally tally = new Tally(trial, key(), "restarts in the middle of traffic");
    Remains before = Remains.now();
    Gauge host = new Gauge(ProcessHandle.current().pid());
    try (ServicesManager services = ServicesManager.open(HostOptions.defaults())) {
      create(services, "sink");
      create(services, "source", "sink");
      create(services, "hearer", "source");
      create(services, "churn", "sink");
      services.startAll();
      Gauge sink = new Gauge(WorkerTree.below(services.status("sink").pid().orElseThrow()).java().orElseThrow());
      try (ServiceClient client = services.connect("source", "sink", "hearer", "churn").within(Stage.PATIENCE)) {
        ServiceValue _ = client.call("source", "begin");
        for (long done = 0; trial.more(done, LEAST); done++) {
          restart(trial, tally, services, client);
          host.look();
          sink.look();
        }
        ServiceValue _ = client.call("source", "end");
        compare(tally, client);
      }
      tally.note(host.slopes("the host"));
      tally.note(sink.slopes("a worker"));
    }
    tally.leaked(before.more(PATIENCE), "after the last close");
    return List.of(tally.row());
  }

  private static void create(ServicesManager services, String name, String... imports) {
    services.create(
        ServiceDefinition.named(name).code(Scripts.read(name + ".js")).imports(imports).limits(Stage.LIMITS).build());
  }

  /// By a command or by a kill.
  private static void restart(Trial trial, Tally tally, ServicesManager services, ServiceClient client) {
    tally.injected(1);
    if (trial.random.nextBoolean()) {
      services.restart("churn");
    } else {
      boolean _ = WorkerTree.signal((int) services.status("churn").pid().orElseThrow(), Processes.SIGKILL);
      var _ = services.awaitClosed("churn");
      services.start("churn");
    }
    long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
    while (!client.isConnected("churn") && System.nanoTime() < deadline) {
      Stage.breathe();
    }
    if (client.call("churn", "echo", 7).asInt() == 7) {
      tally.detected(1);
    }
    // It shall do something between two restarts.
    LockSupport.parkNanos(BREATH_NANOS);
  }

  private static void compare(Tally tally, ServiceClient client) {
    ServiceValue sent = client.call("source", "report");
    ServiceValue taken = client.call("sink", "report");
    long deadline = System.nanoTime() + Stage.PATIENCE.toNanos();
    ServiceValue heard = client.call("hearer", "report");
    while (heard.get("events").asLong() < sent.get("events").asLong() && System.nanoTime() < deadline) {
      heard = client.call("hearer", "report");
    }
    long messages = 0;
    for (String kind : List.of("calls", "items", "events")) {
      ServiceValue come = kind.equals("events") ? heard : taken;
      long there = sent.get(kind).asLong();
      long here = come.get(kind).asLong();
      messages += there;
      tally.lost(Math.max(0, there - here));
      tally.duplicated(Math.max(0, here - there));
      String hash = kind.substring(0, kind.length() - 1) + "Hash";
      if (sent.get(hash).asInt() != come.get(hash).asInt()) {
        tally.fail(kind + " came changed or in another order");
      }
    }
    if (sent.get("wrong").asInt() != 0) {
      tally.fail(sent.get("wrong").asInt() + " answers were another call's");
    }
    tally.note(messages + " messages, with the same counts and hashes at both ends");
  }
}
