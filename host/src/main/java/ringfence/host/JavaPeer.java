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
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceName;
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
  private final PeerThread thread;
  private final JavaServing serving;
  private final JavaSources sources;
  private final EventListener events;
  private final Map<Integer, CompletableFuture<Received>> calls = new HashMap<>();
  private final Map<Integer, ServiceStream> sinks = new HashMap<>();
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

  /// @param functions what importers may call
  JavaPeer(String name, Map<String, HostFunction> functions, EventListener events) {
    this.events = events;
    this.serving = new JavaServing(this, functions);
    this.sources = new JavaSources(this);
    this.thread =
        new PeerThread(
            name,
            (doorbell, clock) ->
                new LinkEndpoint(
                    doorbell, clock, this, (error, message) -> JavaServing.error(error, message)));
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
    sinks.values().forEach(sink -> sink.end(gone));
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
    post(() -> id[0] = send(service, function, timeout, bytes, streams, result));
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
      Received received = receive(value, streams);
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
      Received received = receive(arguments, streams);
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
      events.event(peer, name, list.values());
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

  /// Decodes a value with what it brings.
  ///
  /// @throws UnsupportedValueException if Java code can't hold it; what it brings is closed then
  private Received receive(byte[] value, StreamBlock block) {
    List<ServiceStream> streams = openSinks(block);
    try {
      ValueCodec.WithStreams decoded = ValueCodec.decodeWithStreams(value, block.size());
      Map<Integer, ServicePort> ports = new HashMap<>();
      for (ServiceValue.Stream stream : decoded.streams()) {
        if (stream.kind() == ValueCodec.PORT) {
          ports.put(stream.index(), openPort(streams, block, stream.index()));
        }
      }
      endUnwritten(block, ports);
      return new Received(decoded.value(), streams, ports);
    } catch (UnsupportedValueException e) {
      endUnwritten(block, Map.of());
      streams.forEach(ServiceStream::close);
      throw e;
    }
  }

  private ServicePort openPort(List<ServiceStream> streams, StreamBlock block, int index) {
    if (!block.directions().startsWith("" + StreamBlock.IN + StreamBlock.OUT, index)) {
      throw new MalformedMessageException("a port is a stream in and one out");
    }
    int out = block.first() + index + 1;
    int limit = Math.min(endpoint().streamLimit(out), ServiceMessage.MOST_ITEM_BYTES);
    ServicePort port = new ServicePort(streams.get(index), limit);
    sources.start(out, port.posts());
    return port;
  }

  /// Ends the streams that would go out and are no port's.
  private void endUnwritten(StreamBlock block, Map<Integer, ServicePort> ports) {
    for (int i = 0; i < block.size(); i++) {
      if (block.directions().charAt(i) == StreamBlock.OUT && !ports.containsKey(i - 1)) {
        endpoint().endStream(block.first() + i, true, JavaServing.encode(ServiceValue.Nothing.UNDEFINED));
      }
    }
  }

  /// A stream for each of a message's. Those that would go out can't be read.
  private List<ServiceStream> openSinks(StreamBlock block) {
    List<ServiceStream> opened = new ArrayList<>();
    for (int i = 0; i < block.size(); i++) {
      int key = block.first() + i;
      ServiceStream stream = new ServiceStream(this, key);
      opened.add(stream);
      if (block.directions().charAt(i) == StreamBlock.IN) {
        sinks.put(key, stream);
      } else {
        stream.end(new UnsupportedValueException("Java code can't write to a stream that came to it"));
      }
    }
    return opened;
  }

  void cancelStream(int key) {
    if (sinks.remove(key) != null) {
      endpoint().cancelStream(key, JavaServing.encode(ServiceValue.Nothing.UNDEFINED));
    }
  }

  @Override
  public boolean item(int stream, byte[] value, StreamBlock brought) {
    ServiceStream sink = sinks.get(stream);
    try {
      Received received = receive(value, brought);
      if (brought.size() > 0) {
        received.close();
        throw new UnsupportedValueException(
            "an item of the stream holds a stream or a port, which Java code can't receive there");
      }
      if (sink != null) {
        sink.arrived(received.value(), value.length);
      }
      return true;
    } catch (UnsupportedValueException e) {
      cancelStream(stream);
      if (sink != null) {
        sink.end(e);
      }
      return true;
    } catch (MalformedMessageException _) {
      return false;
    }
  }

  @Override
  public boolean ended(int stream, boolean fine, byte[] value) {
    RuntimeException why = null;
    try {
      ServiceValue decoded =
          value.length == 0 ? ServiceValue.Nothing.UNDEFINED : ValueCodec.decode(value, 0);
      why = fine ? null : ServiceCallException.thrown(decoded);
    } catch (UnsupportedValueException e) {
      why = fine ? null : e;
    } catch (MalformedMessageException _) {
      return false;
    }
    ServiceStream sink = sinks.remove(stream);
    if (sink != null) {
      sink.end(why);
    }
    return true;
  }

  @Override
  public void lost(int stream, String why) {
    ServiceStream sink = sinks.remove(stream);
    if (sink != null) {
      sink.end(new ServiceCallException("PeerClosedError", why, "unknown", null));
    }
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
