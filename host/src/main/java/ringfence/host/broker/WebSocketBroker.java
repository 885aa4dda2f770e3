package ringfence.host.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executor;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.protocol.NetworkRequest.CloseWebSocket;
import ringfence.sandbox.protocol.NetworkRequest.OpenWebSocket;
import ringfence.sandbox.protocol.NetworkRequest.ReadWebSocket;
import ringfence.sandbox.protocol.NetworkRequest.WriteWebSocket;

/// `WebSocket` for the code of one run, by the rules of `fetch`. No redirect is followed.
///
/// Methods block and have a thread of their own for each request. Thread-safe.
final class WebSocketBroker {
  private static final int MOST_REASON_BYTES = FrameReader.MOST_CONTROL_BYTES - 2;

  private final WayOut wayOut;
  private final Limits limits;
  private final Handles handles;
  private final Answers answers;
  private final Executor threads;
  private final NetworkSetup setup;

  WebSocketBroker(
      WayOut wayOut, Limits limits, Handles handles, Answers answers, Executor threads, NetworkSetup setup) {
    this.wayOut = wayOut;
    this.limits = limits;
    this.handles = handles;
    this.answers = answers;
    this.threads = threads;
    this.setup = setup;
  }

  /// Decides on a connection and begins it.
  void open(long id, OpenWebSocket asked) throws IOException {
    FetchTarget target;
    Handshake handshake;
    try {
      target = FetchTarget.ofWebSocket(asked.url());
      handshake = Handshake.with(target, asked.protocols());
    } catch (IllegalArgumentException e) {
      answers.fail(id, "TypeError", "", String.valueOf(e.getMessage()));
      return;
    }
    wayOut.begin(id, target, () -> new WebSocket(target, handshake, wayOut, setup, limits.messageBytes(), threads));
  }

  void read(long id, ReadWebSocket asked) throws IOException, InterruptedException {
    Optional<WebSocket> socket = find(id, asked.socket());
    if (socket.isEmpty()) {
      return;
    }
    try {
      byte[] reply = socket.get().read();
      if (reply[0] == ReadWebSocket.CLOSED) {
        handles.close(asked.socket());
      }
      answers.reply(id, reply);
    } catch (WayOut.RefusedException e) {
      handles.close(asked.socket());
      answers.deny(id, e.denied());
    } catch (IOException | RuntimeException e) {
      handles.close(asked.socket());
      fail(id, socket.get(), e);
    }
  }

  void write(long id, WriteWebSocket asked) throws InterruptedException {
    Optional<WebSocket> socket = find(id, asked.socket());
    if (socket.isEmpty()) {
      return;
    }
    try {
      socket.get().write(asked.text(), asked.last(), asked.bytes());
      answers.reply(id, new byte[0]);
    } catch (IOException e) {
      fail(id, socket.get(), e);
    }
  }

  void close(long id, CloseWebSocket asked) throws InterruptedException {
    boolean bare = asked.code() == CloseWebSocket.NO_CODE;
    boolean known = bare || asked.code() == 1000 || (asked.code() >= 3000 && asked.code() <= 4999);
    int reasonBytes = asked.reason().getBytes(StandardCharsets.UTF_8).length;
    if (!known || reasonBytes > (bare ? 0 : MOST_REASON_BYTES)) {
      answers.fail(id, "TypeError", "", "the code or the reason is none that a WebSocket can be closed with");
      return;
    }
    Optional<WebSocket> socket = find(id, asked.socket());
    if (socket.isEmpty()) {
      return;
    }
    try {
      socket.get().sayClose(bare ? FrameReader.NO_CODE : asked.code(), asked.reason());
      answers.reply(id, new byte[0]);
    } catch (IOException e) {
      fail(id, socket.get(), e);
    }
  }

  /// Answers if there is none.
  private Optional<WebSocket> find(long id, int handle) {
    Optional<WebSocket> socket = handles.get(handle, WebSocket.class);
    if (socket.isEmpty()) {
      answers.fail(id, "TypeError", "", "the connection is over");
    }
    return socket;
  }

  private void fail(long id, WebSocket socket, Exception e) {
    FetchFailure failure = FetchFailure.of(socket.target(), e);
    answers.fail(id, failure.name(), failure.code(), failure.message());
  }
}
