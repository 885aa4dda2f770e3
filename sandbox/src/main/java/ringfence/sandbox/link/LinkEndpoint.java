package ringfence.sandbox.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.link.IncomingCalls.IncomingCall;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.RingFill;
import ringfence.sandbox.protocol.CancelCause;
import ringfence.sandbox.protocol.EventPolicy;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.LinkFigures.Count;
import ringfence.sandbox.protocol.LinkRole;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceMessage.Cancel;
import ringfence.sandbox.protocol.ServiceMessage.Event;
import ringfence.sandbox.protocol.ServiceMessage.Failure;
import ringfence.sandbox.protocol.ServiceMessage.Request;
import ringfence.sandbox.protocol.ServiceMessage.Response;
import ringfence.sandbox.protocol.ServiceMessage.Subscribe;
import ringfence.sandbox.protocol.ServiceMessageCodec;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.SpanRecord.Kind;
import ringfence.sandbox.protocol.SpanRecord.Outcome;
import ringfence.sandbox.protocol.TraceContext;

/// All links of one service, or of Java code that takes the part of one: brings calls, events and streams between
/// its user and the ports, and decides who may say what. A service that this one imports may answer and emit, a
/// dependant may call, and anything else ends the link.
///
/// Belongs to one thread, which calls [#run] when the doorbell rings or [#dueNanos] is over. The user's methods are
/// called by [#run] and [#cut] only; methods here may be called by them, and at any other time.
public final class LinkEndpoint {
  /// [#dueNanos()] while only the doorbell matters.
  public static final long NEVER = Long.MAX_VALUE;

  /// The most calls without an outcome, of this user on all links, until [#limitCalls] says otherwise.
  public static final int MOST_PENDING = 10_000;

  /// The most calls without an answer, of all dependants; further ones fail at once.
  public static final int MOST_INCOMING = 20_000;

  /// [#emit] has sent or queued the event for everybody.
  public static final int EMITTED = 0;

  /// [#emit] could not do so for somebody, who is told.
  public static final int INCOMPLETE = -1;

  private static final byte[] NOTHING = new byte[0];

  private final Links links;
  private final LongSupplier clock;
  private final LinkUser user;
  private final PendingCalls pending = new PendingCalls();
  private final IncomingCalls incoming = new IncomingCalls();
  private final Streams streams;
  private final Spans spans = new Spans();
  private final Map<String, Subscription> subscriptions = new HashMap<>();
  private final Map<ServiceName, LinkTally> tallies = new ConcurrentHashMap<>();
  private final Queue<EmitWait> emitted = new ArrayDeque<>();
  private int lastWait;
  private int mostPending = MOST_PENDING;

  /// What this user wants of an import's events, for each of its runs.
  private record Subscription(EventPolicy policy, int limit) {}

  /// Encodes the errors that an endpoint itself answers with.
  @FunctionalInterface
  public interface Refusals {
    /// Returns an encoded error of that name, at most 2 KiB.
    byte[] error(String name, String message);
  }

  /// Makes an endpoint without links.
  ///
  /// @param clock in nanoseconds, the one that [#run] is given
  public LinkEndpoint(Doorbell doorbell, LongSupplier clock, LinkUser user, Refusals refusals) {
    this.clock = clock;
    this.user = user;
    this.streams = new Streams(user);
    this.links =
        new Links(doorbell, new PeerWords(this, pending, incoming, streams, spans, user, refusals));
  }

  /// The traces that this user takes part in.
  public Spans spans() {
    return spans;
  }

  /// Bounds the calls without an outcome, of this user on all links; the next one is not sent.
  ///
  /// @param most from 1
  public void limitCalls(int most) {
    mostPending = most;
  }

  // ---- links

  /// Attends to a link from now on. An import that was there before is the same one in a new run.
  ///
  /// @throws IllegalStateException if the doorbell can't watch one more port
  public void add(long regionId, ServiceName peer, LinkRole role, ConnectionPort port) {
    Link link =
        links.add(
            regionId, peer, role, port, role == LinkRole.IMPORT ? tally(peer).over(port) : new LinkTally());
    if (role == LinkRole.IMPORT) {
      Subscription wanted = subscriptions.get(peer.value());
      if (wanted != null) {
        link.subscribe(wanted.policy, wanted.limit);
      }
      user.connected(peer, true);
    }
  }

