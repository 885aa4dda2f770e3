package ringfence.jsruntime.service;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ringfence.jsruntime.context.Guest;
import ringfence.jsruntime.context.GuestLinks;
import ringfence.jsruntime.context.LinkCalls;
import ringfence.jsruntime.loop.Work;
import ringfence.sandbox.link.Calling;
import ringfence.sandbox.link.LinkEndpoint;
import ringfence.sandbox.link.Sent;
import ringfence.sandbox.link.Spans;
import ringfence.sandbox.link.StreamBlock;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.protocol.ControlEvent.LinkUse;
import ringfence.sandbox.protocol.EventPolicy;
import ringfence.sandbox.protocol.LinkRole;
import ringfence.sandbox.protocol.ServiceName;

/// The links of this service as one work of its loop.
public final class ServiceTraffic implements Work, LinkCalls {
  private final LinkEndpoint endpoint;
  private final Supplier<@Nullable Guest> guest;
  private final Map<String, Integer> listeners = new HashMap<>();

  /// Makes the traffic of a service without links.
  ///
  /// @param clock of the loop
  /// @param guest null until the code has come
  public ServiceTraffic(Doorbell doorbell, LongSupplier clock, Supplier<@Nullable Guest> guest) {
    this.guest = guest;
    endpoint = new LinkEndpoint(doorbell, clock, new GuestLinks(guest), GuestLinks::error);
  }

  /// Bounds the calls without an outcome, on all links.
  ///
  /// @param most from 1
  public void limitCalls(int most) {
    endpoint.limitCalls(most);
  }

  /// Attends to a link from now on.
  ///
  /// @throws IllegalStateException if the doorbell can't watch one more port
  public void add(long regionId, ServiceName peer, LinkRole role, ConnectionPort port) {
    endpoint.add(regionId, peer, role, port);
  }

  /// The host says that the peer is gone.
  public void cut(long regionId) {
    endpoint.cut(regionId);
  }

  /// Closes all links at the end of the run, without a word to the guest.
  public void closeAll() {
    endpoint.closeAll();
  }

  /// Whether something is under way, or can still come that somebody waits for.
  ///
  /// @param exports whether dependants have something to call
  public boolean isBusy(boolean exports) {
    if (endpoint.isBusy(exports)) {
      return true;
    }
    for (Map.Entry<String, Integer> entry : listeners.entrySet()) {
      if (entry.getValue() > 0 && endpoint.isConnected(entry.getKey())) {
        return true;
      }
    }
    return false;
  }

  /// What the links to imports have carried since the run began. For any thread.
  public List<LinkUse> use() {
    return endpoint.counted().stream()
        .map(peer -> new LinkUse(peer, endpoint.figures(peer), endpoint.fill(peer)))
        .toList();
  }

  // ---- the loop's side

  @Override
  public boolean run(int limit, long nowNanos) {
    // A link may come before the code, and a peer does not wait for it; what it says does.
    return guest.get() != null && endpoint.run(limit, nowNanos);
  }

  @Override
  public long dueNanos() {
    return endpoint.dueNanos();
  }

  // ---- the guest's side

  @Override
  public Calling call(
      String peer, String function, byte[] arguments, double timeoutMillis, StreamBlock streams) {
    return endpoint.call(peer, function, arguments, (long) Math.ceil(timeoutMillis), streams);
  }

  @Override
  public Spans spans() {
    return endpoint.spans();
  }

  @Override
  public void cancelCall(int id) {
    endpoint.cancel(id);
  }

  @Override
  public Sent answer(int key, boolean fine, byte[] value, StreamBlock streams) {
    return endpoint.answer(key, fine, value, streams);
  }

  @Override
  public int emit(String event, byte[] arguments) {
    return endpoint.emit(event, arguments);
  }

  @Override
  public void subscribe(String peer, EventPolicy policy, int limit) {
    endpoint.subscribe(peer, policy, limit);
  }

  @Override
  public void listeners(String peer, int count) {
    listeners.put(peer, count);
  }

  @Override
  public boolean isConnected(String peer) {
    return endpoint.isConnected(peer);
  }

  @Override
  public int openStreams(String peer, String directions) {
    StreamBlock block = endpoint.openStreams(peer, directions);
    return block == null ? 0 : block.first();
  }

  @Override
  public int openStreams(int key, String directions) {
    StreamBlock block = endpoint.openStreams(key, directions);
    return block == null ? 0 : block.first();
  }

  @Override
  public int openStreamsInItem(int stream, String directions) {
    StreamBlock block = endpoint.openStreamsInItem(stream, directions);
    return block == null ? 0 : block.first();
  }

  @Override
  public void discardStreams(StreamBlock streams) {
    endpoint.discardStreams(streams);
  }

  @Override
  public Sent sendItem(int stream, byte[] value, StreamBlock streams) {
    return endpoint.sendItem(stream, value, streams);
  }

  @Override
  public void holdStream(int stream, boolean held) {
    endpoint.holdStream(stream, held);
  }

  @Override
  public void endStream(int stream, boolean fine, byte[] value) {
    endpoint.endStream(stream, fine, value);
  }

  @Override
  public void readStream(int stream, long usedBytes, int usedItems) {
    endpoint.readStream(stream, usedBytes, usedItems);
  }

  @Override
  public void cancelStream(int stream, byte[] reason) {
    endpoint.cancelStream(stream, reason);
  }

  @Override
  public int callLimit(String peer) {
    return endpoint.callLimit(peer);
  }

  @Override
  public int answerLimit(int key) {
    return endpoint.answerLimit(key);
  }

  @Override
  public int emitLimit() {
    return endpoint.emitLimit();
  }

  @Override
  public int streamLimit(int stream) {
    return endpoint.streamLimit(stream);
  }
}
