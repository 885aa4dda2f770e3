package ringfence.sandbox.port.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import ringfence.sandbox.os.Descriptors;
import ringfence.sandbox.os.PosixSpawn;
import ringfence.sandbox.os.Processes;

/// Another JVM, which gets regions of ours and has nothing else of ours.
final class PeerProcess implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(20);

  /// Shown in /proc, where [#close()] looks for what was left behind.
  private static final String REGION_NAME = "two-processes";

  /// Above every number that the child gets.
  private static final int LOWEST_SOURCE = 10;

  /// A child belongs to the thread that started it, so one thread starts them all and stays as long as
  /// this JVM.
  private static final ExecutorService SPAWNER =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());

  private static final int SIGSTOP = 19;

  private final int pid;
  private final int pidfd;
  private final int socket;
  private final Random secrets = new Random();
  private long regions;
  private boolean reaped;

  private PeerProcess(int pid, int pidfd, int socket) {
    this.pid = pid;
    this.pidfd = pidfd;
    this.socket = socket;
  }

  /// @param main of the other JVM; it finds our socket at [RegionHandover#SOCKET]
  static PeerProcess start(Class<?> main, String... arguments) throws Exception {
    List<String> command =
        Stream.concat(
                Stream.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED",
                    "-Xmx128m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:-UsePerfData",
                    "-cp",
                    System.getProperty("java.class.path"),
                    main.getName()),
                Stream.of(arguments))
            .toList();
    Descriptors.Pair sockets = Descriptors.socketPair();
    int raised = Descriptors.duplicate(sockets.second(), LOWEST_SOURCE);
    try {
      Map<Integer, Integer> descriptors = Map.of(RegionHandover.SOCKET, raised, 1, 1, 2, 2);
      int pid =
          SPAWNER
              .submit(() -> PosixSpawn.spawn(command, Map.of(), descriptors))
              .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      try {
        return new PeerProcess(pid, Processes.pidfdOpen(pid), sockets.first());
      } catch (IOException e) {
        Processes.killAndReap(pid);
        throw e;
      }
    } catch (Exception e) {
      Descriptors.close(sockets.first());
      throw e;
    } finally {
      Descriptors.close(raised);
      Descriptors.close(sockets.second());
    }
  }

  /// Makes a region, sends it to the other process and opens our end of it.
  Shared share(int capacityBytes, int maxMessageBytes) throws IOException {
    long regionId = ++regions;
    RingOffer ours =
        new RingOffer(regionId, RingSide.FIRST, capacityBytes, secrets.nextLong(), maxMessageBytes);
    try (SharedRegion region =
        SharedRegion.create(REGION_NAME, RingPort.regionBytes(capacityBytes))) {
      RegionHandover.send(socket, region, ours.forPeer(regionId));
      return new Shared(regionId, RingPort.open(region, ours));
    }
  }

  /// A region of which the other process has the second end.
  record Shared(long regionId, RingPort port) {}

  /// Waits until the other process has said over the socket that it is ready.
  void awaitReady() throws IOException {
    assertThat(Descriptors.awaitReadable((int) PATIENCE.toMillis(), socket)).isEqualTo(socket);
    assertThat(Descriptors.receive(socket, new byte[1]).length()).as("it has ended").isEqualTo(1);
  }

  /// How many of our regions it has mapped.
  long mappings() throws IOException {
    return ProcessFiles.mappings(String.valueOf(pid), REGION_NAME);
  }

  /// Stops the process, and waits until it stands: the signal alone leaves it running for a while.
  void stop() throws IOException {
    signal(SIGSTOP);
    await().until(() -> ProcessFiles.stopped(pid));
  }

  void signal(int signal) throws IOException {
    assertThat(Processes.signal(pidfd, signal)).isTrue();
  }

  Processes.Exit awaitExit() throws IOException {
    reaped = true;
    return Processes.awaitExit(pidfd);
  }

  /// Kills and reaps it. All ports of [#share] must have been closed.
  @Override
  public void close() throws IOException {
    if (!reaped) {
      Processes.signal(pidfd, Processes.SIGKILL);
      awaitExit();
    }
    Descriptors.close(pidfd);
    Descriptors.close(socket);
    assertThat(ProcessFiles.mappings(REGION_NAME)).isZero();
    assertThat(ProcessFiles.descriptors(REGION_NAME)).isZero();
  }
}
