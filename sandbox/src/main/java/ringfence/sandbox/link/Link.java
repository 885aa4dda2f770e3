package ringfence.sandbox.link;

import org.jspecify.annotations.Nullable;
import ringfence.sandbox.link.Outbox.Departure;
import ringfence.sandbox.link.Outbox.Entry;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.PortState;
import ringfence.sandbox.protocol.EventPolicy;
import ringfence.sandbox.protocol.LinkRole;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceMessage.Gap;
import ringfence.sandbox.protocol.ServiceMessageCodec;
import ringfence.sandbox.protocol.ServiceName;

/// One connection to another service: what its port has no room for waits here, in order, and stream items come
/// after everything else, one part at a time.
final class Link {
  /// Room for an error.
  static final int SMALL_BYTES = 2048;

  static final long MOST_WAITING_BYTES = 16L << 20;

  /// What an envelope needs beside its payload, a long function name included.
  private static final int ENVELOPE_BYTES = 4096;

  /// No value is longer, whatever its port would take.
  static final int MOST_VALUE_BYTES = (16 << 20) - ENVELOPE_BYTES;

  /// On all links of an endpoint. One message a link may always wait, so that none can keep others from sending.
  static final long MOST_WAITING_BYTES_OF_ALL = 64L << 20;

  private final long regionId;
  private final ServiceName peer;
  private final LinkRole role;
  private final ConnectionPort port;
  private final Doorbell doorbell;
  private final Outbox.Budget budget;
  private final Outbox outbox;
  private final EventQueue events;
  private final LinkStreams streams;
  private final LinkTally tally;
  private boolean unflushed;

  /// Requests of ours that the peer has not answered.
  int inFlight;

  /// The subscription of ours that the peer has been told, or is about to be; null for none.
  @Nullable Entry subscribing;

  boolean subscribed;

  /// The number of the last subscription of ours.
  long subscription;

