package ringfence.sandbox.permission;

import java.util.ArrayList;
import java.util.List;

/// Which hosts a service may connect to, and where it may serve.
///
/// @param connect hosts and ports
/// @param listen addresses and ports of this machine
public record NetworkAccess(List<HostGrant> connect, List<ListenGrant> listen) {
  /// No network at all.
  public static final NetworkAccess NONE = new NetworkAccess(List.of(), List.of());

  public NetworkAccess {
    connect = connect.stream().distinct().toList();
    listen = listen.stream().distinct().toList();
  }

  /// Whether a grant covers this host and port; an address of a private range needs one that names it.
  ///
  /// @param host a name in lower case without a dot at its end, or an address in its canonical form
  public boolean mayConnect(String host, int port) {
    return connect.stream().anyMatch(grant -> grant.covers(host, port));
  }

  /// Whether a grant is for this address and port.
  public boolean mayListen(String address, int port) {
    return listen.contains(new ListenGrant(address, port));
  }

  /// Whether all that `other` grants is granted here.
  public boolean contains(NetworkAccess other) {
    return beyond(other).isEmpty();
  }

  /// What `other` grants and this does not, each as `net HOST` or `listen PORT`.
  List<String> beyond(NetworkAccess other) {
    List<String> beyond = new ArrayList<>();
    for (HostGrant grant : other.connect) {
      if (connect.stream().noneMatch(mine -> mine.covers(grant))) {
        beyond.add("net " + grant);
      }
    }
    other.listen.stream().filter(grant -> !listen.contains(grant)).forEach(grant -> beyond.add("listen " + grant));
    return beyond;
  }
}
