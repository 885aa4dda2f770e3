package ringfence.jsruntime.service;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import ringfence.jsruntime.context.GuestCalls.Sent;
import ringfence.jsruntime.service.PendingCalls.PendingCall;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.PortState;
import ringfence.sandbox.protocol.LinkRole;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceMessageCodec;
import ringfence.sandbox.protocol.ServiceName;

/// One connection to another service, with a bounded queue of what its port had no room for.
final class ServiceLink {
  private static final int MOST_WAITING = 1024;

  /// Room for an error.
  private static final int SMALL_BYTES = 1024;

  private static final long MOST_WAITING_BYTES = 32L << 20;

  private final long regionId;
  private final ServiceName peer;
  private final LinkRole role;
  private final ConnectionPort port;
  private final Doorbell doorbell;
  private final Queue<Waiting> outbox = new ArrayDeque<>();
  private long outboxBytes;
  private long lostEvents;
  private boolean unflushed;

  /// Requests of the peer that have no answer yet.
  int unanswered;

  /// A message that waits for room, and the call of ours that it is, if it is one.
  // Passed on, never compared.
  @SuppressWarnings("ArrayRecordComponent")
  private record Waiting(byte[] message, @Nullable PendingCall call) {}

  ServiceLink(long regionId, ServiceName peer, LinkRole role, ConnectionPort port, Doorbell doorbell) {
    this.regionId = regionId;
    this.peer = peer;
    this.role = role;
    this.port = port;
    this.doorbell = doorbell;
  }

  long regionId() {
    return regionId;
  }

  ServiceName peer() {
    return peer;
  }

  LinkRole role() {
    return role;
  }

  ConnectionPort port() {
    return port;
  }

  /// Whether all that was sent is in the peer's reach.
  boolean isFlushed() {
    return outbox.isEmpty() && !unflushed;
  }

  /// Sends a request.
  Sent send(PendingCall call, byte[] message) {
    return send(message, call, MOST_WAITING);
  }

  /// Sends an answer. Answers may wait in greater number, as many as there are requests.
  Sent send(ServiceMessage message) {
    return send(ServiceMessageCodec.encode(message), null, Integer.MAX_VALUE);
  }

  /// Sends an event, or counts it as lost; what was lost before is told first.
  void emit(byte[] event) {
    tellGap();
    if (lostEvents > 0 || send(event, null, MOST_WAITING) != Sent.SENT) {
      lostEvents++;
    }
  }

  /// Sends what waits, as far as there is room.
  void flush() {
    if (isFlushed() && lostEvents == 0) {
      return;
    }
    unflushed = !port.flush();
    while (!unflushed && !outbox.isEmpty() && offer(outbox.element())) {
      outboxBytes -= outbox.remove().message().length;
    }
    if (outbox.isEmpty() && !unflushed) {
      tellGap();
    }
    if (!isFlushed()) {
      doorbell.wakeOnRoom(port);
    }
  }

  private void tellGap() {
    if (lostEvents > 0
        && outbox.size() < MOST_WAITING / 2
        && send(ServiceMessageCodec.encode(new ServiceMessage.Gap(lostEvents)), null, MOST_WAITING)
            == Sent.SENT) {
      lostEvents = 0;
    }
  }

  private Sent send(byte[] message, @Nullable PendingCall call, int mostWaiting) {
    if (port.state() != PortState.OPEN) {
      return Sent.CLOSED;
    }
    if (message.length > port.maxMessageBytes()) {
      return Sent.LARGE;
    }
    Waiting waiting = new Waiting(message, call);
    if (outbox.isEmpty() && !unflushed && offer(waiting)) {
      return Sent.SENT;
    }
    // An answer to a peer that does not read must fit too, if it is as small as an error.
    boolean full = outbox.size() >= mostWaiting || outboxBytes + message.length > MOST_WAITING_BYTES;
    if (full && (call != null || mostWaiting == MOST_WAITING || message.length > SMALL_BYTES)) {
      return Sent.FULL;
    }
    outbox.add(waiting);
    outboxBytes += message.length;
    doorbell.wakeOnRoom(port);
    return Sent.SENT;
  }

  private boolean offer(Waiting waiting) {
    if (!port.offer(waiting.message())) {
      return false;
    }
    if (waiting.call() != null) {
      waiting.call().delivered = true;
    }
    // A message larger than the room goes in parts.
    unflushed = !port.flush();
    return true;
  }
}
