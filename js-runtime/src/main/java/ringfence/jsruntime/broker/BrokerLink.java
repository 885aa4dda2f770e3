package ringfence.jsruntime.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ringfence.jsruntime.context.Guest;
import ringfence.jsruntime.loop.Work;
import ringfence.sandbox.link.Calling;
import ringfence.sandbox.link.Sent;
import ringfence.sandbox.link.Spans;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.protocol.BrokerCodec;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.BrokerRequest;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.protocol.ServiceState;
import ringfence.sandbox.protocol.TraceContext;

/// The worker's end of the broker port. Belongs to the loop's thread.
///
/// What the host would not take at once waits here, in the memory of the service that asks.
public final class BrokerLink implements Work {
  /// While something waits for room, it is tried again at least this often.
  private static final long RETRY_NANOS = 5_000_000;

  private final ConnectionPort port;
  private final Doorbell doorbell;
  private final Supplier<Guest> guest;
  private final Runnable onEnd;
  private final Map<Integer, Asked> unanswered = new HashMap<>();
  private final Spans spans;
  private final Queue<Asked> waiting = new ArrayDeque<>();
  private final Map<Integer, Consumer<BrokerMessage>> listeners = new HashMap<>();
  private final Set<ServiceName> liveChildren = new HashSet<>();
  private long bytesAtHost;
  private long replyBytesToCome;
  private boolean unflushed;
  private long lastTurnNanos;
  private int lastId;

  /// A call that has no answer yet.
  private static final class Asked {
    final int id;
    final BrokerRequest request;
    final int bytes;

    /// The trace that the work belongs to which asks; the answer leads on with that.
    final @Nullable TraceContext within;

    /// Until it is sent.
    byte @Nullable [] message;

    /// The guest has an outcome already; the host's comes too late.
    boolean settled;

    Asked(int id, BrokerRequest request, byte[] message, @Nullable TraceContext within) {
      this.id = id;
      this.request = request;
      this.message = message;
      this.bytes = message.length;
      this.within = within;
    }
  }

  /// Takes over the port.
  ///
  /// @param guest asked for only once it has asked for something
  /// @param spans of the service
  /// @param onEnd called when the port has ended, or the host does not keep to the protocol
  public BrokerLink(
      ConnectionPort port, Doorbell doorbell, Supplier<Guest> guest, Spans spans, Runnable onEnd) {
    this.spans = spans;
    this.port = port;
    this.doorbell = doorbell;
    this.guest = guest;
    this.onEnd = onEnd;
  }

  // ---- the guest's side

  /// Asks the host; [Guest] gets the answer.
  public Calling ask(BrokerRequest request) {
    if (unanswered.size() >= BrokerMessage.MOST_CALLS) {
      return new Calling(0, Sent.FULL);
    }
    do {
      lastId = lastId == Integer.MAX_VALUE ? 1 : lastId + 1;
    } while (unanswered.containsKey(lastId));
    byte[] message = BrokerCodec.encode(new BrokerCall(lastId, request));
    if (message.length > port.maxMessageBytes()) {
      return new Calling(0, Sent.LARGE);
    }
    Asked asked = new Asked(lastId, request, message, spans.current());
    unanswered.put(lastId, asked);
    waiting.add(asked);
    flush();
    return new Calling(lastId, Sent.SENT);
  }

  /// Asks the host on the runtime's own behalf.
  ///
  /// @param onAnswer gets the answer in the place of the guest
  public Calling ask(BrokerRequest request, Consumer<BrokerMessage> onAnswer) {
    Calling call = ask(request);
    if (call.id() > 0) {
      listeners.put(call.id(), onAnswer);
    }
    return call;
  }

  /// Whether an answer is still to come, or a child lives that this service will hear of.
  public boolean isBusy() {
    return !unanswered.isEmpty() || !liveChildren.isEmpty();
  }

  /// Whether nothing is to come but children that wait until this service runs.
  public boolean waitsForStartsOnly() {
    return !unanswered.isEmpty()
        && unanswered.values().stream()
            .allMatch(asked -> !asked.settled && asked.request instanceof BrokerRequest.StartChild);
  }

