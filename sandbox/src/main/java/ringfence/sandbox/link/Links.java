package ringfence.sandbox.link;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.protocol.LinkRole;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceMessageCodec;
import ringfence.sandbox.protocol.ServiceName;

/// All links of one user; gives each a bounded turn, beginning with another one each time.
final class Links {
  /// While something waits for room, it is tried again at least this often.
  private static final long RETRY_NANOS = 5_000_000;

  private static final int MOST_AT_ONCE = 64;
  private static final int MOST_LAST_TURNS = 1000;

  private final Doorbell doorbell;
  private final Traffic traffic;
  private final List<Link> links = new ArrayList<>();
  private final Outbox.Budget budget = new Outbox.Budget();
  private int first;
  private long lastTurnNanos;

  /// Hears what comes over the links. May close them.
  interface Traffic {
    /// Takes a message.
    ///
    /// @return why the peer may not send it; empty if it may
    String onMessage(Link link, ServiceMessage message);

    /// The link is gone already; `damage` is empty if it ended in order.
    void onEnd(Link link, String damage);
  }

  Links(Doorbell doorbell, Traffic traffic) {
    this.doorbell = doorbell;
    this.traffic = traffic;
  }

  Link add(long regionId, ServiceName peer, LinkRole role, ConnectionPort port, LinkTally tally) {
    doorbell.add(port);
    Link link = new Link(regionId, peer, role, port, doorbell, budget, tally);
    links.add(link);
    return link;
  }

  /// The link to a service that this one imports.
  @Nullable Link toImport(String name) {
    for (Link link : links) {
      if (link.role() == LinkRole.IMPORT && link.peer().value().equals(name)) {
        return link;
      }
    }
    return null;
  }

  List<Link> all() {
    return links;
  }

  /// The host says that the peer is gone: what it had sent still counts.
  void cut(long regionId) {
    for (Link link : List.copyOf(links)) {
      if (link.regionId() == regionId) {
        // Bounded: a hostile peer may be gone for the host and still send.
        for (int i = 0; i < MOST_LAST_TURNS && links.contains(link) && receive(link, MOST_AT_ONCE); i++) {}
        end(link, "");
      }
    }
  }

  /// Ends all links at the end of the run: nobody here waits for anything any more.
  void closeAll() {
    for (Link link : links) {
      link.flushQuietly();
      doorbell.remove(link.port());
      link.port().close();
    }
    links.clear();
  }

  /// Whether all that was sent has left, stream items aside.
  boolean isFlushed() {
    for (Link link : links) {
      if (!link.isFlushed()) {
        return false;
      }
    }
    return true;
  }

  /// Gives each link a turn.
  ///
  /// @return whether more is left to be done at once
  boolean run(int limit, long nowNanos) {
    lastTurnNanos = nowNanos;
    boolean more = false;
    List<Link> turn = List.copyOf(links);
    first = turn.isEmpty() ? 0 : (first + 1) % turn.size();
    for (int i = 0; i < turn.size(); i++) {
      Link link = turn.get((first + i) % turn.size());
      if (links.contains(link)) {
        more |= receive(link, limit);
      }
      if (links.contains(link)) {
        link.flushQuietly();
      }
    }
    return more;
  }

  long dueNanos() {
    for (Link link : links) {
      if (link.waitsForRoom()) {
        return lastTurnNanos + RETRY_NANOS;
      }
    }
    return LinkEndpoint.NEVER;
  }

  private boolean receive(Link link, int limit) {
    // Handled only after the poll: what they lead to may send on the port, or close it.
    List<ServiceMessage> messages = new ArrayList<>();
    String[] damage = {""};
    int count;
    try {
      count =
          link.port()
              .poll(
                  (buffer, offset, length) -> {
                    link.tally().received(length);
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
      String wrong = traffic.onMessage(link, message);
      if (!wrong.isEmpty()) {
        end(link, wrong);
        return true;
      }
    }
    if (!damage[0].isEmpty()) {
      end(link, damage[0]);
    }
    return count > 0;
  }

  private void end(Link link, String damage) {
    if (links.remove(link)) {
      doorbell.remove(link.port());
      link.clear();
      try {
        // Before the memory goes, for which all threads of the JVM are asked: who waits is told first.
        traffic.onEnd(link, damage);
      } finally {
        link.port().close();
      }
    }
  }
}
