package ringfence.jsruntime.service;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ringfence.jsruntime.loop.Work;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.protocol.LinkRole;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceMessageCodec;
import ringfence.sandbox.protocol.ServiceName;

/// All links of this service; gives each a bounded turn, beginning with another one each time.
final class Links implements Work {
  /// While something waits for room, it is tried again at least this often.
  private static final long RETRY_NANOS = 5_000_000;
  private static final int MOST_AT_ONCE = 64;
  private static final int MOST_LAST_TURNS = 1000;

  private final Doorbell doorbell;
  private final Traffic traffic;
  private final List<ServiceLink> links = new ArrayList<>();
  private int first;
  private long lastTurnNanos;

  /// Hears what comes over the links. May close them.
  interface Traffic {
    void onMessage(ServiceLink link, ServiceMessage message);

    /// The link is gone already; `damage` is empty if it ended in order.
    void onEnd(ServiceLink link, String damage);
  }

  Links(Doorbell doorbell, Traffic traffic) {
    this.doorbell = doorbell;
    this.traffic = traffic;
  }

  void add(long regionId, ServiceName peer, LinkRole role, ConnectionPort port) {
    doorbell.add(port);
    links.add(new ServiceLink(regionId, peer, role, port, doorbell));
  }

  /// The link to a service that this one imports.
  @Nullable ServiceLink toImport(String name) {
    for (ServiceLink link : links) {
      if (link.role() == LinkRole.IMPORT && link.peer().value().equals(name)) {
        return link;
      }
    }
    return null;
  }

  List<ServiceLink> all() {
    return links;
  }

  List<ServiceLink> dependants() {
    return links.stream().filter(link -> link.role() == LinkRole.DEPENDANT).toList();
  }

  /// The host says that the peer is gone: what it had sent still counts.
  void cut(long regionId) {
    for (ServiceLink link : List.copyOf(links)) {
      if (link.regionId() == regionId) {
        // Bounded: a hostile peer may be gone for the host and still send.
        for (int i = 0; i < MOST_LAST_TURNS && links.contains(link) && receive(link, MOST_AT_ONCE); i++) {}
        end(link, "");
      }
    }
  }

  /// Ends a link whose peer broke the rules.
  void damage(ServiceLink link, String damage) {
    end(link, damage);
  }

  /// Ends all links at the end of the run: nobody here waits for anything any more.
  void closeAll() {
    for (ServiceLink link : links) {
      flush(link);
      doorbell.remove(link.port());
      link.port().close();
    }
    links.clear();
  }

  /// Whether all that was sent has left.
  boolean isFlushed() {
    for (ServiceLink link : links) {
      if (!link.isFlushed()) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean run(int limit, long nowNanos) {
    lastTurnNanos = nowNanos;
    boolean more = false;
    List<ServiceLink> turn = List.copyOf(links);
    first = turn.isEmpty() ? 0 : (first + 1) % turn.size();
    for (int i = 0; i < turn.size(); i++) {
      ServiceLink link = turn.get((first + i) % turn.size());
      if (links.contains(link)) {
        more |= receive(link, limit);
      }
      if (links.contains(link)) {
        flush(link);
      }
    }
    return more;
  }

  @Override
  public long dueNanos() {
    return isFlushed() ? NEVER : lastTurnNanos + RETRY_NANOS;
  }

  private void flush(ServiceLink link) {
    try {
      link.flush();
    } catch (PortClosedException _) {
      // What has arrived is still to be received; the poll after that tells of the end.
    }
  }

  private boolean receive(ServiceLink link, int limit) {
    // Handled only after the poll: what they lead to may send on the port, or close it.
    List<ServiceMessage> messages = new ArrayList<>();
    String[] damage = {""};
    int count;
    try {
      count =
          link.port()
              .poll(
                  (buffer, offset, length) -> {
                    if (damage[0].isEmpty()) {
                      try {
                        messages.add(ServiceMessageCodec.decode(buffer, offset, length));
                      } catch (MalformedMessageException e) {
                        damage[0] = String.valueOf(e.getMessage());
                      }
                    }
                  },
                  Math.min(limit, MOST_AT_ONCE));
    } catch (PortClosedException e) {
      end(
          link,
          switch (e.state()) {
            case OPEN, CLOSED -> "";
            case DAMAGED -> String.valueOf(e.getMessage());
          });
      return true;
    }
    for (ServiceMessage message : messages) {
      if (!links.contains(link)) {
        return true;
      }
      traffic.onMessage(link, message);
    }
    if (!damage[0].isEmpty()) {
      end(link, damage[0]);
    }
    return count > 0;
  }

  private void end(ServiceLink link, String damage) {
    if (links.remove(link)) {
      doorbell.remove(link.port());
      link.port().close();
      traffic.onEnd(link, damage);
    }
  }
}