  private LinkTally tally(ServiceName peer) {
    return tallies.computeIfAbsent(peer, _ -> new LinkTally());
  }

  /// What was counted of an import since this endpoint was made, over all its runs. For any thread.
  public LinkFigures figures(ServiceName peer) {
    LinkTally tally = tallies.get(peer);
    return tally == null ? LinkFigures.NONE : tally.figures();
  }

  /// How full the rings of the last link to an import are. For any thread.
  public RingFill fill(ServiceName peer) {
    LinkTally tally = tallies.get(peer);
    return tally == null ? RingFill.UNKNOWN : tally.fill();
  }

  /// The imports that there are figures of. For any thread.
  public Set<ServiceName> counted() {
    return Set.copyOf(tallies.keySet());
  }

  long nowNanos() {
    return clock.getAsLong();
  }

  /// The host says that the peer is gone.
  public void cut(long regionId) {
    links.cut(regionId);
  }

  /// Closes all links at the end of the run, without a word to the user.
  public void closeAll() {
    links.closeAll();
  }

  /// Whether there is a link to an import.
  public boolean isConnected(String peer) {
    return links.toImport(peer) != null;
  }

  /// Whether a call, an answer, a stream or a message is under way, or a call can still come.
  ///
  /// @param exports whether dependants have something to call
  public boolean isBusy(boolean exports) {
    if (pending.unsettled() > 0
        || incoming.size() > 0
        || !links.isFlushed()
        || !emitted.isEmpty()
        || streams.areRead()) {
      return true;
    }
    for (Link link : links.all()) {
      if ((exports && link.role() == LinkRole.DEPENDANT) || link.streams().goOut()) {
        return true;
      }
    }
    return false;
  }

  /// The longest encoded argument list that an import takes, in bytes.
  public int callLimit(String peer) {
    Link link = links.toImport(peer);
    return link == null ? Link.MOST_VALUE_BYTES : link.valueLimit();
  }

  /// The longest encoded result that the caller takes whom a key stands for, in bytes.
  public int answerLimit(int key) {
    IncomingCall call = incoming.get(key);
    return call == null ? Link.MOST_VALUE_BYTES : call.link.valueLimit();
  }

  /// The longest encoded event that some importer takes, in bytes. Those that take less lose it, and are told.
  public int emitLimit() {
    int limit = 0;
    for (Link link : links.all()) {
      if (link.role() == LinkRole.DEPENDANT) {
        limit = Math.max(limit, link.valueLimit());
      }
    }
    return limit == 0 ? Link.MOST_VALUE_BYTES : limit;
  }

  // ---- the thread

  /// Gives each link a turn, and tells of calls whose time is over.
  ///
  /// @return whether more is left to be done at once
  public boolean run(int limit, long nowNanos) {
    boolean more = links.run(limit, nowNanos);
    releaseEmits();
    for (int i = 0; i < limit; i++) {
      PendingCall call = pending.takeOverdue(nowNanos);
      if (call == null) {
        return more;
      }
      call.link.tally().add(Count.CALLS_TIMED_OUT, 1);
      giveUp(call, CancelCause.TIMEOUT);
      spans.end(call.span, Outcome.TIMED_OUT);
      TraceContext before = spans.enter(call.within);
      user.failed(
          call.id,
          new CallFailure(
              "TimeoutError",
              "call " + call.target() + " had no answer within " + call.timeoutMillis + " ms",
              ""));
      TraceContext _ = spans.enter(before);
    }
    return true;
  }

  /// When [#run] is due by the clock, even if nothing rings.
  public long dueNanos() {
    return Math.min(links.dueNanos(), pending.dueNanos());
  }

  // ---- calls to imports

  /// Opens streams that a call to an import, or an answer, will bring.
  ///
  /// @param directions as in [StreamBlock#directions]
  /// @return null if there is no such import, or it has too many already
  public @Nullable StreamBlock openStreams(String peer, String directions) {
    Link link = links.toImport(peer);
    return link == null ? null : streams.open(link, directions);
  }

