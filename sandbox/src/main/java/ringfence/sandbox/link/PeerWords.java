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
import ringfence.sandbox.protocol.SpanRecord.Kind;
import ringfence.sandbox.protocol.SpanRecord.Outcome;
import ringfence.sandbox.protocol.TraceContext;

/// Takes what peers say to their users, and judges whether they may say it.
final class PeerWords implements Links.Traffic {
  private final LinkEndpoint endpoint;
  private final PendingCalls pending;
  private final IncomingCalls incoming;
  private final Streams streams;
  private final Spans spans;
  private final LinkUser user;
  private final LinkEndpoint.Refusals refusals;

  PeerWords(
      LinkEndpoint endpoint,
      PendingCalls pending,
      IncomingCalls incoming,
      Streams streams,
      Spans spans,
      LinkUser user,
      LinkEndpoint.Refusals refusals) {
    this.endpoint = endpoint;
    this.pending = pending;
    this.incoming = incoming;
    this.streams = streams;
    this.spans = spans;
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
      spans.end(call.span, Outcome.LOST);
      if (!call.cancelled) {
        user.cancelled(call.key, CancelCause.PEER_CLOSED);
      }
    }
    for (PendingCall call : pending.takeAll(link)) {
      link.tally().add(Count.CALLS_LOST, 1);
      TraceContext before = goOn(call, Outcome.LOST);
      user.failed(
          call.id,
          new CallFailure(
              "PeerClosedError",
              "call " + call.target() + " has no outcome: " + why,
              call.delivered ? "unknown" : "no"));
      TraceContext _ = spans.enter(before);
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
    call.span = spans.begin(Kind.SERVE, request.function(), link.peer().value(), request.trace());
    TraceContext before = spans.enter(Spans.context(call.span));
    boolean fine =
        user.serve(
            call.key, link.peer(), request.function(), request.arguments(), request.timeoutMillis(), block);
    TraceContext _ = spans.enter(before);
    return fine;
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
    TraceContext before = goOn(call, Outcome.FINE);
    boolean fine = user.returned(call.id, response.value(), block);
    TraceContext _ = spans.enter(before);
    return settled(call, Count.CALLS_RETURNED, fine);
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
    TraceContext before = goOn(call, Outcome.THREW);
    boolean fine = user.threw(call.id, failure.error());
    TraceContext _ = spans.enter(before);
    return settled(call, Count.CALLS_THREW, fine);
  }

  /// Ends the span of a call, before its user does something with the outcome, and enters what the call was made in.
  private @Nullable TraceContext goOn(PendingCall call, Outcome outcome) {
    spans.end(call.span, outcome);
    call.span = null;
    return spans.enter(call.within);
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
    Spans.Open span = spans.begin(Kind.EVENT, m.name(), link.peer().value(), m.trace());
    TraceContext before = spans.enter(Spans.context(span));
    boolean fine = user.event(link.peer(), m.name(), m.arguments());
    TraceContext _ = spans.enter(before);
    spans.end(span, Outcome.FINE);
    return fine;
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
