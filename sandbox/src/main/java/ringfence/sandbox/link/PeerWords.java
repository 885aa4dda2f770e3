package ringfence.sandbox.link;

import org.jspecify.annotations.Nullable;
import ringfence.sandbox.link.IncomingCalls.IncomingCall;
import ringfence.sandbox.protocol.CancelCause;
import ringfence.sandbox.protocol.LinkFigures.Count;
import ringfence.sandbox.protocol.LinkRole;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceMessage.Cancel;
import ringfence.sandbox.protocol.ServiceMessage.Credit;
import ringfence.sandbox.protocol.ServiceMessage.Event;
import ringfence.sandbox.protocol.ServiceMessage.Failure;
import ringfence.sandbox.protocol.ServiceMessage.Gap;
import ringfence.sandbox.protocol.ServiceMessage.Request;
import ringfence.sandbox.protocol.ServiceMessage.Response;
import ringfence.sandbox.protocol.ServiceMessage.StreamCancel;
import ringfence.sandbox.protocol.ServiceMessage.StreamEnd;
import ringfence.sandbox.protocol.ServiceMessage.StreamItem;
import ringfence.sandbox.protocol.ServiceMessage.Subscribe;
import ringfence.sandbox.protocol.ServiceMessage.Unsubscribed;

/// Takes what peers say to their users, and judges whether they may say it.
final class PeerWords implements Links.Traffic {
  private final LinkEndpoint endpoint;
  private final PendingCalls pending;
  private final IncomingCalls incoming;
  private final Streams streams;
  private final LinkUser user;
  private final LinkEndpoint.Refusals refusals;

  PeerWords(
      LinkEndpoint endpoint,
      PendingCalls pending,
      IncomingCalls incoming,
      Streams streams,
      LinkUser user,
      LinkEndpoint.Refusals refusals) {
    this.endpoint = endpoint;
    this.pending = pending;
    this.incoming = incoming;
    this.streams = streams;
    this.user = user;
    this.refusals = refusals;
  }

  @Override
  public String onMessage(Link link, ServiceMessage message) {
    boolean imported = link.role() == LinkRole.IMPORT;
    boolean fine =
        switch (message) {
          case Request m -> !imported && serve(link, m);
          case Cancel m -> !imported && cancelled(link, m);
          case Response m -> imported && returned(link, m);
          case Failure m -> imported && threw(link, m);
          case Subscribe m -> !imported && subscribed(link, m);
          case Event m ->
              imported && link.subscribed && event(link, m);
          case Gap m -> imported && link.subscribed && gap(link, m);
          case Unsubscribed m -> imported && unsubscribed(link, m);
          case StreamItem m -> streams.arrived(link, m);
          case StreamEnd m -> streams.ended(link, m);
          case StreamCancel m -> streams.stopped(link, m);
          case Credit m -> streams.credited(link, m);
        };
    return fine ? "" : "it sent a " + message.getClass().getSimpleName() + " that makes no sense";
  }

  @Override
  public void onEnd(Link link, String damage) {
    String why = damage.isEmpty() ? "the service has closed" : "the connection is damaged: " + damage;
    for (IncomingCall call : incoming.removeAll(link)) {
      if (!call.cancelled) {
        user.cancelled(call.key, CancelCause.PEER_CLOSED);
      }
    }
    for (PendingCall call : pending.takeAll(link)) {
      link.tally().add(Count.CALLS_LOST, 1);
      user.failed(
          call.id,
          new CallFailure(
              "PeerClosedError",
              "call " + call.target() + " has no outcome: " + why,
              call.delivered ? "unknown" : "no"));
    }
    streams.lose(link, "the other end of the stream is gone: " + why);
    endpoint.release(link, true);
    if (link.role() == LinkRole.IMPORT) {
      user.connected(link.peer(), false);
    }
  }

  private boolean serve(Link link, Request request) {
    IncomingCall call = incoming.add(link, request.id());
    StreamBlock block = call == null ? null : streams.accept(link, request.transfers());
    if (call == null || block == null || request.timeoutMillis() < 1) {
      return false;
    }
    if (incoming.size() > LinkEndpoint.MOST_INCOMING) {
      streams.refuse(block);
      Sent _ =
          endpoint.answer(
              call.key,
              false,
              refusals.error(
                  "BackpressureError",
                  "call " + request.function() + " was refused: " + LinkEndpoint.MOST_INCOMING
                      + " calls wait for an answer there already"),
              StreamBlock.NONE);
      return true;
    }
    return user.serve(
        call.key, link.peer(), request.function(), request.arguments(), request.timeoutMillis(), block);
  }

  private boolean cancelled(Link link, Cancel cancel) {
    if (cancel.cause() == CancelCause.PEER_CLOSED) {
      return false;
    }
    IncomingCall call = incoming.get(link, cancel.id());
    // Null: it has been answered meanwhile.
    if (call != null && !call.cancelled) {
      call.cancelled = true;
      user.cancelled(call.key, cancel.cause());
    }
    return true;
  }

  private boolean returned(Link link, Response response) {
    PendingCall call = answered(link, response.id());
    StreamBlock block = call == null ? null : streams.accept(link, response.transfers());
    if (call == null || block == null) {
      return false;
    }
    if (!pending.settle(call)) {
      pending.forget(call);
      streams.refuse(block);
      return true;
    }
    return settled(call, Count.CALLS_RETURNED, user.returned(call.id, response.value(), block));
  }

  private boolean threw(Link link, Failure failure) {
    PendingCall call = answered(link, failure.id());
    if (call == null) {
      return false;
    }
    if (!pending.settle(call)) {
      pending.forget(call);
      return true;
    }
    return settled(call, Count.CALLS_THREW, user.threw(call.id, failure.error()));
  }

  /// The call that a peer answers, if it may.
  private @Nullable PendingCall answered(Link link, long id) {
    PendingCall call = pending.get(id);
    return call != null && call.link == link && call.delivered ? call : null;
  }

  private boolean settled(PendingCall call, Count how, boolean fine) {
    if (fine) {
      call.link.tally().answered(how, endpoint.nowNanos() - call.startNanos());
      pending.forget(call);
    } else {
      // Its user has no outcome after all; the end of the link will be it.
      pending.unsettle(call);
    }
    return fine;
  }

  private boolean subscribed(Link link, Subscribe m) {
    return m.limit() >= 1
        && m.limit() <= Subscribe.MOST_EVENTS
        && link.events().subscribe(m.number(), m.policy(), m.limit());
  }

  private boolean event(Link link, Event m) {
    link.tally().add(Count.EVENTS_RECEIVED, 1);
    return user.event(link.peer(), m.name(), m.arguments());
  }

  private boolean gap(Link link, Gap m) {
    if (m.lost() < 1) {
      return false;
    }
    link.tally().add(Count.EVENTS_LOST, m.lost());
    user.gap(link.peer(), m.lost());
    return true;
  }

  private boolean unsubscribed(Link link, Unsubscribed m) {
    if (!link.subscribed || m.number() < 1 || m.number() > link.subscription) {
      return false;
    }
    // Otherwise this user has subscribed again meanwhile.
    if (m.number() == link.subscription) {
      link.subscribed = false;
      user.unsubscribed(link.peer());
    }
    return true;
  }
}
