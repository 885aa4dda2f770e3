package ringfence.host;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import ringfence.host.trace.RunSpans;
import ringfence.host.trace.Tracing;
import ringfence.sandbox.link.CallFailure;
import ringfence.sandbox.link.Calling;
import ringfence.sandbox.link.LinkEndpoint;
import ringfence.sandbox.link.LinkUser;
import ringfence.sandbox.link.Sent;
import ringfence.sandbox.link.StreamBlock;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.CancelCause;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ControlEvent.LinkCut;
import ringfence.sandbox.protocol.ControlEvent.LinkOffered;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.TraceContext;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.UnsupportedValueException;
import ringfence.sandbox.value.ValueCodec;

/// Java code as a peer of services: the same endpoint, messages and ports as a worker's, on a thread of this JVM.
///
/// ```
///   caller's thread -- post --> peer's thread: LinkEndpoint ==ring==> worker
///        waits  <-- future --
///   worker ==ring==> LinkEndpoint -- virtual thread: HostFunction -- post --> answer
/// ```
/// Methods of [LinkUser] run on the peer's thread. The other side is hostile: what it sends is decoded here, within
/// bounds, and what makes no sense ends its link.
final class JavaPeer implements LinkUser, AutoCloseable {
  private final Tracing tracing;
  private final PeerThread thread;
  private final JavaServing serving;
  private final JavaSources sources;
  private final EventListener events;
  private final Map<Integer, CompletableFuture<Received>> calls = new HashMap<>();
  private final JavaSinks sinks = new JavaSinks(this);
  private final Set<ServiceName> connected = ConcurrentHashMap.newKeySet();

  /// Ends of links that have come before their event.
  private final Map<Long, ConnectionPort> offered = new ConcurrentHashMap<>();

  /// Hears the events of imports, on the peer's thread.
  interface EventListener {
    void event(ServiceName service, String name, List<ServiceValue> arguments);

    void gap(ServiceName service, long lost);

    void disconnected(ServiceName service);

    void connected(ServiceName service, boolean connected);
  }

  /// @param name of its thread
  /// @param self as services see it
  /// @param functions what importers may call
  JavaPeer(
      String name, ServiceName self, Map<String, HostFunction> functions, EventListener events, Tracing tracing) {
    this.tracing = tracing;
    this.events = events;
    this.serving = new JavaServing(this, functions);
    this.sources = new JavaSources(this);
    this.thread =
        new PeerThread(
            name,
            (doorbell, clock) ->
                new LinkEndpoint(
                    doorbell, clock, this, (error, message) -> JavaServing.error(error, message)));
    if (tracing.watches()) {
      RunSpans spans = tracing.run(self);
      post(() -> endpoint().spans().watch(spans.prefix(), spans::ended));
    }
  }

  LinkEndpoint endpoint() {
    return thread.endpoint();
  }

  void post(Runnable task) {
    thread.post(task);
  }

  JavaSources sources() {
    return sources;
  }

  // ---- links, from the manager's thread

  /// Takes an end of a link; its event follows.
  void offerRegion(SharedRegion region, RingOffer offer) throws IOException {
    offered.put(offer.regionId(), RingPort.open(region, offer));
  }

  /// Takes an event about a link.
  void link(ControlEvent event) {
    switch (event) {
      case LinkOffered e -> {
        ConnectionPort port = offered.remove(e.regionId());
        if (port != null) {
          post(() -> endpoint().add(e.regionId(), e.peer(), e.role(), port));
        }
      }
      case LinkCut e -> post(() -> endpoint().cut(e.regionId()));
      default -> throw new IllegalArgumentException(event + " is not about a link");
    }
  }

  /// What went over the links to services.
  Map<ServiceName, LinkFigures> traffic() {
    Map<ServiceName, LinkFigures> all = new HashMap<>();
    endpoint().counted().forEach(service -> all.put(service, endpoint().figures(service)));
    return all;
  }

  boolean isConnected(ServiceName service) {
    return connected.contains(service);
  }

