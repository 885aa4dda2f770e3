package ringfence.sandbox.link;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceMessage.Credit;
import ringfence.sandbox.protocol.ServiceMessage.StreamCancel;
import ringfence.sandbox.protocol.ServiceMessage.StreamEnd;
import ringfence.sandbox.protocol.ServiceMessage.StreamItem;
import ringfence.sandbox.protocol.ServiceMessage.Transfer;

/// The streams of one user, by the keys that it knows them by.
///
/// ```
///   out: blocked <--> has room -- end, stopped, lost --> gone
///   in:  unread -- read --> open -- ended, cancelled, lost --> gone
/// ```
/// What an end has done with stays on its link until the source has said its last word, so that what is still on
/// its way finds its stream.
final class Streams {
  private static final byte[] NOTHING = new byte[0];

  private final LinkUser user;
  private final Map<Integer, LinkStream> byKey = new HashMap<>();
  private int lastKey;

  Streams(LinkUser user) {
    this.user = user;
  }

  /// Whether items may still come that somebody reads.
  boolean areRead() {
    return byKey.values().stream().anyMatch(s -> !s.out && s.opened);
  }

  // ---- with messages

  /// Opens streams that a message of ours will bring.
  ///
  /// @return null if there are too many on the link
  @Nullable StreamBlock open(Link link, String directions) {
    if (!link.streams().hasRoomFor(directions.length())) {
      return null;
    }
    int first = firstOf(directions.length());
    for (int i = 0; i < directions.length(); i++) {
      add(new LinkStream(
          first + i, link, link.streams().next(), directions.charAt(i) == StreamBlock.OUT));
    }
    return new StreamBlock(first, directions);
  }

  /// What the message says of them.
  List<Transfer> transfers(StreamBlock block) {
    List<Transfer> transfers = new ArrayList<>(block.size());
    for (int i = 0; i < block.size(); i++) {
      LinkStream stream = byKey.get(block.first() + i);
      if (stream == null) {
        throw new IllegalStateException("stream " + (block.first() + i) + " is not open");
      }
      transfers.add(new Transfer(stream.wire, stream.out));
    }
    return transfers;
  }

  /// Forgets streams whose message was not sent. Their numbers stay unused.
  void discard(StreamBlock block) {
    for (int i = 0; i < block.size(); i++) {
      LinkStream stream = byKey.remove(block.first() + i);
      if (stream != null) {
        stream.link.streams().remove(stream);
      }
    }
  }

  /// Takes in the streams of a peer's message.
  ///
  /// @return null if the peer may not open them
  @Nullable StreamBlock accept(Link link, List<Transfer> transfers) {
    if (transfers.isEmpty()) {
      return StreamBlock.NONE;
    }
    int first = firstOf(transfers.size());
    StringBuilder directions = new StringBuilder();
    for (Transfer transfer : transfers) {
      if (!link.streams().admits(transfer.stream())) {
        return null;
      }
      boolean out = !transfer.fromSender();
      add(new LinkStream(first + directions.length(), link, transfer.stream(), out));
      directions.append(out ? StreamBlock.OUT : StreamBlock.IN);
    }
    return new StreamBlock(first, directions.toString());
  }

  /// Refuses streams that came with a message for nobody.
  void refuse(StreamBlock block) {
    for (int i = 0; i < block.size(); i++) {
      LinkStream stream = byKey.get(block.first() + i);
      if (stream != null && stream.out) {
        end(stream.key, true, NOTHING);
      } else if (stream != null) {
        cancel(stream.key, NOTHING);
      }
    }
  }

  private void add(LinkStream stream) {
    byKey.put(stream.key, stream);
    stream.link.streams().add(stream);
  }

  /// Keys one after another that no stream has.
  private int firstOf(int count) {
    int first = lastKey > Integer.MAX_VALUE - count - 1 ? 1 : lastKey + 1;
    for (int i = 0; i < count; i++) {
      if (byKey.containsKey(first + i)) {
        first = first + i + 1;
        i = -1;
      }
    }
    lastKey = first + count - 1;
    return first;
  }

  // ---- going out

  /// Sends an item.
  ///
  /// @return FULL if it is taken and the next one has to wait until [LinkUser#resumed]
  Sent item(int key, byte[] value) {
    LinkStream stream = byKey.get(key);
    if (stream == null || !stream.out) {
      return Sent.CLOSED;
    }
    if (value.length > ServiceMessage.MOST_ITEM_BYTES) {
      return Sent.LARGE;
    }
    if (stream.blocked) {
      throw new IllegalStateException("stream " + key + " has no room");
    }
    stream.put(value);
    stream.blocked = !stream.hasRoom();
    stream.link.streams().ready(stream);
    stream.link.flushQuietly();
    return stream.blocked ? Sent.FULL : Sent.SENT;
  }

