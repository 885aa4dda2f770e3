package ringfence.sandbox.link;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.link.ModelPeer.ModelStream;
import ringfence.sandbox.port.local.LocalPort;
import ringfence.sandbox.protocol.EventPolicy;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.LinkFigures.Count;
import ringfence.sandbox.protocol.LinkRole;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceName;

/// Two honest peers and a link between them that is slow, gets full, and dies; one seed gives one run.
///
/// ```
///   importer ==[ 1 to 16 messages ]==> exporter
///            <==[ the same ]==========          each acts and reads when the dice say so
/// ```
final class LinkModel {
  private static final ServiceName IMPORTER = new ServiceName("importer");
  private static final ServiceName EXPORTER = new ServiceName("exporter");
  private static final int MESSAGE_BYTES = 1 << 20;
  private static final List<EventPolicy> POLICIES = List.of(EventPolicy.values());

  final Random random;
  final ModelPeer importer;
  final ModelPeer exporter;
  long nowNanos = 1;

  /// The logs of streams that are on their way in a message, by the call's number.
  final Map<Long, List<ModelStream.Log>> inRequests = new HashMap<>();

  final Map<Long, List<ModelStream.Log>> inAnswers = new HashMap<>();

  long calls;
  long events;
  long emits;
  long gaps;
  long items;
  long brought;
  long cancels;
  long deaths;
  long backpressure;
  private long region;
  private boolean linked;

  LinkModel(long seed) {
    random = new Random(seed);
    importer = new ModelPeer(this, random);
    exporter = new ModelPeer(this, random);
    link();
  }

  void step() {
    switch (random.nextInt(26)) {
      case 0, 1, 2 -> call();
      case 3, 4, 5 -> answer();
      case 6 -> cancel();
      case 7, 8 -> emit();
      case 9 -> subscribe();
      case 10, 11, 12 -> importer.endpoint.run(1 + random.nextInt(64), nowNanos);
      case 13, 14, 15 -> exporter.endpoint.run(1 + random.nextInt(64), nowNanos);
      case 16 -> nowNanos += random.nextInt(3_000_000);
      case 17, 18, 19, 20 -> source(random.nextBoolean() ? importer : exporter);
      case 21, 22, 23, 24 -> sink(random.nextBoolean() ? importer : exporter);
      default -> {
        if (random.nextInt(80) == 0) {
          die();
        } else if (!linked && random.nextInt(4) == 0) {
          link();
        }
      }
    }
    assertThat(importer.endpoint.isBusy(false) || importer.waiting.isEmpty()).isTrue();
  }

  /// Lets everything come to its end.
  void finish() {
    if (!linked) {
      link();
    }
    for (int i = 0; i < 200_000 && !isQuiet(); i++) {
      nowNanos += 100_000;
      importer.endpoint.run(64, nowNanos);
      exporter.endpoint.run(64, nowNanos);
      answer();
      for (ModelPeer peer : List.of(importer, exporter)) {
        for (ModelStream stream : List.copyOf(peer.streams.values())) {
          if (stream.out) {
            end(peer, stream);
          } else {
            read(peer, stream);
          }
        }
      }
    }
    assertThat(importer.waiting).as("calls without an outcome").isEmpty();
    assertThat(exporter.serving).isEmpty();
    assertThat(exporter.waits).as("emits that wait for ever").isEmpty();
    assertThat(importer.streams).isEmpty();
    assertThat(exporter.streams).isEmpty();
    assertThat(importer.outcomes).hasSize((int) calls);
    checkFigures(importer.endpoint.figures(EXPORTER));
    assertThat(importer.endpoint.isBusy(false)).isFalse();
    assertThat(exporter.endpoint.isBusy(false)).isFalse();
  }

