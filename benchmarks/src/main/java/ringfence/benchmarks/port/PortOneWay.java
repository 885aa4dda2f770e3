package ringfence.benchmarks.port;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
import ringfence.benchmarks.carrier.Carrier;

/// How many messages a second arrive in another process, copied and checked? A full ring makes the sender wait, so what is
/// sent is what arrives, but for what the carrier holds at the end.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 2,
    jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED", "-Dagrona.disable.bounds.checks=true"})
@NullUnmarked // JMH fills the fields in its own order.
public class PortOneWay {
  private static final int PAYLOAD_BYTES = 56;
  private static final int BATCH = 64;

  @Param({"RING", "RING_UNCHECKED", "RING_IN_PLACE", "AGRONA", "AGRONA_TOGETHER", "AERON", "UNIX_SOCKET", "UNIX_SOCKET_BATCHED"})
  public Carrier carrier;

  private FarProcess far;
  private Sending sending;

  /// Starts the other process.
  @Setup(Level.Trial)
  public void connect() throws IOException {
    far = FarProcess.start(carrier, Scenario.oneWay(PAYLOAD_BYTES));
    sending = new Sending(far.near(), PAYLOAD_BYTES, BATCH, false);
  }

  /// Sends one batch; counts its messages.
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void send() {
    sending.sendBatch();
  }

  /// Fails if a message was lost or changed.
  @TearDown(Level.Trial)
  public void close() throws IOException {
    sending.awaitAnswer();
    far.close();
  }
}
