package ringfence.benchmarks.workers;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import ringfence.host.HostOptions;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.sandbox.policy.Jit;

/// How long does a service take from its start until it runs? Needs `-Dringfence.worker.path=js-runtime/target/worker`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 15)
@Fork(
    value = 1,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
@NullUnmarked // JMH fills the fields in its own order.
public class WorkerStart {
  private static final String SERVICE = "started";

  @Param({"OFF", "ON"})
  public Jit jit;

  /// How many workers are kept warm; 0 for a cold start.
  @Param({"0", "1"})
  public int warm;

  private ServicesManager services;

  /// Starts the service once, so that the image is there and the pool knows what to keep.
  @Setup
  public void open() {
    services = ServicesManager.open(HostOptions.defaults().withWarmWorkers(warm));
    services.create(ServiceDefinition.named(SERVICE).code("export const one = 1;").jit(jit).build());
    services.start(SERVICE);
    close();
  }

  @Setup(Level.Iteration)
  public void awaitWarm() {
    if (warm > 0) {
      WorkersPart.awaitWarm(services);
    }
  }

  /// One start.
  @Benchmark
  public void start() {
    services.start(SERVICE);
  }

  @TearDown(Level.Iteration)
  public void close() {
    var _ = services.close(SERVICE);
  }

  @TearDown
  public void end() {
    services.close();
  }
}
