package ringfence.host.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.util.BufferUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClientWatchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ByteArrayEndPoint connection = new ByteArrayEndPoint();
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private final Thread answering = Thread.ofVirtual().start(this::answer);

  private void answer() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      interrupted.countDown();
    }
  }

  @AfterEach
  void end() {
    answering.interrupt();
  }

  @Test
  void whoAnswersIsInterruptedWhenTheClientHasGone() {
    try (var watch = new ClientWatch(connection, answering)) {
      connection.addInputEOF();
      await().atMost(PATIENCE).until(() -> interrupted.getCount() == 0);
      assertThat(watch.heardMore()).isFalse();
    }
  }

  @Test
  void aClientThatSaysMoreIsThereAndItsFirstByteIsLost() throws IOException {
    try (var watch = new ClientWatch(connection, answering)) {
      connection.addInput("POST");
      await().atMost(PATIENCE).until(watch::heardMore);
      assertThat(interrupted.getCount()).isEqualTo(1);
      assertThat(connection.fill(BufferUtil.allocate(8))).isEqualTo(3);
    }
  }
}