  @Override
  public void close() {
    thread.close();
    offered.values().forEach(ConnectionPort::close);
    RuntimeException gone =
        new ServiceCallException("PeerClosedError", "this peer was closed", "unknown", null);
    calls.values().forEach(call -> call.completeExceptionally(gone));
    sinks.endAll(gone);
    sources.stopAll();
    serving.stopAll();
  }

  // ---- calls of ours, from any thread but the peer's

  /// Calls a function and waits for what it returns.
  Received call(ServiceName service, String function, Duration timeout, List<?> arguments) {
    if (thread.isCurrent()) {
      throw new IllegalStateException(
          "a listener of events can't call: it runs on the thread that the answer comes on; call from another thread");
    }
    List<Iterator<?>> streams = new ArrayList<>();
    byte[] bytes = JavaServing.encode(new ServiceValue.Items(JavaSources.values(arguments, streams)));
    CompletableFuture<Received> result = new CompletableFuture<>();
    int[] id = {0};
    TraceContext trace = tracing.current();
    post(() -> within(trace, () -> id[0] = send(service, function, timeout, bytes, streams, result)));
    try {
      return result.get();
    } catch (InterruptedException e) {
      post(
          () -> {
            endpoint().cancel(id[0]);
            calls.remove(id[0]);
          });
      Thread.currentThread().interrupt();
      throw new ServiceException(
          ErrorCode.INTERRUPTED, "the call of " + service + "." + function + " was interrupted and is given up", e);
    } catch (java.util.concurrent.ExecutionException e) {
      throw rethrown(e.getCause() == null ? e : e.getCause());
    }
  }

  /// Does something that belongs to a trace, or to none.
  void within(@Nullable TraceContext trace, Runnable act) {
    TraceContext before = endpoint().spans().enter(trace);
    act.run();
    TraceContext _ = endpoint().spans().enter(before);
  }

  /// What the code that calls this, on any thread but the peer's, is in; null for no trace.
  @Nullable TraceContext current() {
    return tracing.current();
  }

  private int send(
      ServiceName service,
      String function,
      Duration timeout,
      byte[] arguments,
      List<Iterator<?>> streams,
      CompletableFuture<Received> result) {
    String target = service + "." + function;
    StreamBlock block = StreamBlock.NONE;
    if (!streams.isEmpty()) {
      StreamBlock opened = endpoint().openStreams(service.value(), "o".repeat(streams.size()));
      if (opened == null) {
        result.completeExceptionally(
            refused(isConnected(service) ? Sent.FULL : Sent.CLOSED, target));
        return 0;
      }
      block = opened;
    }
    Calling calling =
        endpoint()
            .call(service.value(), function, arguments, Math.max(1, timeout.toMillis()), block);
    if (calling.sent() != Sent.SENT) {
      result.completeExceptionally(refused(calling.sent(), target));
      return 0;
    }
    calls.put(calling.id(), result);
    sources.start(block, streams);
    return calling.id();
  }

  private static RuntimeException refused(Sent sent, String target) {
    return switch (sent) {
      case CLOSED ->
          new ServiceCallException(
              "PeerClosedError", "call " + target + " was not delivered: the service is not connected", "no", null);
      case LARGE ->
          new ServiceCallException(
              "MessageTooLargeError", "call " + target + " is larger than a message may be", "", null);
      case FULL, SENT ->
          new ServiceCallException(
              "BackpressureError", "call " + target + " was not sent: too much is waiting already", "", null);
    };
  }

  /// On the caller's thread, with its stack.
  private static RuntimeException rethrown(Throwable failure) {
    RuntimeException mine =
        switch (failure) {
          case ServiceCallException e ->
              new ServiceCallException(e.name(), e.detail(), e.delivered(), e.thrown().orElse(null));
          case UnsupportedValueException e -> new UnsupportedValueException(String.valueOf(e.getMessage()));
          default -> new IllegalStateException("the peer failed", failure);
        };
    if (mine.getCause() == null) {
      mine.addSuppressed(failure);
    }
    return mine;
  }

