package ringfence.benchmarks.calls;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import ringfence.host.ServiceClient;
import ringfence.host.ServicesManager;

/// How long does a call from one service to another take, one after the other? `ringfence bench calls` compares it with others.
/// Needs `-Dringfence.worker.path=js-runtime/target/worker`.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED"})
@NullUnmarked // JMH fills the fields in its own order.
public class ServiceCalls {
  private static final int CALLS = 500;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @Param({"string", "object", "bytes"})
  public String kind;

  private ServicesManager services;
  private ServiceClient client;

  /// Starts both services.
  @Setup
  public void connect() throws IOException {
    services = Services.open();
    services.start(Services.METER);
    client = services.connect(Services.METER).within(PATIENCE);
  }

  /// Calls that the first service makes, and whose answers it checks.
  @Benchmark
  @OperationsPerInvocation(CALLS)
  public int call() {
    return client.call(Services.METER, "echoes", kind, CALLS).asInt();
  }

  @TearDown
  public void close() {
    client.close();
    services.close();
  }
}