  /// What the importer's end has counted is what its user was told.
  private void checkFigures(LinkFigures figures) {
    assertThat(figures.of(Count.CALLS_RETURNED)).isEqualTo(outcomes("returned"));
    assertThat(figures.of(Count.CALLS_THREW)).isEqualTo(outcomes("threw"));
    assertThat(figures.of(Count.CALLS_TIMED_OUT)).isEqualTo(outcomes("TimeoutError"));
    assertThat(figures.of(Count.CALLS_ABORTED)).isEqualTo(outcomes("cancelled"));
    assertThat(figures.of(Count.CALLS_LOST)).isEqualTo(outcomes("PeerClosedError"));
    assertThat(figures.of(Count.CALLS_REFUSED)).isBetween(outcomes("FULL"), outcomes("FULL") + outcomes("CLOSED"));
    assertThat(figures.of(Count.EVENTS_RECEIVED)).isEqualTo(events);
    assertThat(figures.of(Count.EVENTS_LOST)).isEqualTo(gaps);
    long answers = 0;
    for (int bound = 0; bound <= LinkFigures.boundsNanos().length; bound++) {
      answers += figures.answers(bound);
    }
    assertThat(answers).isEqualTo(figures.answers());
    assertThat(figures.of(Count.MESSAGES_SENT)).isGreaterThanOrEqualTo(figures.answers());
    assertThat(figures.of(Count.BYTES_RECEIVED)).isGreaterThanOrEqualTo(figures.of(Count.MESSAGES_RECEIVED));
  }

  private long outcomes(String kind) {
    return importer.outcomes.values().stream().filter(kind::equals).count();
  }

  private boolean isQuiet() {
    return importer.waiting.isEmpty()
        && exporter.serving.isEmpty()
        && exporter.waits.isEmpty()
        && importer.streams.isEmpty()
        && exporter.streams.isEmpty()
        && !importer.endpoint.isBusy(false)
        && !exporter.endpoint.isBusy(false);
  }

  private void link() {
    LocalPort.Pair pair = LocalPort.pair(MESSAGE_BYTES, 1 + random.nextInt(16));
    region++;
    exporter.endpoint.add(region, IMPORTER, LinkRole.DEPENDANT, pair.second());
    importer.endpoint.add(region, EXPORTER, LinkRole.IMPORT, pair.first());
    linked = true;
  }

  /// The host cuts both ends, one of them later; what the other does meanwhile meets a closed port.
  private void die() {
    if (!linked) {
      return;
    }
    deaths++;
    linked = false;
    boolean first = random.nextBoolean();
    (first ? importer : exporter).endpoint.cut(region);
    if (random.nextBoolean()) {
      call();
      emit();
      answer();
    }
    (first ? exporter : importer).endpoint.cut(region);
    inRequests.clear();
    inAnswers.clear();
    assertThat(importer.waiting).as("calls that outlive their link").isEmpty();
  }

  private void call() {
    long number = calls++;
    String directions = directions();
    StreamBlock block = StreamBlock.NONE;
    if (!directions.isEmpty()) {
      StreamBlock opened = importer.endpoint.openStreams("exporter", directions);
      if (opened == null) {
        importer.outcomes.put(number, "no streams");
        return;
      }
      block = opened;
    }
    long millis = random.nextLong(1, 201);
    Calling calling =
        importer.endpoint.call(
            "exporter", "f", ModelPeer.value(number, importer.filling()), millis, block);
    if (calling.sent() == Sent.SENT) {
      importer.waiting.put(calling.id(), number);
      importer.deadlines.put(number, nowNanos + millis * 1_000_000);
      inRequests.put(number, openOurs(importer, block));
    } else {
      backpressure += calling.sent() == Sent.FULL ? 1 : 0;
      importer.outcomes.put(number, calling.sent().name());
    }
  }

  private void cancel() {
    Integer id = any(importer.waiting.keySet());
    if (id != null) {
      cancels++;
      Long number = importer.waiting.remove(id);
      importer.outcomes.put(number, "cancelled");
      importer.endpoint.cancel(id);
    }
  }

  private void answer() {
    Integer key = any(exporter.serving.keySet());
    if (key == null) {
      return;
    }
    Long number = exporter.serving.remove(key);
    boolean fine = random.nextInt(4) > 0;
    String directions = fine ? directions() : "";
    StreamBlock block = StreamBlock.NONE;
    if (!directions.isEmpty()) {
      StreamBlock opened = exporter.endpoint.openStreams(key, directions);
      block = opened == null ? StreamBlock.NONE : opened;
    }
    long value = random.nextLong();
    exporter.served.put(number, (fine ? "returned " : "threw ") + value);
    Sent sent = exporter.endpoint.answer(key, fine, ModelPeer.value(value, exporter.filling()), block);
    if (sent == Sent.FULL || sent == Sent.LARGE) {
      exporter.served.put(number, "threw -2");
      assertThat(exporter.endpoint.answer(key, false, ModelPeer.value(-2, 0), StreamBlock.NONE))
          .as("a small answer always fits")
          .isIn(Sent.SENT, Sent.CLOSED);
    } else if (sent == Sent.SENT) {
      inAnswers.put(number, openOurs(exporter, block));
    }
  }