  /// Forgets streams that were opened for a message which is not sent.
  public void discardStreams(StreamBlock block) {
    streams.discard(block);
  }

  /// Sends a call.
  ///
  /// @param arguments an encoded array
  /// @param timeoutMillis from 1
  /// @param block streams that were opened for it; when it is not sent they are gone
  public Calling call(
      String peer, String function, byte[] arguments, long timeoutMillis, StreamBlock block) {
    Link link = links.toImport(peer);
    Sent sent = link == null ? Sent.CLOSED : Sent.FULL;
    if (link != null
        && link.inFlight < ServiceMessage.MOST_CALLS
        && pending.unsettled() < mostPending) {
      PendingCall call = pending.add(link, function, timeoutMillis, clock.getAsLong(), block);
      call.within = spans.current();
      call.span = spans.begin(Kind.CALL, function, peer, call.within);
      sent =
          link.send(
              call,
              ServiceMessageCodec.encode(
                  new Request(
                      call.id,
                      timeoutMillis,
                      function,
                      arguments,
                      streams.transfers(block),
                      Spans.context(call.span))));
      if (sent == Sent.SENT) {
        return new Calling(call.id, sent);
      }
      boolean _ = pending.settle(call);
      pending.forget(call);
    }
    if (link != null) {
      link.tally().add(Count.CALLS_REFUSED, 1);
    }
    streams.discard(block);
    return new Calling(0, sent);
  }

  /// Gives a call up: its user has an outcome already, and hears no other.
  public void cancel(int id) {
    PendingCall call = pending.get(id);
    if (call != null && pending.settle(call)) {
      call.link.tally().add(Count.CALLS_ABORTED, 1);
      spans.end(call.span, Outcome.ABORTED);
      giveUp(call, CancelCause.ABORTED);
    }
  }

  private void giveUp(PendingCall call, CancelCause cause) {
    Outbox.Entry request = call.request;
    if (request == null || call.streams.size() > 0) {
      // One with streams goes all the same: what was said of them may wait behind it.
      Outbox.Entry _ = call.link.control(new Cancel(call.id, cause));
      return;
    }
    call.link.takeBack(request);
    call.request = null;
    pending.forget(call);
  }

  // ---- events of imports

  /// Subscribes to an import's events, now and whenever it runs again, or changes how they wait.
  ///
  /// @param limit how many may wait at the import, from 1 to [Subscribe#MOST_EVENTS]
  public void subscribe(String peer, EventPolicy policy, int limit) {
    Subscription wanted = new Subscription(policy, limit);
    Link link = links.toImport(peer);
    if (!wanted.equals(subscriptions.put(peer, wanted)) || (link != null && !link.subscribed)) {
      if (link != null) {
        link.subscribe(policy, limit);
      }
    }
  }

  // ---- calls of dependants

  /// Opens streams that an answer will bring.
  ///
  /// @return null if the call is not waited for any more, or its importer has too many already
  public @Nullable StreamBlock openStreams(int key, String directions) {
    IncomingCall call = incoming.get(key);
    return call == null || call.cancelled ? null : streams.open(call.link, directions);
  }

  /// Answers a call, once. After FULL and LARGE it is still to be answered; a small answer always fits.
  ///
  /// @param fine false for an error
  /// @param block streams that were opened for it; when it is not sent they are gone
  /// @return CLOSED if nobody waits for it any more
  public Sent answer(int key, boolean fine, byte[] value, StreamBlock block) {
    IncomingCall call = incoming.get(key);
    if (call == null) {
      streams.discard(block);
      return Sent.CLOSED;
    }
    if (call.cancelled) {
      streams.discard(block);
      answered(call, Outcome.ABORTED);
      Sent _ = call.link.answer(new Failure(call.requestId, NOTHING), call);
      return Sent.CLOSED;
    }
    Sent sent =
        call.link.answer(
            fine
                ? new Response(call.requestId, value, streams.transfers(block))
                : new Failure(call.requestId, value),
            call);
    if (sent != Sent.SENT) {
      streams.discard(block);
    }
    if (sent != Sent.FULL && sent != Sent.LARGE) {
      answered(call, fine ? Outcome.FINE : Outcome.THREW);
    }
    return sent;
  }