  /// Ends a stream behind the items that were sent. Its key is free.
  void end(int key, boolean fine, byte[] value) {
    LinkStream stream = byKey.get(key);
    if (stream != null && stream.out) {
      release(stream);
      stream.end = new StreamEnd(stream.wire, fine, value);
      stream.link.streams().finish(stream, stream.link);
    }
  }

  boolean stopped(Link link, StreamCancel message) {
    LinkStream stream = link.streams().get(message.stream());
    if (stream == null) {
      return link.streams().isKnown(message.stream());
    }
    if (!stream.out || message.reason().length > ServiceMessage.MOST_ITEM_BYTES) {
      return false;
    }
    if (!stream.released && !user.stopped(stream.key, message.reason())) {
      return false;
    }
    release(stream);
    stream.clear();
    stream.end = new StreamEnd(stream.wire, true, NOTHING);
    link.streams().finish(stream, link);
    return true;
  }

  boolean credited(Link link, Credit message) {
    LinkStreams streams = link.streams();
    if (message.stream() == 0) {
      if (!streams.isDue(message.bytes())) {
        return false;
      }
      streams.addCredit(message.bytes());
      link.flushQuietly();
      return true;
    }
    LinkStream stream = streams.get(message.stream());
    if (stream == null) {
      return streams.isKnown(message.stream());
    }
    // A sink never lets more than a window come.
    if (!stream.out
        || message.bytes() < 1
        || stream.credit + message.bytes() > ServiceMessage.STREAM_WINDOW_BYTES) {
      return false;
    }
    stream.credit += message.bytes();
    streams.ready(stream);
    link.flushQuietly();
    if (stream.blocked && !stream.released && stream.hasRoom()) {
      stream.blocked = false;
      user.resumed(stream.key);
    }
    return true;
  }

  // ---- coming in

  /// Lets the source send: a window at first, and later as much as was used.
  ///
  /// @param usedBytes the length of the items that the user has used since
  /// @param usedItems their number
  void read(int key, long usedBytes, int usedItems) {
    LinkStream stream = byKey.get(key);
    if (stream == null || stream.out) {
      return;
    }
    long outstanding = ServiceMessage.STREAM_WINDOW_BYTES - stream.allowed - stream.unreported;
    long used = usedBytes + (long) usedItems * ServiceMessage.ITEM_OVERHEAD_BYTES;
    boolean first = !stream.opened;
    stream.opened = true;
    stream.unreported += first ? outstanding : Math.min(used, outstanding);
    // In quarters of a window: a source that waits for the rest has most of it.
    if (stream.unreported >= ServiceMessage.STREAM_WINDOW_BYTES / 4) {
      stream.allowed += stream.unreported;
      Outbox.Entry _ = stream.link.control(new Credit(stream.wire, stream.unreported));
      stream.unreported = 0;
    }
  }

  /// Tells the source that no more is wanted. The key is free.
  void cancel(int key, byte[] reason) {
    LinkStream stream = byKey.get(key);
    if (stream != null && !stream.out) {
      release(stream);
      Outbox.Entry _ = stream.link.control(new StreamCancel(stream.wire, reason));
    }
  }

  boolean arrived(Link link, StreamItem message) {
    LinkStreams streams = link.streams();
    LinkStream stream = streams.get(message.stream());
    if (stream == null || stream.out || !streams.arrived(message, link) || !streams.mayAssemble(stream)) {
      return false;
    }
    stream.allowed -= message.last() ? LinkStream.cost(message.part().length) : message.part().length;
    byte[] item = streams.assemble(stream, message);
    if (streams.assembledBytes() > ServiceMessage.MOST_ITEM_BYTES) {
      return false;
    }
    if (item == null || stream.released) {
      return true;
    }
    return item.length <= ServiceMessage.MOST_ITEM_BYTES && user.item(stream.key, item);
  }

  boolean ended(Link link, StreamEnd message) {
    LinkStream stream = link.streams().get(message.stream());
    if (stream == null || stream.out || message.value().length > ServiceMessage.MOST_ITEM_BYTES) {
      return false;
    }
    // A user that can't read the end hears of it as the end of the link.
    if (!stream.released && !user.ended(stream.key, message.fine(), message.value())) {
      return false;
    }
    release(stream);
    link.streams().remove(stream);
    return true;
  }

  private void release(LinkStream stream) {
    if (!stream.released) {
      stream.released = true;
      byKey.remove(stream.key);
    }
  }

  // ---- the end

  /// The link has ended, and its streams with it.
  void lose(Link link, String why) {
    for (LinkStream stream : List.copyOf(link.streams().all())) {
      link.streams().remove(stream);
      if (!stream.released) {
        release(stream);
        user.lost(stream.key, why);
      }
    }
  }
}
