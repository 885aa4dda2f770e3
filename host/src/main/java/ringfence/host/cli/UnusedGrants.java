package ringfence.host.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import ringfence.host.ServiceDefinition;
import ringfence.host.cli.AuditedRequests.Wish;
import ringfence.sandbox.permission.HostGrant;
import ringfence.sandbox.permission.Permissions;

/// What a service is granted and never asked for.
final class UnusedGrants {
  private UnusedGrants() {}

  /// Each as its key under `permissions` and what of it, such as `read data/out`.
  static List<String> of(ServiceDefinition definition, Collection<Wish> wishes) {
    Permissions permissions = definition.permissions();
    Path base = permissions.files().base();
    List<String> unused = new ArrayList<>();
    permissions.files().read().stream()
        .filter(root -> wishes.stream().noneMatch(wish -> isBeneath("read", base, root, wish)))
        .forEach(root -> unused.add("read " + shown(base, root)));
    permissions.files().write().stream()
        .filter(root -> wishes.stream().noneMatch(wish -> isBeneath("write", base, root, wish)))
        .forEach(root -> unused.add("write " + shown(base, root)));
    permissions.network().connect().stream()
        .filter(grant -> wishes.stream().noneMatch(wish -> connects(grant, wish)))
        .forEach(grant -> unused.add("net " + grant));
    permissions.network().listen().stream()
        .filter(grant -> !wishes.contains(new Wish("listen", grant.toString())))
        .forEach(grant -> unused.add("listen " + grant));
    if (permissions.children() > 0 && wishes.stream().noneMatch(wish -> wish.permission().equals("create"))) {
      unused.add("create " + permissions.children());
    }
    if (permissions.threads() > 0 && wishes.stream().noneMatch(wish -> wish.permission().equals("threads"))) {
      unused.add("threads " + permissions.threads());
    }
    return unused;
  }

  private static boolean isBeneath(String permission, Path base, Path root, Wish wish) {
    if (!wish.permission().equals(permission)) {
      return false;
    }
    try {
      return base.resolve(wish.resource()).normalize().startsWith(root);
    } catch (InvalidPathException _) {
      return false;
    }
  }

  private static boolean connects(HostGrant grant, Wish wish) {
    int colon = wish.resource().lastIndexOf(':');
    if (!wish.permission().equals("net") || colon < 0) {
      return false;
    }
    String host = wish.resource().substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    try {
      return grant.covers(
          bracketed ? host.substring(1, host.length() - 1) : host,
          Integer.parseInt(wish.resource().substring(colon + 1)));
    } catch (NumberFormatException _) {
      return false;
    }
  }

  private static Path shown(Path base, Path root) {
    return root.startsWith(base) && !root.equals(base) ? base.relativize(root) : root;
  }
}
