package ringfence.host.inspect;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import ringfence.host.event.OutputLine;
import ringfence.host.json.Json;
import ringfence.sandbox.protocol.InspectorMessage;
import ringfence.sandbox.protocol.OutputLevel;

/// Joins one debugger at a time to the run at hand of one service.
///
/// ```
///   no client --- connected ---> client --- gone, or the run is over ---> draining --- the worker's END ---> no client
/// ```
/// What a client says waits, within a bound, while the worker still drops what was the last one's, or has no run yet.
///
/// Thread-safe. Neither [Run] nor [Client] may block, or call back at once.
public final class Inspector {
  /// More that waits for a worker means that it does not come.
  private static final int MOST_WAITING_CHARACTERS = 4 << 20;

  /// Of commands that are the host's own; those of clients count from 1.
  private static final int OWN_ID = Integer.MAX_VALUE;

  private static final String OWN_ANSWER = "\"id\":" + OWN_ID + "}";
  private static final String PAUSE = ownCommand("Debugger.pause");
  private static final String STEP = ownCommand("Debugger.stepInto");

  /// What the engine calls the part of a module in which its names are bound, before its first statement.
  private static final String LINKING = ":module:link";

  private static final String RELEASE = "Runtime.runIfWaitingForDebugger";
  private static final String CONTEXT_CREATED = "{\"method\":\"Runtime.executionContextCreated\"";

  /// A run of the service.
  @FunctionalInterface
  public interface Run {
    /// Sends a message to the worker's inspector.
    void tell(byte[] message);
  }

  /// A debugger.
  public interface Client {
    /// Sends it a message of the protocol.
    void tell(String json);

    /// Ends its connection.
    void close(String why);
  }

  private final Queue<String> waiting = new ArrayDeque<>();
  private int waitingCharacters;
  private @Nullable Run run;
  private @Nullable Client client;

  /// Whether the code of the run at hand is still to wait for a debugger.
  private boolean holdsBack;

  /// Whether a debugger has said that it may go.
  private boolean released;

  /// Lets the code go; null before it can, and after it has.
  private @Nullable Runnable start;

  /// Whether it is on its way to the first statement, where it stops.
  private boolean approaching;

  private boolean fromStart;
  private boolean draining;
  private boolean paused;
  private boolean closed;

  /// Where a client shows what the service writes; 0 before it has asked for that.
  private int context;

  /// From the next run on, code waits for a debugger and stops before its first statement.
  public synchronized void waitFromStart() {
    fromStart = true;
  }

  /// Whether a debugger holds the service, or its code waits for one.
  public synchronized boolean holds() {
    return paused || start != null;
  }

  // ---- the run

  /// A run has begun.
  public synchronized void begin(Run begun) {
    run = begun;
    holdsBack = fromStart && !closed;
    released = false;
    approaching = false;
    pass();
  }

  /// Whether the code of the run at hand, which can go now, must wait for a debugger.
  ///
  /// @param go called once when a debugger says that it may go, unless the run is over before
  public synchronized boolean holdsBack(Runnable go) {
    holdsBack &= !released;
    start = holdsBack ? go : null;
    return holdsBack;
  }

  /// The worker's inspector has sent a message.
  public void heard(Run from, byte[] message) {
    Runnable go = null;
    synchronized (this) {
      if (!from.equals(run)) {
        return;
      }
      if (InspectorMessage.isEnd(message, 0, message.length)) {
        ended();
        return;
      }
      String json = InspectorMessage.decode(message, 0, message.length);
      if (json.endsWith(OWN_ANSWER)) {
        // It will stop as soon as it runs.
        released = true;
        go = takeStart();
      } else if (isForClient(json) && client != null && !draining) {
        client.tell(json);
      }
    }
    if (go != null) {
      go.run();
    }
  }

  private boolean isForClient(String json) {
    if (InspectorMessage.isPaused(json)) {
      paused = true;
      if (approaching && run != null && isLinking(json)) {
        run.tell(InspectorMessage.encode(STEP));
        return false;
      }
      approaching = false;
    } else if (InspectorMessage.isResumed(json)) {
      paused = false;
      return !approaching;
    } else if (context == 0 && json.startsWith(CONTEXT_CREATED)) {
      context = contextOf(json);
    }
    return true;
  }

  private @Nullable Runnable takeStart() {
    Runnable go = start;
    start = null;
    holdsBack &= go == null;
    return go;
  }

  private void ended() {
    paused = false;
    if (draining) {
      draining = false;
      pass();
    } else if (client != null) {
      leave(client, "a message of the debugger's is too long");
    }
  }

