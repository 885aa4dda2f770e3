package ringfence.sandbox.permission;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Which hosts a service may connect to, and where it may serve.
///
/// @param connect hosts and ports
/// @param listen addresses and ports of this machine
public record NetworkAccess(List<HostGrant> connect, List<ListenGrant> listen) {
  /// No network at all.
  public static final NetworkAccess NONE = new NetworkAccess(List.of(), List.of());

  /// The one name that stands for this machine.
  public static final String LOCALHOST = "localhost";

  private static final Set<String> LOCALHOST_ADDRESSES = Set.of("127.0.0.1", "::1");

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

  /// Whether a grant names this very address, as those of private and special ranges need it. `localhost` names
  /// both addresses that it stands for, and no other; nothing looks it up.
  ///
  /// @param host as it was asked for, in the form of [#mayConnect]
  /// @param address that it stands for
  public boolean namesAddress(String host, InetAddress address, int port) {
    String text = IpLiteral.text(address);
    boolean local = host.equals(LOCALHOST) && LOCALHOST_ADDRESSES.contains(text);
    return connect.stream()
        .anyMatch(
            grant ->
                (grant.host().equals(text) || (local && grant.host().equals(LOCALHOST)))
                    && grant.covers(grant.host(), port));
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
