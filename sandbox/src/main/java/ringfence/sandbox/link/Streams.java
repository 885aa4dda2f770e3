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

  /// Whether items may still come that somebody reads and waits for.
  boolean areRead() {
    return byKey.values().stream().anyMatch(s -> !s.out && s.opened && s.held);
  }

  /// The longest value of a message on the stream's link, in bytes.
  int valueLimit(int key) {
    LinkStream stream = byKey.get(key);
    return stream == null ? Link.MOST_VALUE_BYTES : stream.link.valueLimit();
  }

  /// Says whether an open stream is something to wait for by itself.
  void hold(int key, boolean held) {
    LinkStream stream = byKey.get(key);
    if (stream != null) {
      stream.held = held;
    }
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
      boolean out = directions.charAt(i) == StreamBlock.OUT;
      add(new LinkStream(first + i, link, link.streams().next(), out, true));
    }
    return new StreamBlock(first, directions);
  }

  /// Opens streams that an item of a stream that goes out will bring.
  ///
  /// @return null if the stream is over, or there are too many on its link
  @Nullable StreamBlock openInItem(int key, String directions) {
    LinkStream by = byKey.get(key);
    if (by == null || !by.out || !by.link.streams().hasRoomFor(directions.length())) {
      return null;
    }
    int first = firstOf(directions.length());
    for (int i = 0; i < directions.length(); i++) {
      boolean out = directions.charAt(i) == StreamBlock.OUT;
      add(new LinkStream(first + i, by.link, 0, out, true));
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
      add(new LinkStream(first + directions.length(), link, transfer.stream(), out, false));
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
  /// @param block streams that were opened for it; when it is not taken they are gone
  /// @return FULL if it is taken and the next one has to wait until [LinkUser#resumed]
  Sent item(int key, byte[] value, StreamBlock block) {
    LinkStream stream = byKey.get(key);
    if (stream == null || !stream.out) {
      discard(block);
      return Sent.CLOSED;
    }
    if (value.length > ServiceMessage.MOST_ITEM_BYTES) {
      discard(block);
      return Sent.LARGE;
    }
    if (stream.blocked) {
      throw new IllegalStateException("stream " + key + " has no room");
    }
    stream.put(value, opened(block));
    stream.blocked = !stream.hasRoom();
    stream.link.streams().ready(stream);
    stream.link.flushQuietly();
    return stream.blocked ? Sent.FULL : Sent.SENT;
  }

  /// What was opened for an item, whatever its user has done with it since.
  private List<LinkStream> opened(StreamBlock block) {
    List<LinkStream> opened = new ArrayList<>(block.size());
    for (int i = 0; i < block.size(); i++) {
      LinkStream stream = byKey.get(block.first() + i);
      if (stream == null || stream.isAnnounced()) {
        throw new IllegalStateException("stream " + (block.first() + i) + " was not opened for an item");
      }
      opened.add(stream);
    }
    return opened;
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
    stream.end = new StreamEnd(stream.wire, true, NOTHING);
    clear(stream);
    link.streams().finish(stream, link);
    return true;
  }

  /// Gives up the items of a stream, and the streams that they would have brought.
  private void clear(LinkStream stream) {
    for (LinkStream brought : stream.clear()) {
      lose(brought, "the message that was to bring the stream is not read any more");
    }
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
  /// @param usedBytes the length of the items that the user has used since, and what those brought
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
    stream.link.streams().report(stream, stream.link);
  }

  /// Tells the source that no more is wanted. The key is free.
  void cancel(int key, byte[] reason) {
    LinkStream stream = byKey.get(key);
    if (stream != null && !stream.out) {
      release(stream);
      stream.cancelReason = reason;
      stream.link.streams().cancel(stream, stream.link);
    }
  }

  boolean arrived(Link link, StreamItem message) {
    LinkStreams streams = link.streams();
    LinkStream stream = streams.get(message.stream());
    if (stream == null || stream.out || !streams.arrived(message, link) || !streams.mayAssemble(stream)) {
      return false;
    }
    stream.allowed -=
        LinkStream.cost(message.last(), message.part().length, message.transfers().size());
    byte[] item = streams.assemble(stream, message);
    if (streams.assembledBytes() > ServiceMessage.MOST_ITEM_BYTES) {
      return false;
    }
    if (item == null) {
      return message.transfers().isEmpty();
    }
    StreamBlock brought =
        item.length <= ServiceMessage.MOST_ITEM_BYTES ? accept(link, message.transfers()) : null;
    if (brought == null) {
      return false;
    }
    if (stream.released) {
      refuse(brought);
      return true;
    }
    return user.item(stream.key, item, brought);
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
    for (LinkStream stream : link.streams().all()) {
      lose(stream, why);
    }
  }

  private void lose(LinkStream stream, String why) {
    stream.link.streams().remove(stream);
    clear(stream);
    if (!stream.released) {
      release(stream);
      user.lost(stream.key, why);
    }
  }
}
