package ringfence.jsruntime.service;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import ringfence.jsruntime.context.Guest;
import ringfence.jsruntime.context.GuestCalls.Call;
import ringfence.jsruntime.context.GuestCalls.Sent;
import ringfence.jsruntime.loop.Work;
import ringfence.jsruntime.service.IncomingCalls.IncomingCall;
import ringfence.jsruntime.service.PendingCalls.PendingCall;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.protocol.LinkRole;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceMessageCodec;
import ringfence.sandbox.protocol.ServiceName;

/// Brings calls and events between the guest and its links, and decides who may say what: a service that
/// this one imports may answer and emit, a dependant may call, and anything else ends the link.
public final class ServiceTraffic implements Work, Links.Traffic {
  private static final int MOST_PENDING = 10_000;
  private static final int MOST_UNANSWERED = 10_000;

  /// What an envelope needs beside its payload, a long function name included.
  private static final int ENVELOPE_BYTES = 4096;
  private static final int MESSAGE_BYTES = 16 << 20;

  private final Links links;
  private final LongSupplier clock;
  private final Supplier<Guest> guest;
  private final PendingCalls pending = new PendingCalls();
  private final IncomingCalls incoming = new IncomingCalls();
  private final Map<String, Integer> listeners = new HashMap<>();

  /// Makes the traffic of a service without links.
  ///
  /// @param clock of the loop
  /// @param guest asked for only once a link exists
  public ServiceTraffic(Doorbell doorbell, LongSupplier clock, Supplier<Guest> guest) {
    this.links = new Links(doorbell, this);
    this.clock = clock;
    this.guest = guest;
  }

  /// Attends to a link from now on.
  ///
  /// @throws IllegalStateException if the doorbell can't watch one more port
  public void add(long regionId, ServiceName peer, LinkRole role, ConnectionPort port) {
    links.add(regionId, peer, role, port);
  }

  /// The host says that the peer is gone.
  public void cut(long regionId) {
    links.cut(regionId);
  }

  /// Closes all links at the end of the run, without a word to the guest.
  public void closeAll() {
    links.closeAll();
  }

  /// Whether a call, an answer or a message is under way, or one can still come that somebody waits for.
  ///
  /// @param exports whether dependants have something to call
  public boolean isBusy(boolean exports) {
    if (pending.size() > 0 || !incoming.isEmpty() || !links.isFlushed()) {
      return true;
    }
    if (exports && !links.dependants().isEmpty()) {
      return true;
    }
    for (Map.Entry<String, Integer> entry : listeners.entrySet()) {
      if (entry.getValue() > 0 && links.toImport(entry.getKey()) != null) {
        return true;
      }
    }
    return false;
  }

  // ---- the loop's side

  @Override
  public boolean run(int limit, long nowNanos) {
    boolean more = links.run(limit, nowNanos);
    for (int i = 0; i < limit; i++) {
      PendingCall call = pending.takeOverdue(nowNanos);
      if (call == null) {
        return more;
      }
      guest
          .get()
          .failCall(
              call.id,
              "TimeoutError",
              "call " + call.target() + " had no answer within " + call.timeoutMillis + " ms",
              "");
    }
    return true;
  }

  @Override
  public long dueNanos() {
    return Math.min(links.dueNanos(), pending.dueNanos());
  }

  @Override
  public void onMessage(ServiceLink link, ServiceMessage message) {
    boolean fine =
        switch (message) {
          case ServiceMessage.Request request -> link.role() == LinkRole.DEPENDANT && serve(link, request);
          case ServiceMessage.Response m -> settle(link, m.id(), true, m.value());
          case ServiceMessage.Failure m -> settle(link, m.id(), false, m.error());
          case ServiceMessage.Event m ->
              link.role() == LinkRole.IMPORT && guest.get().event(link.peer(), m.name(), m.arguments());
          case ServiceMessage.Gap m -> link.role() == LinkRole.IMPORT && m.lost() > 0 && gap(link, m.lost());
        };
    if (!fine) {
      links.damage(link, "it sent a " + message.getClass().getSimpleName() + " that makes no sense");
    }
  }

  @Override
  public void onEnd(ServiceLink link, String damage) {
    incoming.removeAll(link);
    String why = damage.isEmpty() ? "the service has closed" : "the connection is damaged: " + damage;
    for (PendingCall call : pending.takeAll(link)) {
      guest
          .get()
          .failCall(
              call.id,
              "PeerClosedError",
              "call " + call.target() + " has no outcome: " + why,
              call.delivered ? "unknown" : "no");
    }
  }

  private boolean serve(ServiceLink link, ServiceMessage.Request request) {
    // A peer that asks for more at once than any honest one does.
    if (link.unanswered >= MOST_UNANSWERED) {
      return false;
    }
    int key = incoming.add(link, request.id());
    if (guest.get().serve(key, request.function(), request.arguments())) {
      return true;
    }
    incoming.remove(key);
    return false;
  }

  private boolean settle(ServiceLink link, long id, boolean fine, byte[] value) {
    if (link.role() != LinkRole.IMPORT) {
      return false;
    }
    PendingCall call = pending.get(id);
    // Its deadline was first; the answer comes too late for anybody.
    if (call == null) {
      return true;
    }
    if (call.link != link || !call.delivered) {
      return false;
    }
    if (!guest.get().settleCall(call.id, fine, value)) {
      return false;
    }
    pending.take(call);
    return true;
  }

  private boolean gap(ServiceLink link, long lost) {
    guest.get().gap(link.peer(), lost);
    return true;
  }

  // ---- the guest's side

  /// Sends a call.
  public Call call(String peer, String function, byte[] arguments, double timeoutMillis) {
    ServiceLink link = links.toImport(peer);
    if (link == null) {
      return new Call(0, Sent.CLOSED);
    }
    if (pending.size() >= MOST_PENDING) {
      return new Call(0, Sent.FULL);
    }
    long timeout = (long) Math.ceil(timeoutMillis);
    PendingCall call = pending.add(link, function, timeout, clock.getAsLong());
    Sent sent =
        link.send(
            call,
            ServiceMessageCodec.encode(new ServiceMessage.Request(call.id, timeout, function, arguments)));
    if (sent != Sent.SENT) {
      pending.take(call);
      return new Call(0, sent);
    }
    return new Call(call.id, sent);
  }

  /// Answers a call, once.
  public Sent answer(int key, boolean fine, byte[] value) {
    IncomingCall call = incoming.get(key);
    if (call == null) {
      return Sent.CLOSED;
    }
    Sent sent =
        call.link()
            .send(
                fine
                    ? new ServiceMessage.Response(call.requestId(), value)
                    : new ServiceMessage.Failure(call.requestId(), value));
    if (sent != Sent.FULL && sent != Sent.LARGE) {
      incoming.remove(key);
    }
    return sent;
  }

  /// Sends an event to every dependant.
  public void emit(String event, byte[] arguments) {
    List<ServiceLink> dependants = links.dependants();
    if (!dependants.isEmpty()) {
      byte[] message = ServiceMessageCodec.encode(new ServiceMessage.Event(event, arguments));
      dependants.forEach(link -> link.emit(message));
    }
  }

  public void listeners(String peer, int count) {
    listeners.put(peer, count);
  }

  /// The longest encoded value that fits into a message.
  public int messageLimit() {
    int limit = MESSAGE_BYTES;
    for (ServiceLink link : links.all()) {
      limit = Math.min(limit, link.port().maxMessageBytes());
    }
    return Math.max(limit - ENVELOPE_BYTES, limit / 2);
  }
}
