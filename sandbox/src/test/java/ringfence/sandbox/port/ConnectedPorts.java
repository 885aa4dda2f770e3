package ringfence.sandbox.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import ringfence.sandbox.port.ring.FutexDoorbell;

/// Two ends that a kind of port connects, and how the tests of [ConnectionPortContract] talk over them.
public abstract class ConnectedPorts {
  protected static final int MAX_MESSAGE_BYTES = 16 << 20;

  static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<ConnectionPort> opened = new ArrayList<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());

  public record Ends(ConnectionPort near, ConnectionPort far) {}

  /// Two connected ends, for messages of up to [#MAX_MESSAGE_BYTES].
  protected abstract Ends connect() throws Exception;

  /// A doorbell for near ends, in the process that has them.
  protected Doorbell openNearDoorbell() {
    return FutexDoorbell.open();
  }

  @AfterEach
  void closeAll() {
    opened.forEach(ConnectionPort::close);
    threads.shutdownNow();
  }

  final Ends open() throws Exception {
    Ends ends = connect();
    opened.add(ends.near);
    opened.add(ends.far);
    return ends;
  }

  static void assertEndsAsClosed(ConnectionPort port, String message) {
    long until = System.nanoTime() + PATIENCE.toNanos();
    while (port.state() == PortState.OPEN && System.nanoTime() < until) {
      assertThat(port.await(PATIENCE)).isTrue();
      try {
        assertThat(port.poll((_, _, _) -> {}, 1)).isZero();
      } catch (PortClosedException e) {
        assertThat(e).hasMessage(message);
      }
    }
    assertThat(port.state()).isEqualTo(PortState.CLOSED);
    assertThat(port.cause()).hasMessage(message);
    assertThatThrownBy(() -> port.poll((_, _, _) -> {}, 1))
        .isInstanceOf(PortClosedException.class)
        .hasMessage(message);
  }

  /// Starts a wait elsewhere, and returns when its thread runs.
  final CompletableFuture<Boolean> awaitElsewhere(ConnectionPort port) {
    return elsewhere(() -> port.await(Duration.ofSeconds(30)));
  }

  /// A loop as every user of a doorbell has one: false alarms are allowed, a sleep that lasts is not.
  final CompletableFuture<Boolean> awaitNews(Doorbell doorbell, BooleanSupplier condition) {
    return elsewhere(
        () -> {
          boolean alarm = true;
          while (alarm && !condition.getAsBoolean()) {
            alarm = doorbell.await(Duration.ofSeconds(30));
          }
          return alarm;
        });
  }

  /// Runs a task on a thread of its own, and returns when that thread runs.
  final <T> CompletableFuture<T> elsewhere(Supplier<T> task) {
    CompletableFuture<Thread> started = new CompletableFuture<>();
    CompletableFuture<T> result =
        CompletableFuture.supplyAsync(
            () -> {
              started.complete(Thread.currentThread());
              return task.get();
            },
            threads);
    assertThat(started.join().isAlive()).isTrue();
    return result;
  }

  final CompletableFuture<byte[]> receiveOneElsewhere(ConnectionPort port) {
    return elsewhere(
        () -> {
          List<byte[]> received = new ArrayList<>();
          while (received.isEmpty()) {
            assertThat(port.await(PATIENCE)).isTrue();
            port.poll((b, from, length) -> received.add(Arrays.copyOfRange(b, from, from + length)), 1);
          }
          return received.getFirst();
        });
  }

  /// Sends a message that needs more than one piece.
  final void sendWhole(ConnectionPort port, byte[] message) {
    try (Doorbell room = openNearDoorbell()) {
      room.add(port);
      assertThat(port.offer(message)).isTrue();
      while (!port.flush()) {
        room.wakeOnRoom(port);
        room.await(Duration.ofSeconds(1));
      }
    }
  }

  static List<String> receive(ConnectionPort port, int count) {
    List<String> received = new ArrayList<>();
    while (received.size() < count) {
      assertThat(port.await(PATIENCE)).isTrue();
      port.poll((buffer, offset, length) -> received.add(text(buffer, offset, length)), count);
    }
    return received;
  }

  static byte[] text(String value) {
    return value.getBytes(StandardCharsets.UTF_8);
  }

  static String text(byte[] buffer, int offset, int length) {
    return new String(buffer, offset, length, StandardCharsets.UTF_8);
  }
}
