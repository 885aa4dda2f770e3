package ringfence.sandbox.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.protocol.CancelCause;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceName;

/// One side of the model: an endpoint, and a book of all that it was told, which it checks as it is written.
///
/// Values are a number and filling. The other side's book is what the entries are compared with.
final class ModelPeer implements LinkUser {
  /// Nobody sleeps in the model.
  static final Doorbell NO_DOORBELL =
      new Doorbell() {
        @Override
        public void add(ConnectionPort port) {}

        @Override
        public void remove(ConnectionPort port) {}

        @Override
        public void wakeOnRoom(ConnectionPort port) {}

        @Override
        public boolean await(java.time.Duration timeout) {
          return true;
        }

        @Override
        public void ring() {}

        @Override
        public void close() {}
      };

  final LinkEndpoint endpoint;
  final Random random;
  private final LinkModel model;

  // As an importer: what was called, by the endpoint's number and by our own.
  final Map<Integer, Long> waiting = new LinkedHashMap<>();
  final Map<Long, String> outcomes = new HashMap<>();
  final Map<Long, Long> deadlines = new HashMap<>();
  long lastEvent = -1;
  boolean subscribed;

  // As an exporter.
  final Map<Integer, Long> serving = new LinkedHashMap<>();
  final Map<Long, String> served = new HashMap<>();
  final Map<Integer, Boolean> waits = new HashMap<>();

  // Of streams.
  final Map<Integer, ModelStream> streams = new LinkedHashMap<>();

  ModelPeer(LinkModel model, Random random) {
    this.model = model;
    this.random = random;
    endpoint = new LinkEndpoint(NO_DOORBELL, () -> model.nowNanos, this, (name, message) -> value(-1, 0));
  }

  /// One end of a stream. Both ends share `log`.
  static final class ModelStream {
    final int key;
    final boolean out;
    final ModelStream.Log log;
    boolean room;
    final List<Unread> unread = new ArrayList<>();

    ModelStream(int key, boolean out, Log log) {
      this.key = key;
      this.out = out;
      this.log = log;
    }

    /// What is to be reported of an item when it is read.
    record Unread(long bytes) {}

    /// What both ends of a stream have done.
    static final class Log {
      long sent;
      long taken;
      boolean endSent;
      boolean endTaken;
      boolean cancelled;

      /// The logs of streams that are on their way in an item, by its number.
      final Map<Long, List<Log>> inItems = new HashMap<>();

      /// Whether the message that brought it has reached somebody who waited for it.
      boolean arrived;
    }
  }

  static byte[] value(long number, int filling) {
    return ByteBuffer.allocate(Long.BYTES + filling).putLong(number).array();
  }

  static long number(byte[] value) {
    return ByteBuffer.wrap(value).getLong();
  }

  /// Small mostly, and sometimes larger than a window.
  int filling() {
    return switch (random.nextInt(40)) {
      case 0 -> random.nextInt(600_000);
      case 1, 2, 3 -> random.nextInt(70_000);
      default -> random.nextInt(100);
    };
  }

  private void settle(int call, String outcome) {
    Long number = waiting.remove(call);
    assertThat(number).as("call %d is settled that does not wait: %s", call, outcome).isNotNull();
    assertThat(outcomes.put(number, outcome)).as("call %d is settled twice", number).isNull();
  }

  // ---- what an importer hears

  @Override
  public boolean returned(int call, byte[] value, StreamBlock block) {
    long number = waiting.getOrDefault(call, -1L);
    assertThat(model.exporter.served).as("returned").containsEntry(number, "returned " + number(value));
    model.open(this, block, model.inAnswers.remove(number));
    settle(call, "returned");
    return true;
  }

  @Override
  public boolean threw(int call, byte[] error) {
    long number = waiting.getOrDefault(call, -1L);
    assertThat(model.exporter.served).as("threw").containsEntry(number, "threw " + number(error));
    settle(call, "threw");
    return true;
  }

