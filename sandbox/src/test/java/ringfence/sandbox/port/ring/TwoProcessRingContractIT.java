package ringfence.sandbox.port.ring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import ringfence.sandbox.port.ConnectionPortContract;

/// The contract between two JVMs: the near ends are here, the far ends in another process.
class TwoProcessRingContractIT extends ConnectionPortContract {
  private static final int CAPACITY = 64 * 1024;

  @TempDir static Path folder;
  private static PeerProcess process;
  static RemoteCaller caller;

  @BeforeAll
  static void start() throws Exception {
    Path socket = folder.resolve("calls");
    process = PeerProcess.start(RingPortServer.class, socket.toString());
    caller = new RemoteCaller(socket);
    process.awaitReady();
  }

  @AfterAll
  static void stop() throws IOException {
    try (PeerProcess _ = process;
        RemoteCaller _ = caller) {
      assertThat(process.mappings()).as("closed ports unmap in the other process too").isZero();
    }
  }

  @Override
  protected Ends connect() throws IOException {
    PeerProcess.Shared shared = process.share(CAPACITY, MAX_MESSAGE_BYTES);
    return new Ends(shared.port(), new PortOfAnotherProcess(caller, shared.regionId()));
  }
}
