package ringfence.sandbox.link;

import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceMessage.Credit;
import ringfence.sandbox.protocol.ServiceMessage.StreamCancel;
import ringfence.sandbox.protocol.ServiceMessage.StreamEnd;
import ringfence.sandbox.protocol.ServiceMessage.StreamItem;
import ringfence.sandbox.protocol.ServiceMessage.Transfer;
import ringfence.sandbox.protocol.ServiceMessageCodec;

/// The streams of one link: whose turn it is to send, and what may be under way.
///
/// Streams take turns item by item; the parts of one item stay together, so that the receiver puts one item
/// together at a time. Between two parts everything else on the link has its chance.
///
/// ```
///   brought by a request or an answer:   numbered, announced with it
///   brought by an item:   unannounced -- the item's last part leaves: the next number -- announced
/// ```
/// Numbers grow in the order in which they leave, so one that an item brings has none while the item waits.
final class LinkStreams {
  private final Map<Long, LinkStream> byWire = new HashMap<>();
  private final Set<LinkStream> unannounced = new LinkedHashSet<>();
  private final Queue<LinkStream> line = new ArrayDeque<>();
  private long nextOurs;
  private long lastTheirs;
  private int ours;
  private int theirs;

  // ---- going out

  private long credit = ServiceMessage.LINK_WINDOW_BYTES;

  /// In the middle of an item.
  private @Nullable LinkStream current;

  private @Nullable LinkStream preparedOf;
  private @Nullable StreamItem prepared;
  private byte @Nullable [] preparedMessage;

  // ---- coming in

  private long allowed = ServiceMessage.LINK_WINDOW_BYTES;
  private @Nullable LinkStream assembling;
  private final ByteArrayOutputStream assembled = new ByteArrayOutputStream();

  /// @param importer whether this is the importer's end, whose numbers are odd
  LinkStreams(boolean importer) {
    nextOurs = importer ? 1 : 2;
    lastTheirs = importer ? 0 : -1;
  }

  @Nullable LinkStream get(long wire) {
    return byWire.get(wire);
  }

  /// Whether a number was that of a stream once.
  boolean isKnown(long wire) {
    return wire > 0 && wire < (((wire ^ nextOurs) & 1) == 0 ? nextOurs : lastTheirs + 1);
  }

  boolean hasRoomFor(int more) {
    return ours + more <= ServiceMessage.MOST_STREAMS;
  }

  /// A number for a stream that this end opens.
  long next() {
    long wire = nextOurs;
    nextOurs += 2;
    return wire;
  }

  /// Whether the other end may open a stream of that number now. It counts as used then.
  boolean admits(long wire) {
    if (wire <= lastTheirs || ((wire ^ lastTheirs) & 1) != 0 || theirs >= ServiceMessage.MOST_STREAMS) {
      return false;
    }
    lastTheirs = wire;
    return true;
  }

  void add(LinkStream stream) {
    if (stream.isAnnounced()) {
      byWire.put(stream.wire, stream);
    } else {
      unannounced.add(stream);
    }
    count(stream, 1);
  }

  void remove(LinkStream stream) {
    if (byWire.remove(stream.wire, stream) || unannounced.remove(stream)) {
      count(stream, -1);
      if (stream.inLine) {
        line.remove(stream);
      }
      if (current == stream) {
        current = null;
      }
      if (preparedOf == stream) {
        dropPrepared();
      }
      if (assembling == stream) {
        assembling = null;
        assembled.reset();
      }
    }
  }

  /// Whether a stream that goes out has not said its last word, and is waited for or has something left to say.
  boolean goOut() {
    return byWire.values().stream().anyMatch(LinkStreams::goesOut)
        || unannounced.stream().anyMatch(LinkStreams::goesOut);
  }

  private static boolean goesOut(LinkStream stream) {
    return stream.out && (stream.held || stream.hasItems() || stream.end != null);
  }

  List<LinkStream> all() {
    List<LinkStream> all = new ArrayList<>(byWire.values());
    all.addAll(unannounced);
    return all;
  }

  private void count(LinkStream stream, int by) {
    if (stream.ours) {
      ours += by;
    } else {
      theirs += by;
    }
  }

  // ---- going out

  /// Puts a stream in line, if it has something to send and may.
  void ready(LinkStream stream) {
    if (!stream.inLine && stream != current && stream.hasItems() && stream.credit > 0) {
      stream.inLine = true;
      line.add(stream);
    }
  }

  void addCredit(long bytes) {
    credit += bytes;
  }

  /// Whether that much credit can have been used.
  boolean isDue(long bytes) {
    return bytes > 0 && bytes <= ServiceMessage.LINK_WINDOW_BYTES - credit;
  }

  boolean hasPart() {
    return prepared != null || (credit > 0 && (current != null || !line.isEmpty()));
  }