  @Override
  public void failed(int call, CallFailure failure) {
    long number = waiting.getOrDefault(call, -1L);
    assertThat(failure.message()).doesNotContain("damaged");
    if (failure.name().equals("TimeoutError")) {
      assertThat(model.nowNanos).isGreaterThanOrEqualTo(deadlines.getOrDefault(number, Long.MAX_VALUE));
    } else if (failure.delivered().equals("no")) {
      assertThat(model.exporter.served).as("delivered").doesNotContainKey(number);
    }
    settle(call, failure.name());
  }

  @Override
  public boolean event(ServiceName peer, String name, byte[] arguments) {
    long number = number(arguments);
    if (lastEvent >= 0) {
      assertThat(number).as("events are in order, and a gap tells of each that is missing").isEqualTo(lastEvent + 1);
    }
    lastEvent = number;
    model.events++;
    return true;
  }

  @Override
  public void gap(ServiceName peer, long lost) {
    assertThat(lost).isPositive();
    model.gaps += lost;
    if (lastEvent >= 0) {
      lastEvent += lost;
    }
  }

  @Override
  public void unsubscribed(ServiceName peer) {
    subscribed = false;
  }

  @Override
  public void connected(ServiceName peer, boolean connected) {
    lastEvent = -1;
  }

  // ---- what an exporter hears

  @Override
  public boolean serve(
      int key, ServiceName caller, String function, byte[] arguments, long timeoutMillis, StreamBlock block) {
    long number = number(arguments);
    assertThat(served.put(number, "served")).as("call %d comes twice", number).isNull();
    serving.put(key, number);
    model.open(this, block, model.inRequests.remove(number));
    return true;
  }

  @Override
  public void cancelled(int key, CancelCause cause) {
    assertThat(serving).containsKey(key);
    if (cause == CancelCause.PEER_CLOSED) {
      serving.remove(key);
    }
  }

  @Override
  public void emitted(int wait, boolean complete) {
    assertThat(waits.remove(wait)).as("emit %d waits", wait).isEqualTo(complete);
  }

  // ---- what ends of streams hear

  @Override
  public boolean item(int stream, byte[] value, StreamBlock brought) {
    ModelStream sink = sink(stream);
    long number = sink.log.taken++;
    assertThat(number(value)).as("items are in order").isEqualTo(number);
    model.open(this, brought, sink.log.inItems.remove(number));
    int cost = value.length + brought.size() * ServiceMessage.BROUGHT_STREAM_BYTES;
    sink.unread.add(new ModelStream.Unread(cost));
    model.items++;
    model.brought += brought.size();
    long bytes = sink.unread.stream().mapToLong(each -> each.bytes() + 32L).sum();
    assertThat(bytes).isLessThanOrEqualTo(
            ServiceMessage.STREAM_WINDOW_BYTES + ServiceMessage.MOST_ITEM_BYTES + 32L + 2L * ServiceMessage.BROUGHT_STREAM_BYTES);
    return true;
  }

  @Override
  public boolean ended(int stream, boolean fine, byte[] value) {
    ModelStream sink = sink(stream);
    streams.remove(stream);
    assertThat(sink.log.taken).as("all items come before the end").isEqualTo(sink.log.sent);
    assertThat(sink.log.endSent || !sink.log.arrived).isTrue();
    assertThat(sink.log.endTaken).isFalse();
    sink.log.endTaken = true;
    return true;
  }

  @Override
  public void lost(int stream, String why) {
    assertThat(why).doesNotContain("damaged");
    assertThat(streams.remove(stream)).isNotNull();
  }

  @Override
  public void resumed(int stream) {
    ModelStream source = streams.get(stream);
    assertThat(source != null && source.out && !source.room).isTrue();
    if (source != null) {
      source.room = true;
    }
  }

  @Override
  public boolean stopped(int stream, byte[] reason) {
    ModelStream source = streams.remove(stream);
    assertThat(source != null && (source.log.cancelled || !source.log.arrived)).isTrue();
    return true;
  }

  private ModelStream sink(int stream) {
    ModelStream sink = streams.get(stream);
    if (sink == null || sink.out) {
      throw new AssertionError("there is no sink " + stream);
    }
    return sink;
  }
}
