package ringfence.benchmarks.port;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import ringfence.benchmarks.carrier.Carrier;
import ringfence.benchmarks.carrier.Regime;

/// How long does a message take to another process and back? One carrier after the other: for ratios between them,
/// `ringfence bench` runs them in turns.
@State(Scope.Benchmark)
@BenchmarkMode({Mode.AverageTime, Mode.SampleTime})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "-Dagrona.disable.bounds.checks=true"})
@NullUnmarked // JMH fills the fields in its own order.
public class PortRoundTrip {
  @Param({"RING", "AGRONA", "AERON", "UNIX_SOCKET", "TCP", "PIPE", "CACHE_LINE"})
  public Carrier carrier;

  @Param({"SPINNING", "SPIN_THEN_SLEEP"})
  public Regime regime;

  @Param({"56", "1024", "65536"})
  public int payloadBytes;

  private FarProcess far;
  private RoundTrips trips;

  /// Starts the other process.
  @Setup
  public void connect() throws IOException {
    far = FarProcess.start(carrier, Scenario.roundTrip(regime, payloadBytes));
    trips = new RoundTrips(far.near(), carrier.payloadBytes(payloadBytes), regime, carrier.carriesAll());
  }

  /// One message there and back, copied and checked.
  @Benchmark
  public void roundTrip() {
    trips.roundTrip();
  }

  @TearDown
  public void close() throws IOException {
    trips.stop();
    far.close();
  }
}
