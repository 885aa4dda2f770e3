package ringfence.sandbox.permission;

import java.util.Set;
import java.util.TreeSet;

/// The doors that exist for a service. What is not granted is denied.
///
/// @param environment names of the host's variables that the service sees in `service.env`
/// @param eval whether `eval`, `Function` and their kin compile text
/// @param preciseClock whether clocks are finer than a millisecond
/// @param children how many child services its code may have at once, their own children included; from 0 to 1000
public record Permissions(
    Set<String> environment, boolean eval, boolean preciseClock, int children) {
  private static final int MOST_CHILDREN = 1000;

  /// Nothing at all; the default.
  public static final Permissions NONE = new Permissions(Set.of(), false, false, 0);

  public Permissions {
    for (String name : environment) {
      if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "permissions.env: \"" + name + "\" can't be the name of a variable");
      }
    }
    if (children < 0 || children > MOST_CHILDREN) {
      throw new IllegalArgumentException(
          "permissions.create must be from 0 to " + MOST_CHILDREN + ", not " + children);
    }
    environment = Set.copyOf(environment);
  }

  /// Whether these permissions grant all that `other` grants, as a parent's must for its child.
  public boolean contains(Permissions other) {
    return environment.containsAll(other.environment)
        && (eval || !other.eval)
        && (preciseClock || !other.preciseClock)
        && children >= other.children;
  }

  @Override
  public String toString() {
    return "env=" + new TreeSet<>(environment) + " eval=" + eval + " hrtime=" + preciseClock + " create=" + children;
  }
}
