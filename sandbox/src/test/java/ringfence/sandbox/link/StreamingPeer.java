package ringfence.sandbox.link;

import java.util.HashSet;
import java.util.Set;
import ringfence.sandbox.protocol.CancelCause;
import ringfence.sandbox.protocol.ServiceName;

/// One side of a link on which streams go as fast as they may, and small calls beside them.
final class StreamingPeer implements LinkUser {
  final LinkEndpoint endpoint = new LinkEndpoint(ModelPeer.NO_DOORBELL, () -> 0, this, (name, message) -> new byte[] {0});
  private final byte[] item;

  /// Streams that go out and have room.
  private final Set<Integer> withRoom = new HashSet<>();

  long leftBytes;

  /// Of all streams that come in.
  long receivedBytes;

  /// What the other side had received when the last small message left.
  long receivedAtSend = -1;

  /// The most that was received between a small message's sending and its coming.
  long mostBetween;

  int small;

  /// The other side.
  StreamingPeer other = this;

  /// Whether calls are answered with streams, by the letters of their directions.
  String answersWith = "";

  StreamingPeer(int itemBytes, long totalBytes) {
    item = new byte[itemBytes];
    leftBytes = totalBytes;
  }

  /// A small message leaves, unless one is on its way.
  boolean sends() {
    if (receivedAtSend >= 0) {
      return false;
    }
    receivedAtSend = other.receivedBytes;
    return true;
  }

  private void smallHasCome() {
    if (other.receivedAtSend >= 0) {
      small++;
      mostBetween = Math.max(mostBetween, receivedBytes - other.receivedAtSend);
      other.receivedAtSend = -1;
    }
  }

  void open(StreamBlock block) {
    for (int i = 0; i < block.size(); i++) {
      if (block.directions().charAt(i) == StreamBlock.IN) {
        endpoint.readStream(block.first() + i, 0, 0);
      }
    }
  }

  /// Fills the streams that have room.
  void pump() {
    for (int stream : Set.copyOf(withRoom)) {
      while (leftBytes > 0 && withRoom.contains(stream)) {
        leftBytes -= item.length;
        if (endpoint.sendItem(stream, item, StreamBlock.NONE) != Sent.SENT) {
          withRoom.remove(stream);
        }
      }
    }
  }

  @Override
  public boolean returned(int call, byte[] value, StreamBlock streams) {
    if (streams.size() == 0) {
      smallHasCome();
    }
    open(streams);
    return true;
  }

  @Override
  public boolean threw(int call, byte[] error) {
    throw new AssertionError("call " + call + " threw");
  }

  @Override
  public void failed(int call, CallFailure failure) {
    throw new AssertionError(failure.message());
  }

  @Override
  public boolean serve(
      int key, ServiceName caller, String function, byte[] arguments, long timeoutMillis, StreamBlock streams) {
    open(streams);
    if (function.equals("small")) {
      smallHasCome();
      // The answer is one too.
      boolean _ = sends();
    }
    StreamBlock opened = StreamBlock.NONE;
    if (function.equals("stream") && !answersWith.isEmpty()) {
      StreamBlock block = endpoint.openStreams(key, answersWith);
      if (block == null) {
        throw new AssertionError("too many streams");
      }
      opened = block;
    }
    return endpoint.answer(key, true, new byte[] {1}, opened) == Sent.SENT;
  }

  @Override
  public boolean item(int stream, byte[] value, StreamBlock brought) {
    receivedBytes += value.length;
    endpoint.readStream(stream, value.length, 1);
    return true;
  }

  @Override
  public void resumed(int stream) {
    withRoom.add(stream);
  }

  @Override
  public boolean event(ServiceName peer, String name, byte[] arguments) {
    return false;
  }

  @Override
  public void gap(ServiceName peer, long lost) {}

  @Override
  public void unsubscribed(ServiceName peer) {}

  @Override
  public void connected(ServiceName peer, boolean connected) {}

  @Override
  public void cancelled(int key, CancelCause cause) {}

  @Override
  public void emitted(int wait, boolean complete) {}

  @Override
  public boolean ended(int stream, boolean fine, byte[] value) {
    return true;
  }

  @Override
  public void lost(int stream, String why) {}

  @Override
  public boolean stopped(int stream, byte[] reason) {
    return true;
  }
}