  /// Fails the starts that wait for this service to run, which waits for them. The children start later all the same.
  ///
  /// @param self the name of this service
  public void failStarts(ServiceName self) {
    for (Asked asked : List.copyOf(unanswered.values())) {
      if (!asked.settled && asked.request instanceof BrokerRequest.StartChild start) {
        asked.settled = true;
        guest
            .get()
            .brokerFailure(
                asked.id,
                "Error",
                "",
                "child \"%s\" starts once \"%s\" runs, so the top level can't await it; call start() without await, or later"
                    .formatted(start.child(), self));
      }
    }
  }

  // ---- the loop's side

  @Override
  public boolean run(int limit, long nowNanos) {
    lastTurnNanos = nowNanos;
    // Handled only after the poll: the guest may ask for more.
    List<BrokerMessage> messages = new ArrayList<>();
    try {
      int count =
          port.poll(
              (buffer, offset, length) -> messages.add(BrokerCodec.decode(buffer, offset, length)),
              limit);
      messages.forEach(this::dispatch);
      flush();
      return count > 0;
    } catch (PortClosedException | MalformedMessageException _) {
      onEnd.run();
      return false;
    }
  }

  @Override
  public long dueNanos() {
    return unflushed || (!waiting.isEmpty() && fits(waiting.element())) ? lastTurnNanos + RETRY_NANOS : NEVER;
  }

  private void dispatch(BrokerMessage message) {
    long id =
        switch (message) {
          case BrokerMessage.BrokerReply m -> m.id();
          case BrokerMessage.BrokerFailure m -> m.id();
          case BrokerMessage.BrokerDenied m -> m.id();
          case BrokerMessage.ChildChanged _, BrokerCall _ -> 0;
        };
    Asked asked = id == (int) id ? unanswered.get((int) id) : null;
    Consumer<BrokerMessage> listener = id == (int) id ? listeners.remove((int) id) : null;
    TraceContext before = spans.enter(asked == null ? null : asked.within);
    if (listener == null) {
      on(message);
    } else if (take(id)) {
      listener.accept(message);
    }
    TraceContext _ = spans.enter(before);
  }

  private void on(BrokerMessage message) {
    switch (message) {
      case BrokerMessage.BrokerReply m -> {
        if (take(m.id())) {
          guest.get().brokerReply((int) m.id(), m.value());
        }
      }
      case BrokerMessage.BrokerFailure m -> {
        if (take(m.id())) {
          guest.get().brokerFailure((int) m.id(), m.name(), m.code(), m.message());
        }
      }
      case BrokerMessage.BrokerDenied m -> {
        if (take(m.id())) {
          guest.get().brokerDenied((int) m.id(), m.permission(), m.resource(), m.reason());
        }
      }
      case BrokerMessage.ChildChanged m -> {
        if (m.state() == ServiceState.CLOSED) {
          liveChildren.remove(m.child());
        } else {
          liveChildren.add(m.child());
        }
        guest.get().childChanged(m.child(), m.state(), m.cause());
      }
      case BrokerCall _ -> throw new MalformedMessageException("the host asks nothing");
    }
  }

  /// Takes note of an answer.
  ///
  /// @return whether the guest still waits for it
  private boolean take(long id) {
    Asked asked = id == (int) id ? unanswered.remove((int) id) : null;
    if (asked == null || asked.message != null) {
      throw new MalformedMessageException("the host answers call " + id + ", which was not asked");
    }
    bytesAtHost -= asked.bytes;
    replyBytesToCome -= asked.request.replyBytes();
    return !asked.settled;
  }

  private boolean fits(Asked asked) {
    int reply = asked.request.replyBytes();
    return (bytesAtHost == 0 || bytesAtHost + asked.bytes <= BrokerMessage.MOST_CALL_BYTES)
        && (reply == 0 || replyBytesToCome == 0 || replyBytesToCome + reply <= BrokerMessage.MOST_REPLY_BYTES);
  }

  private void flush() {
    try {
      unflushed = !port.flush();
      while (!unflushed && !waiting.isEmpty() && fits(waiting.element())) {
        Asked next = waiting.element();
        byte[] message = next.message;
        if (message != null && !port.offer(message)) {
          break;
        }
        waiting.remove();
        next.message = null;
        bytesAtHost += next.bytes;
        replyBytesToCome += next.request.replyBytes();
        unflushed = !port.flush();
      }
      if (unflushed || !waiting.isEmpty()) {
        doorbell.wakeOnRoom(port);
      }
    } catch (PortClosedException _) {
      // The next poll sees the end too, and ends the run.
      unflushed = false;
    }
  }
}
