package ringfence.sandbox.link;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.ServiceMessage;

/// The calls of others. The key that a user holds says nothing about whom it answers: link and number stay here.
///
/// A call that is answered still counts against its importer until the answer has left, so that one who asks and
/// does not read costs a bounded number of answers.
final class IncomingCalls {
  private final Map<Integer, IncomingCall> byKey = new HashMap<>();
  private final Map<Link, Map<Long, IncomingCall>> byLink = new HashMap<>();
  private int lastKey;

  /// A call to be answered.
  static final class IncomingCall implements Outbox.Departure {
    final int key;
    final Link link;
    final long requestId;
    final Map<Long, IncomingCall> siblings;

    Spans.@Nullable Open span;

    /// Whether nobody waits for the answer.
    boolean cancelled;

    IncomingCall(int key, Link link, long requestId, Map<Long, IncomingCall> siblings) {
      this.key = key;
      this.link = link;
      this.requestId = requestId;
      this.siblings = siblings;
    }

    /// The answer is in the importer's reach: the number is the importer's again.
    @Override
    public void departed() {
      siblings.remove(requestId, this);
    }
  }

  /// Takes in a request.
  ///
  /// @return null if its importer may not send it
  @Nullable IncomingCall add(Link link, long requestId) {
    Map<Long, IncomingCall> siblings = byLink.computeIfAbsent(link, _ -> new HashMap<>());
    if (siblings.size() >= ServiceMessage.MOST_CALLS || requestId < 1 || siblings.containsKey(requestId)) {
      return null;
    }
    do {
      lastKey = lastKey == Integer.MAX_VALUE ? 1 : lastKey + 1;
    } while (byKey.containsKey(lastKey));
    IncomingCall call = new IncomingCall(lastKey, link, requestId, siblings);
    byKey.put(lastKey, call);
    siblings.put(requestId, call);
    return call;
  }

  @Nullable IncomingCall get(int key) {
    return byKey.get(key);
  }

  /// A call that is not answered yet.
  @Nullable IncomingCall get(Link link, long requestId) {
    Map<Long, IncomingCall> siblings = byLink.get(link);
    IncomingCall call = siblings == null ? null : siblings.get(requestId);
    return call != null && byKey.get(call.key) == call ? call : null;
  }

  /// Takes note that a call has its answer, which may still wait.
  void answered(IncomingCall call) {
    byKey.remove(call.key, call);
  }

  /// Forgets the calls of a link that has ended.
  ///
  /// @return those without an answer
  List<IncomingCall> removeAll(Link link) {
    List<IncomingCall> removed = new ArrayList<>();
    Map<Long, IncomingCall> siblings = byLink.remove(link);
    if (siblings != null) {
      for (IncomingCall call : siblings.values()) {
        if (byKey.remove(call.key, call)) {
          removed.add(call);
        }
      }
    }
    return removed;
  }

  /// How many have no answer.
  int size() {
    return byKey.size();
  }
}