  Link(
      long regionId,
      ServiceName peer,
      LinkRole role,
      ConnectionPort port,
      Doorbell doorbell,
      Outbox.Budget budget,
      LinkTally tally) {
    this.regionId = regionId;
    this.peer = peer;
    this.role = role;
    this.port = port;
    this.doorbell = doorbell;
    this.budget = budget;
    this.tally = tally;
    this.outbox = new Outbox(budget);
    this.events = new EventQueue(outbox);
    this.streams = new LinkStreams(role == LinkRole.IMPORT);
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

  LinkTally tally() {
    return tally;
  }

  EventQueue events() {
    return events;
  }

  LinkStreams streams() {
    return streams;
  }

  /// Whether all that was sent is in the peer's reach, stream items aside.
  boolean isFlushed() {
    return outbox.isEmpty() && !unflushed;
  }

  /// Whether the port has something to be told when it has room.
  boolean waitsForRoom() {
    return !isFlushed() || streams.hasPart();
  }

  /// Sends a request, within bounds of bytes.
  Sent send(PendingCall call, byte[] message) {
    Sent checked = check(message, 0);
    if (checked == Sent.SENT) {
      Entry entry = new Entry(message, call);
      call.request = entry;
      return put(entry) ? Sent.SENT : Sent.CLOSED;
    }
    return checked;
  }

  /// Sends an answer. A small one always finds room, since there is one to each request.
  Sent answer(ServiceMessage message, Departure owner) {
    byte[] bytes = ServiceMessageCodec.encode(message);
    Sent checked = check(bytes, SMALL_BYTES);
    return checked == Sent.SENT && !put(new Entry(bytes, owner)) ? Sent.CLOSED : checked;
  }

  /// Sends one of those small messages whose number is bounded by what they are about.
  ///
  /// @return what waits, or has left already
  Entry control(ServiceMessage message) {
    Entry entry = new Entry(ServiceMessageCodec.encode(message), null);
    if (port.state() == PortState.OPEN) {
      // False: nobody is there to read it, which the next poll tells.
      boolean _ = put(entry);
    }
    return entry;
  }

  /// The longest encoded value that fits into a message of this link, in bytes.
  int valueLimit() {
    int most = port.maxMessageBytes();
    return Math.min(MOST_VALUE_BYTES, Math.max(most - ENVELOPE_BYTES, most / 2));
  }

  /// Sends an event as the importer's policy says.
  EventQueue.Outcome emit(byte[] message) {
    if (!events.isSubscribed() || port.state() != PortState.OPEN) {
      return EventQueue.Outcome.ACCEPTED;
    }
    if (message.length > port.maxMessageBytes()) {
      events.lose();
      doorbell.wakeOnRoom(port);
      return EventQueue.Outcome.LOST;
    }
    try {
      if (isFlushed() && offer(message)) {
        return EventQueue.Outcome.ACCEPTED;
      }
    } catch (PortClosedException _) {
      return EventQueue.Outcome.ACCEPTED;
    }
    EventQueue.Outcome outcome = events.add(message);
    if (outcome == EventQueue.Outcome.DISCONNECTED) {
      Entry _ = control(new ServiceMessage.Unsubscribed(events.number()));
    }
    doorbell.wakeOnRoom(port);
    return outcome;
  }

  /// Tells the peer how its events shall wait; a subscription that still waits itself is replaced.
  void subscribe(EventPolicy policy, int limit) {
    Entry earlier = subscribing;
    if (earlier != null && earlier.isWaiting()) {
      outbox.remove(earlier);
    }
    subscribed = true;
    subscribing = control(new ServiceMessage.Subscribe(++subscription, policy, limit));
  }

  /// Takes back a message that still waits.
  void takeBack(Entry entry) {
    outbox.remove(entry);
  }

  /// Sends what waits, as far as there is room.
  ///
  /// @throws PortClosedException if the port has ended
  void flush() {
    if (unflushed) {
      unflushed = !port.flush();
    }
    boolean room = !unflushed;
    while (room) {
      Entry entry = outbox.first();
      if (entry != null) {
        room = send(entry);
      } else {
        byte[] part = streams.part();
        room = part != null && offer(part);
        if (room) {
          streams.partSent(this);
        }
      }
      room &= !unflushed;
    }
    if (waitsForRoom()) {
      doorbell.wakeOnRoom(port);
    }
  }

  /// As [#flush], for those who can leave a closed port to the next poll.
  void flushQuietly() {
    try {
      flush();
    } catch (PortClosedException _) {
      // What has arrived is still to be received; the poll after that tells of the end.
    }
  }

  /// Ends the link's memory.
  void clear() {
    outbox.clear();
  }

  private Sent check(byte[] message, int alwaysBytes) {
    if (port.state() != PortState.OPEN) {
      return Sent.CLOSED;
    }
    if (message.length > port.maxMessageBytes()) {
      return Sent.LARGE;
    }
    boolean full =
        !outbox.isEmpty()
            && (outbox.bytes() + message.length > MOST_WAITING_BYTES
                || budget.bytes + message.length > MOST_WAITING_BYTES_OF_ALL);
    return full && message.length > alwaysBytes ? Sent.FULL : Sent.SENT;
  }

  /// Sends an entry now or later.
  ///
  /// @return false if the peer has closed
  private boolean put(Entry entry) {
    try {
      if (isFlushed() && offer(entry.message)) {
        depart(entry);
      } else {
        outbox.add(entry);
        doorbell.wakeOnRoom(port);
      }
      return true;
    } catch (PortClosedException _) {
      return false;
    }
  }

  private boolean send(Entry entry) {
    if (entry.lost > 0) {
      if (!offer(ServiceMessageCodec.encode(new Gap(entry.lost)))) {
        return false;
      }
      entry.lost = 0;
      if (unflushed) {
        return false;
      }
    }
    if (entry.message.length > 0 && !offer(entry.message)) {
      return false;
    }
    outbox.remove(entry);
    depart(entry);
    return true;
  }

  private static void depart(Entry entry) {
    Departure owner = entry.owner;
    if (owner != null) {
      owner.departed();
    }
  }

  private boolean offer(byte[] message) {
    if (!port.offer(message)) {
      return false;
    }
    tally.sent(message.length);
    // A message larger than the room goes in parts.
    unflushed = !port.flush();
    return true;
  }
}