  /// The message to be sent next, or null; [#partSent] says that it has been.
  byte @Nullable [] part() {
    if (prepared == null && hasPart()) {
      LinkStream next = current;
      if (next == null) {
        next = line.remove();
        next.inLine = false;
      }
      current = next;
      preparedOf = next;
      prepared = next.part();
    }
    StreamItem part = prepared;
    LinkStream stream = preparedOf;
    if (part == null || stream == null) {
      return null;
    }
    if (part.last() && !stream.broughtByFirst().isEmpty()) {
      // Not kept: while it has no room, messages with numbers of their own may leave before it.
      return ServiceMessageCodec.encode(
          new StreamItem(part.stream(), true, part.part(), transfers(stream.broughtByFirst())));
    }
    byte[] message = preparedMessage;
    if (message == null) {
      message = ServiceMessageCodec.encode(part);
      preparedMessage = message;
    }
    return message;
  }

  private List<Transfer> transfers(List<LinkStream> brought) {
    List<Transfer> transfers = new ArrayList<>(brought.size());
    for (int i = 0; i < brought.size(); i++) {
      transfers.add(new Transfer(nextOurs + 2L * i, brought.get(i).out));
    }
    return transfers;
  }

  void partSent(Link link) {
    LinkStream stream = preparedOf;
    StreamItem part = prepared;
    if (stream == null || part == null) {
      throw new IllegalStateException("no part was sent");
    }
    dropPrepared();
    List<LinkStream> brought = part.last() ? stream.broughtByFirst() : List.of();
    credit -= stream.sent(part);
    for (LinkStream each : brought) {
      announce(each, link);
    }
    if (part.last()) {
      current = null;
      ready(stream);
      finish(stream, link);
    }
  }

  /// The other end knows a stream now: says what waited for that.
  private void announce(LinkStream stream, Link link) {
    unannounced.remove(stream);
    stream.wire = next();
    byWire.put(stream.wire, stream);
    StreamEnd end = stream.end;
    if (end != null) {
      stream.end = new StreamEnd(stream.wire, end.fine(), end.value());
    }
    cancel(stream, link);
    report(stream, link);
    finish(stream, link);
  }

  /// Says the last word of a stream, if it is due.
  void finish(LinkStream stream, Link link) {
    StreamEnd end = stream.end;
    if (end != null && !stream.hasItems() && byWire.get(stream.wire) == stream) {
      remove(stream);
      Outbox.Entry _ = link.control(end);
    }
  }

  private void dropPrepared() {
    preparedOf = null;
    prepared = null;
    preparedMessage = null;
  }

  // ---- coming in

  /// Tells the source of a stream how much more may come, if that is much.
  void report(LinkStream stream, Link link) {
    // In quarters of a window: a source that waits for the rest has most of it.
    if (stream.isAnnounced() && stream.unreported >= ServiceMessage.STREAM_WINDOW_BYTES / 4) {
      stream.allowed += stream.unreported;
      Outbox.Entry _ = link.control(new Credit(stream.wire, stream.unreported));
      stream.unreported = 0;
    }
  }

  /// Tells the source of a stream that no more is wanted, if that is so.
  void cancel(LinkStream stream, Link link) {
    byte[] reason = stream.cancelReason;
    if (reason != null && stream.isAnnounced()) {
      stream.cancelReason = null;
      stream.unreported = 0;
      Outbox.Entry _ = link.control(new StreamCancel(stream.wire, reason));
    }
  }

  /// Accounts for a part that has come.
  ///
  /// @return false if the peer had no right to send it
  boolean arrived(StreamItem part, Link link) {
    int length = part.part().length;
    if (allowed <= 0 || length > ServiceMessage.MOST_PART_BYTES || (length == 0 && !part.last())) {
      return false;
    }
    allowed -= LinkStream.cost(part.last(), length, part.transfers().size());
    // At once, whatever becomes of the item: this window says what is on its way, not what is stored.
    if (allowed <= ServiceMessage.LINK_WINDOW_BYTES / 2) {
      long used = ServiceMessage.LINK_WINDOW_BYTES - allowed;
      allowed += used;
      Outbox.Entry _ = link.control(new Credit(0, used));
    }
    return true;
  }

  /// Whether a part may come for a stream now: no item is begun, or one of this stream.
  boolean mayAssemble(LinkStream stream) {
    return assembling == null ? stream.allowed > 0 : assembling == stream;
  }

  /// Adds a part to the item that is being put together.
  ///
  /// @return the item, once it is complete
  byte @Nullable [] assemble(LinkStream stream, StreamItem part) {
    if (assembling == null && part.last()) {
      return part.part();
    }
    assembling = stream;
    assembled.writeBytes(part.part());
    if (!part.last()) {
      return null;
    }
    byte[] item = assembled.toByteArray();
    assembling = null;
    assembled.reset();
    return item;
  }

  int assembledBytes() {
    return assembled.size();
  }
}