  @Override
  public boolean returned(int call, byte[] value, StreamBlock streams) {
    CompletableFuture<Received> result = calls.remove(call);
    try {
      Received received = sinks.receive(value, streams);
      if (result == null || !result.complete(received)) {
        received.close();
      }
      return true;
    } catch (UnsupportedValueException e) {
      complete(result, e);
      return true;
    } catch (MalformedMessageException _) {
      // The end of the link is the call's outcome.
      if (result != null) {
        calls.put(call, result);
      }
      return false;
    }
  }

  @Override
  public boolean threw(int call, byte[] error) {
    try {
      ServiceValue thrown = ValueCodec.decode(error, 0);
      complete(calls.remove(call), ServiceCallException.thrown(thrown));
      return true;
    } catch (UnsupportedValueException e) {
      complete(calls.remove(call), e);
      return true;
    } catch (MalformedMessageException _) {
      return false;
    }
  }

  @Override
  public void failed(int call, CallFailure failure) {
    complete(
        calls.remove(call),
        new ServiceCallException(failure.name(), failure.message(), failure.delivered(), null));
  }

  private static void complete(@Nullable CompletableFuture<Received> result, RuntimeException failure) {
    if (result != null) {
      result.completeExceptionally(failure);
    }
  }

  // ---- calls of importers

  @Override
  public boolean serve(
      int key, ServiceName caller, String function, byte[] arguments, long timeoutMillis, StreamBlock streams) {
    try {
      Received received = sinks.receive(arguments, streams);
      if (!(received.value() instanceof ServiceValue.Items)) {
        return false;
      }
      serving.start(key, caller, function, received, timeoutMillis);
      return true;
    } catch (UnsupportedValueException e) {
      Sent _ =
          endpoint()
              .answer(
                  key,
                  false,
                  JavaServing.error("DataCloneError", "the arguments of " + function + ": " + e.getMessage()),
                  StreamBlock.NONE);
      return true;
    } catch (MalformedMessageException _) {
      return false;
    }
  }

  @Override
  public void cancelled(int key, CancelCause cause) {
    serving.cancel(key, cause);
  }

  @Override
  public void emitted(int wait, boolean complete) {
    serving.emitted(wait, complete);
  }

  JavaServing serving() {
    return serving;
  }

  // ---- events

  @Override
  public boolean event(ServiceName peer, String name, byte[] arguments) {
    try {
      if (!(ValueCodec.decode(arguments, 0) instanceof ServiceValue.Items list)) {
        return false;
      }
      TraceContext trace = endpoint().spans().current();
      if (trace == null) {
        events.event(peer, name, list.values());
      } else {
        try (var _ = Tracing.around(trace).makeCurrent()) {
          events.event(peer, name, list.values());
        }
      }
      return true;
    } catch (UnsupportedValueException _) {
      // In order, but not for Java: as good as lost.
      events.gap(peer, 1);
      return true;
    } catch (MalformedMessageException _) {
      return false;
    }
  }

  @Override
  public void gap(ServiceName peer, long lost) {
    events.gap(peer, lost);
  }

  @Override
  public void unsubscribed(ServiceName peer) {
    events.disconnected(peer);
  }

  @Override
  public void connected(ServiceName peer, boolean now) {
    if (now) {
      connected.add(peer);
    } else {
      connected.remove(peer);
    }
    events.connected(peer, now);
  }

  // ---- streams

  void cancelStream(int key) {
    sinks.cancel(key);
  }

  @Override
  public boolean item(int stream, byte[] value, StreamBlock brought) {
    return sinks.item(stream, value, brought);
  }

  @Override
  public boolean ended(int stream, boolean fine, byte[] value) {
    return sinks.ended(stream, fine, value);
  }

  @Override
  public void lost(int stream, String why) {
    sinks.lost(stream, why);
    sources.stop(stream);
  }

  @Override
  public void resumed(int stream) {
    sources.resume(stream);
  }

  @Override
  public boolean stopped(int stream, byte[] reason) {
    sources.stop(stream);
    return true;
  }
}
