package ringfence.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import ringfence.host.link.LinkTable;
import ringfence.host.log.LogLine;
import ringfence.host.trace.Tracing;
import ringfence.sandbox.link.LinkEndpoint;
import ringfence.sandbox.link.Sent;
import ringfence.sandbox.link.StreamBlock;
import ringfence.sandbox.protocol.CancelCause;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.TraceContext;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.UnsupportedValueException;
import ringfence.sandbox.value.ValueCodec;

/// The calls of services to Java functions. What a function throws stays in the host, unless it is a [HostError]: the
/// caller learns no class name, no path and no value of the host's.
final class JavaServing {
  static final System.Logger LOG = System.getLogger("ringfence.host");

  /// What an envelope needs beside its value.
  private static final int ENVELOPE_BYTES = 4096;

  private static final int SMALL_BYTES = 2048;
  private static final int LONGEST_TEXT = 400;

  private final JavaPeer peer;
  private final Map<String, HostFunction> functions;
  private final Map<Integer, HostCall> calls = new ConcurrentHashMap<>();

  // The peer's thread only.
  private final Map<Integer, CompletableFuture<Boolean>> emits = new HashMap<>();

  JavaServing(JavaPeer peer, Map<String, HostFunction> functions) {
    this.peer = peer;
    this.functions = Map.copyOf(functions);
  }

  /// An encoded error that always fits.
  static byte[] error(String name, String message) {
    return ValueCodec.encode(
        ServiceValue.error(cut(name), cut(message)), SMALL_BYTES);
  }

  static byte[] encode(ServiceValue value) {
    return ValueCodec.encode(value, LinkTable.MESSAGE_BYTES - ENVELOPE_BYTES);
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
  }

  // ---- the peer's thread

  void start(
      int key,
      ServiceName caller,
      String function,
      Received received,
      long timeoutMillis) {
    long deadline = System.nanoTime() + timeoutMillis * 1_000_000;
    HostCall[] call = new HostCall[1];
    Thread thread =
        Thread.ofVirtual()
            .name("ringfence-call-" + function)
            .unstarted(Tracing.around(peer.endpoint().spans().current()).wrap(() -> run(key, call[0])));
    call[0] = new HostCall(caller, function, received, deadline, thread);
    calls.put(key, call[0]);
    thread.start();
  }

  void cancel(int key, CancelCause cause) {
    HostCall call = calls.get(key);
    if (call != null) {
      call.cancel(cause);
    }
  }

  void stopAll() {
    calls.values().forEach(call -> call.cancel(CancelCause.PEER_CLOSED));
    emits.values().forEach(emit -> emit.complete(false));
  }

  void emitted(int wait, boolean complete) {
    CompletableFuture<Boolean> emit = emits.remove(wait);
    if (emit != null) {
      emit.complete(complete);
    }
  }

  /// Emits an event.
  ///
  /// @return completes when no importer is too far behind; false if one of them loses it
  CompletableFuture<Boolean> emit(String event, List<ServiceValue> arguments) {
    byte[] bytes = encode(new ServiceValue.Items(arguments));
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    TraceContext trace = peer.current();
    peer.post(
        () -> peer.within(trace, () -> {
          int outcome = peer.endpoint().emit(event, bytes);
          if (outcome > 0) {
            emits.put(outcome, done);
          } else {
            done.complete(outcome == LinkEndpoint.EMITTED);
          }
        }));
    return done;
  }

  // ---- the call's thread

  private void run(int key, HostCall call) {
    List<Iterator<?>> streams = new ArrayList<>();
    boolean fine = false;
    byte[] answer;
    try {
      HostFunction function = functions.get(call.function());
      if (function == null) {
        throw new HostError(
            "TypeError", "the host service exports no function \"" + cut(call.function()) + "\"");
      }
      answer = encode(JavaSources.value(function.call(call), streams));
      fine = true;
    } catch (HostError e) {
      answer = error(e.name(), String.valueOf(e.getMessage()));
    } catch (UnsupportedValueException e) {
      answer = error("DataCloneError", "the result of " + call.function() + ": " + e.getMessage());
    } catch (Exception e) {
      if (!call.isCancelled()) {
        LOG.log(
            System.Logger.Level.WARNING,
            new LogLine("host-function-failed")
                .with("function", call.function())
                .with("caller", call.caller())
                .toString(),
            e);
      }
      answer = error("Error", "the host function " + call.function() + " failed");
    } catch (Error e) {
      LOG.log(System.Logger.Level.ERROR, "host-function-failed", e);
      answer = error("Error", "the host function " + call.function() + " failed");
    }
    call.closePorts();
    boolean good = fine;
    byte[] bytes = answer;
    peer.post(() -> answer(key, call.function(), good, bytes, streams));
  }

  private void answer(
      int key, String function, boolean fine, byte[] bytes, List<Iterator<?>> streams) {
    calls.remove(key);
    @Nullable StreamBlock block =
        streams.isEmpty()
            ? StreamBlock.NONE
            : peer.endpoint().openStreams(key, "o".repeat(streams.size()));
    boolean room = block != null;
    Sent sent =
        peer.endpoint()
            .answer(
                key,
                fine && room,
                room ? bytes : error("BackpressureError", "the result of " + function + " can't be sent: too many streams are open already"),
                block == null ? StreamBlock.NONE : block);
    if (sent == Sent.SENT && block != null) {
      peer.sources().start(block, streams);
      return;
    }
    streams.forEach(JavaSources::close);
    if (sent == Sent.FULL || sent == Sent.LARGE) {
      byte[] late =
          sent == Sent.FULL
              ? error("BackpressureError", "the result of " + function + " found no room: the caller does not read fast enough")
              : error("MessageTooLargeError", "the result of " + function + " is larger than a message may be");
      Sent _ = peer.endpoint().answer(key, false, late, StreamBlock.NONE);
    }
  }
}