  /// The run has written a line, which a debugger shows too.
  public synchronized void wrote(Run from, OutputLine line) {
    if (from.equals(run) && client != null && context > 0) {
      client.tell(consoleCall(line, context));
    }
  }

  /// The run is over.
  public synchronized void over(Run ended) {
    if (ended.equals(run)) {
      run = null;
      start = null;
      paused = false;
      draining = false;
      Client left = client;
      forget();
      if (left != null) {
        left.close("the service has ended");
      }
    }
  }

  // ---- the client

  /// Why no further client can come at this moment; empty if one can.
  public synchronized Optional<String> refusal() {
    if (closed || (run == null && !fromStart)) {
      return Optional.of("the service does not run");
    }
    return client == null ? Optional.empty() : Optional.of("another debugger is connected");
  }

  /// A debugger comes.
  ///
  /// @return false if none can come; see [#refusal()]
  public synchronized boolean connected(Client come) {
    if (refusal().isPresent()) {
      return false;
    }
    client = come;
    return true;
  }

  /// A debugger says something.
  public synchronized void said(Client from, String json) {
    if (!from.equals(client)) {
      return;
    }
    waiting.add(json);
    waitingCharacters += json.length();
    if (holdsBack && !released && isRelease(json)) {
      approaching = true;
      waiting.add(PAUSE);
    }
    if (waitingCharacters > MOST_WAITING_CHARACTERS) {
      leave(from, "the service takes nothing");
    } else {
      pass();
    }
  }

  /// A debugger has gone; the service goes on without its breakpoints.
  public synchronized void gone(Client left) {
    if (left.equals(client)) {
      end();
    }
  }

  /// Lets no debugger in any more, and the one that is there go; code that waits for one does not wait any longer.
  public void close() {
    Runnable go;
    synchronized (this) {
      closed = true;
      holdsBack = false;
      go = takeStart();
      if (client != null) {
        leave(client, "the inspector is closed");
      }
    }
    if (go != null) {
      go.run();
    }
  }

  private void leave(Client sent, String why) {
    end();
    sent.close(why);
  }

  private void end() {
    forget();
    released = false;
    approaching = false;
    if (run != null) {
      draining = true;
      run.tell(InspectorMessage.end());
    }
  }

  private void forget() {
    client = null;
    context = 0;
    waiting.clear();
    waitingCharacters = 0;
  }

  private void pass() {
    if (run == null || draining) {
      return;
    }
    for (String json = waiting.poll(); json != null; json = waiting.poll()) {
      run.tell(InspectorMessage.encode(json));
    }
    waitingCharacters = 0;
  }

  // ---- messages

  private static boolean isRelease(String json) {
    try {
      return json.contains(RELEASE) && RELEASE.equals(Json.readObject(json).get("method"));
    } catch (IOException _) {
      // The worker's inspector says what is wrong with it.
      return false;
    }
  }

  private static String ownCommand(String method) {
    return "{\"id\":" + OWN_ID + ",\"method\":\"" + method + "\",\"params\":{}}";
  }

  private static boolean isLinking(String json) {
    try {
      return Json.readObject(json).get("params") instanceof Map<?, ?> params
          && params.get("callFrames") instanceof List<?> frames
          && frames.getFirst() instanceof Map<?, ?> top
          && LINKING.equals(top.get("functionName"));
    } catch (IOException _) {
      return false;
    }
  }

  private static int contextOf(String json) {
    try {
      return Json.readObject(json).get("params") instanceof Map<?, ?> params
              && params.get("context") instanceof Map<?, ?> created
              && created.get("id") instanceof Integer id
          ? id
          : 0;
    } catch (IOException _) {
      return 0;
    }
  }

  /// As consoles of browsers name it.
  private static String type(OutputLevel level) {
    return switch (level) {
      case WARN -> "warning";
      case DEBUG, LOG, INFO, ERROR, TRACE -> level.name().toLowerCase(Locale.ROOT);
    };
  }

  private static String consoleCall(OutputLine line, int context) {
    return Json.line(
        json -> {
          json.writeStringField("method", "Runtime.consoleAPICalled");
          json.writeObjectFieldStart("params");
          json.writeStringField("type", type(line.level()));
          json.writeArrayFieldStart("args");
          json.writeStartObject();
          json.writeStringField("type", "string");
          json.writeStringField("value", line.text());
          json.writeEndObject();
          json.writeEndArray();
          json.writeNumberField("executionContextId", context);
          json.writeNumberField("timestamp", line.at().toEpochMilli());
          json.writeEndObject();
        });
  }
}