  private void answered(IncomingCall call, Outcome outcome) {
    incoming.answered(call);
    spans.end(call.span, outcome);
  }

  // ---- events for dependants

  /// Sends an event to every dependant that has subscribed.
  ///
  /// @return [#EMITTED], [#INCOMPLETE], or from 1 the number of a wait that [LinkUser#emitted] ends
  public int emit(String event, byte[] arguments) {
    byte[] message = null;
    boolean complete = true;
    List<Link> crowded = List.of();
    for (Link link : links.all()) {
      if (link.role() == LinkRole.DEPENDANT && !link.events().isSubscribed()) {
        link.events().miss();
      } else if (link.role() == LinkRole.DEPENDANT) {
        message = message == null ? ServiceMessageCodec.encode(new Event(event, arguments, spans.current())) : message;
        EventQueue.Outcome outcome = link.emit(message);
        complete &= outcome == EventQueue.Outcome.ACCEPTED || outcome == EventQueue.Outcome.CROWDED;
        if (outcome == EventQueue.Outcome.CROWDED) {
          crowded = crowded.isEmpty() ? new ArrayList<>() : crowded;
          crowded.add(link);
        }
      }
    }
    if (crowded.isEmpty()) {
      return complete ? EMITTED : INCOMPLETE;
    }
    lastWait = lastWait == Integer.MAX_VALUE ? 1 : lastWait + 1;
    EmitWait wait = new EmitWait(lastWait, complete);
    crowded.forEach(link -> link.events().await(wait));
    return wait.id;
  }

  private void releaseEmits() {
    for (Link link : links.all()) {
      release(link, false);
    }
    for (EmitWait wait = emitted.poll(); wait != null; wait = emitted.poll()) {
      user.emitted(wait.id, wait.complete);
    }
  }

  /// Takes the emits out of a link's queue that need not wait for it any more.
  void release(Link link, boolean ended) {
    for (EmitWait wait = link.events().takeReleased(ended);
        wait != null;
        wait = link.events().takeReleased(ended)) {
      if (--wait.queues == 0) {
        emitted.add(wait);
      }
    }
  }

  // ---- streams

  /// Opens streams that an item of a stream that goes out will bring.
  ///
  /// @param directions as in [StreamBlock#directions]
  /// @return null if the stream is over, or there are too many on its link
  public @Nullable StreamBlock openStreamsInItem(int stream, String directions) {
    return streams.openInItem(stream, directions);
  }

  /// The longest encoded value that a message on the link of a stream may hold, in bytes.
  public int streamLimit(int stream) {
    return streams.valueLimit(stream);
  }

  /// Says whether an open stream is something to wait for by itself, which it is at first; what is under way on it is
  /// in any case.
  public void holdStream(int stream, boolean held) {
    streams.hold(stream, held);
  }

  /// Sends an item of a stream that has room: after [LinkUser#resumed], until this returns something else than SENT.
  ///
  /// @param block streams that were opened for it; when it is not taken they are gone
  /// @return FULL if it is taken and the next one has to wait; LARGE if it is over
  ///     [ServiceMessage#MOST_ITEM_BYTES] and was not taken
  /// @throws IllegalStateException if the stream has no room
  public Sent sendItem(int stream, byte[] value, StreamBlock block) {
    return streams.item(stream, value, block);
  }

  /// Ends a stream that goes out, behind its items. The key is free.
  ///
  /// @param value what it returned, or the error that broke it
  public void endStream(int stream, boolean fine, byte[] value) {
    streams.end(stream, fine, value);
  }

  /// Lets items of a stream come in: some at first, and later as many as were used.
  ///
  /// @param usedBytes length of the items that were used since the last call, and
  ///     [ServiceMessage#BROUGHT_STREAM_BYTES] for each stream that they brought
  /// @param usedItems their number
  public void readStream(int stream, long usedBytes, int usedItems) {
    streams.read(stream, usedBytes, usedItems);
  }

  /// Tells the source of a stream that no more is wanted. The key is free.
  public void cancelStream(int stream, byte[] reason) {
    streams.cancel(stream, reason);
  }
}
