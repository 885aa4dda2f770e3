package ringfence.host.inspect;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.jspecify.annotations.Nullable;

/// The connection of one debugger. Messages go out on Jetty's threads; what a debugger leaves unread is bounded, since a
/// service writes as much as it likes.
final class ClientSocket implements FrameHandler, Inspector.Client {
  /// Of one message of the debugger's; the longest are scripts that it wants evaluated.
  private static final int MOST_MESSAGE_BYTES = 4 << 20;

  private static final long MOST_UNREAD_BYTES = 64L << 20;

  private final Inspector inspector;
  private final AtomicLong unreadBytes = new AtomicLong();
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private volatile @Nullable CoreSession session;

  ClientSocket(Inspector inspector) {
    this.inspector = inspector;
  }

  // ---- Jetty's threads

  @Override
  public void onOpen(CoreSession opened, Callback callback) {
    session = opened;
    // Somebody may look at a held service for hours.
    opened.setIdleTimeout(Duration.ZERO);
    opened.setMaxFrameSize(MOST_MESSAGE_BYTES);
    opened.setMaxTextMessageSize(MOST_MESSAGE_BYTES);
    boolean connected = inspector.connected(this);
    callback.succeeded();
    if (connected) {
      opened.demand();
    } else {
      close(inspector.refusal().orElse("another debugger is connected"));
    }
  }

  @Override
  public void onFrame(Frame frame, Callback callback) {
    byte[] payload = BufferUtil.toArray(frame.getPayload());
    byte opcode = frame.getOpCode();
    boolean last = frame.isFin();
    callback.succeeded();
    switch (opcode) {
      case OpCode.TEXT, OpCode.CONTINUATION -> take(payload, last);
      case OpCode.PING -> send(new Frame(OpCode.PONG, ByteBuffer.wrap(payload)));
      case OpCode.BINARY -> {
        close("the protocol has no binary messages");
        return;
      }
      default -> {
        // A pong, or a close frame, which Jetty answers.
      }
    }
    CoreSession open = session;
    if (open != null && opcode != OpCode.CLOSE) {
      open.demand();
    }
  }

  private void take(byte[] payload, boolean last) {
    if (message.size() + payload.length > MOST_MESSAGE_BYTES) {
      close("a message is longer than " + MOST_MESSAGE_BYTES + " bytes");
      return;
    }
    message.writeBytes(payload);
    if (last) {
      String json = message.toString(StandardCharsets.UTF_8);
      message.reset();
      inspector.said(this, json);
    }
  }

  @Override
  public void onError(Throwable cause, Callback callback) {
    inspector.gone(this);
    callback.succeeded();
  }

  @Override
  public void onClosed(CloseStatus status, Callback callback) {
    inspector.gone(this);
    callback.succeeded();
  }

  // ---- any thread

  @Override
  public void tell(String json) {
    send(new Frame(OpCode.TEXT, json));
  }

  private void send(Frame frame) {
    CoreSession open = session;
    if (open == null) {
      return;
    }
    int bytes = frame.getPayloadLength();
    if (unreadBytes.addAndGet(bytes) > MOST_UNREAD_BYTES) {
      open.abort();
      return;
    }
    open.sendFrame(frame, Callback.from(() -> unreadBytes.addAndGet(-bytes)), false);
  }

  @Override
  public void close(String why) {
    CoreSession open = session;
    if (open != null) {
      open.close(CloseStatus.SHUTDOWN, why, Callback.NOOP);
    }
  }
}
