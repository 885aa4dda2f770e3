package ringfence.jsruntime.service;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The calls of others that this service has not answered. The key that guest code holds says nothing
/// about whom it answers: link and number stay here.
final class IncomingCalls {
  private final Map<Integer, IncomingCall> byKey = new HashMap<>();
  private int lastKey;

  /// A call to be answered.
  record IncomingCall(ServiceLink link, long requestId) {}

  int add(ServiceLink link, long requestId) {
    do {
      lastKey = lastKey == Integer.MAX_VALUE ? 1 : lastKey + 1;
    } while (byKey.containsKey(lastKey));
    byKey.put(lastKey, new IncomingCall(link, requestId));
    link.unanswered++;
    return lastKey;
  }

  @Nullable IncomingCall get(int key) {
    return byKey.get(key);
  }

  void remove(int key) {
    IncomingCall call = byKey.remove(key);
    if (call != null) {
      call.link().unanswered--;
    }
  }

  void removeAll(ServiceLink link) {
    byKey.values().removeIf(call -> call.link() == link);
    link.unanswered = 0;
  }

  boolean isEmpty() {
    return byKey.isEmpty();
  }
}