  private void emit() {
    int outcome = exporter.endpoint.emit("e", ModelPeer.value(emits++, exporter.filling()));
    if (outcome > 0) {
      exporter.waits.put(outcome, true);
    }
  }

  private void subscribe() {
    if (random.nextInt(6) == 0 || !importer.subscribed) {
      EventPolicy policy = POLICIES.get(random.nextInt(POLICIES.size()));
      importer.endpoint.subscribe("exporter", policy, 1 + random.nextInt(20));
      importer.subscribed = true;
    }
  }

  // ---- streams

  private String directions() {
    return switch (random.nextInt(12)) {
      case 0 -> "o";
      case 1 -> "i";
      case 2 -> "oi";
      default -> "";
    };
  }

  private List<ModelStream.Log> openOurs(ModelPeer peer, StreamBlock block) {
    List<ModelStream.Log> logs = new ArrayList<>();
    for (int i = 0; i < block.size(); i++) {
      ModelStream.Log log = new ModelStream.Log();
      logs.add(log);
      int key = block.first() + i;
      peer.streams.put(key, new ModelStream(key, block.directions().charAt(i) == StreamBlock.OUT, log));
    }
    return logs;
  }

  /// The other end of streams comes with a message.
  void open(ModelPeer peer, StreamBlock block, @Nullable List<ModelStream.Log> logs) {
    assertThat(block.size()).isEqualTo(logs == null ? 0 : logs.size());
    for (int i = 0; logs != null && i < block.size(); i++) {
      int key = block.first() + i;
      logs.get(i).arrived = true;
      peer.streams.put(
          key, new ModelStream(key, block.directions().charAt(i) == StreamBlock.OUT, logs.get(i)));
    }
  }

  private void source(ModelPeer peer) {
    ModelStream stream = any(peer.streams.values());
    if (stream == null || !stream.out) {
      return;
    }
    if (random.nextInt(60) == 0) {
      end(peer, stream);
      return;
    }
    while (stream.room && random.nextInt(20) > 0) {
      String directions = random.nextInt(8) == 0 ? directions() : "";
      StreamBlock opened =
          directions.isEmpty() ? null : peer.endpoint.openStreamsInItem(stream.key, directions);
      StreamBlock block = opened == null ? StreamBlock.NONE : opened;
      byte[] value = ModelPeer.value(stream.log.sent, peer.filling());
      Sent sent = peer.endpoint.sendItem(stream.key, value, block);
      assertThat(sent).isIn(Sent.SENT, Sent.FULL);
      if (block.size() > 0) {
        stream.log.inItems.put(stream.log.sent, openOurs(peer, block));
      }
      stream.log.sent++;
      stream.room = sent == Sent.SENT;
    }
  }

  private static void end(ModelPeer peer, ModelStream stream) {
    stream.log.endSent = true;
    peer.streams.remove(stream.key);
    peer.endpoint.endStream(stream.key, true, ModelPeer.value(0, 0));
  }

  private void sink(ModelPeer peer) {
    ModelStream stream = any(peer.streams.values());
    if (stream == null || stream.out) {
      return;
    }
    if (random.nextInt(80) == 0) {
      stream.log.cancelled = true;
      peer.streams.remove(stream.key);
      peer.endpoint.cancelStream(stream.key, ModelPeer.value(0, 0));
    } else {
      read(peer, stream);
    }
  }

  private void read(ModelPeer peer, ModelStream stream) {
    int count = stream.unread.isEmpty() ? 0 : 1 + random.nextInt(stream.unread.size());
    long bytes = 0;
    for (int i = 0; i < count; i++) {
      bytes += stream.unread.removeFirst().bytes();
    }
    peer.endpoint.readStream(stream.key, bytes, count);
  }

  private <T> @Nullable T any(Collection<T> all) {
    return all.isEmpty() ? null : all.stream().skip(random.nextInt(all.size())).findFirst().orElseThrow();
  }
}
