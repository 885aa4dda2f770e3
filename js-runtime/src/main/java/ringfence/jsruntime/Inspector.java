package ringfence.jsruntime;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.graalvm.polyglot.io.MessageEndpoint;
import org.graalvm.polyglot.io.MessageTransport;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.MessageTooLargeException;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.ring.FutexDoorbell;
import ringfence.sandbox.protocol.InspectorMessage;

/// Joins the engine's own inspector, which would listen on the network that a worker does not have, to the inspector port.
///
/// ```
///   host -- inspector port --> thread "ringfence-inspector" --> the engine's inspector
///   host <-- inspector port -- whichever thread of the inspector's, or of the service that it holds
/// ```
/// A port and a thread of their own: the loop's thread, which serves the others, is the one that a debugger holds.
///
/// Thread-safe.
final class Inspector implements MessageTransport {
  private static final String MODULE = "com.oracle.truffle.tools.chromeinspector";

  private static final int BATCH = 16;
  private static final Duration LONGEST_SLEEP = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private volatile boolean holds;

  // Guarded by this.
  private @Nullable MessageEndpoint engineEnd;
  private @Nullable PatientPort port;
  private boolean inSession;

  /// Whether this worker's image has the inspector: then a debugger may look into it.
  static boolean isThere() {
    return ModuleLayer.boot().findModule(MODULE).isPresent();
  }

  /// Whether a debugger holds the service at this moment.
  boolean holds() {
    return holds;
  }

  /// The engine's inspector waits for its next session.
  @Override
  public synchronized MessageEndpoint open(URI address, MessageEndpoint engine) {
    engineEnd = engine;
    notifyAll();
    return new HostEnd();
  }

  /// Serves the port from now on, on a thread of its own.
  void serve(ConnectionPort opened) {
    synchronized (this) {
      port = new PatientPort(opened);
    }
    Thread.ofPlatform().daemon().name("ringfence-inspector").start(() -> serveForEver(opened));
  }

  private void serveForEver(ConnectionPort from) {
    try (Doorbell doorbell = FutexDoorbell.open()) {
      doorbell.add(from);
      while (true) {
        if (from.poll(this::take, BATCH) == 0) {
          boolean _ = doorbell.await(LONGEST_SLEEP);
        }
      }
    } catch (PortClosedException _) {
      // The host has gone, and the other ports tell of that.
    } catch (RuntimeException e) {
      // To the diagnostics. A service that is held would stay so, since nobody can tell it to go on.
      System.err.println("ringfence worker: the inspector failed: " + e);
      Runtime.getRuntime().halt(WorkerMain.BROKEN);
    }
  }

  private void take(byte[] buffer, int offset, int length) {
    try {
      if (InspectorMessage.isEnd(buffer, offset, length)) {
        endSession();
      } else {
        beginOrGoOn().sendText(InspectorMessage.decode(buffer, offset, length));
      }
    } catch (IOException e) {
      throw new IllegalStateException("it takes no message: " + e.getMessage(), e);
    }
  }

  private synchronized MessageEndpoint beginOrGoOn() {
    inSession = true;
    return awaitEngineEnd();
  }

  /// Ends the session of a client that has gone, if there is one: the inspector drops its breakpoints and lets the service go on.
  private void endSession() throws IOException {
    MessageEndpoint ended;
    synchronized (this) {
      ended = inSession ? engineEnd : null;
      inSession = false;
      if (ended != null) {
        engineEnd = null;
      }
    }
    if (ended != null) {
      ended.sendClose();
    }
    holds = false;
    synchronized (this) {
      MessageEndpoint _ = awaitEngineEnd();
    }
    send(InspectorMessage.end());
  }

  /// The inspector opens its next end by itself, on a thread of its choice. Called with the lock.
  private MessageEndpoint awaitEngineEnd() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (engineEnd == null) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new IllegalStateException("the engine's inspector opens no session");
      }
      try {
        // Rounded up, so that the last wait does not spin.
        wait(left / 1_000_000 + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
    return engineEnd;
  }

  private void send(byte[] message) {
    PatientPort to;
    synchronized (this) {
      to = port;
    }
    if (to != null) {
      boolean _ = to.send(message);
    }
  }

  /// What the engine's inspector talks to.
  private final class HostEnd implements MessageEndpoint {
    @Override
    public void sendText(String text) {
      synchronized (Inspector.this) {
        if (!inSession) {
          // Meant for a client that has gone.
          return;
        }
      }
      if (InspectorMessage.isPaused(text)) {
        holds = true;
      } else if (InspectorMessage.isResumed(text)) {
        holds = false;
      }
      try {
        send(InspectorMessage.encode(text));
      } catch (MessageTooLargeException e) {
        // Its client would wait for it for ever.
        System.err.println("ringfence worker: the inspector's " + e.getMessage());
        send(InspectorMessage.end());
      }
    }

    @Override
    public void sendBinary(ByteBuffer data) {}

    @Override
    public void sendPing(ByteBuffer data) {}

    @Override
    public void sendPong(ByteBuffer data) {}

    @Override
    public void sendClose() {}
  }
}
