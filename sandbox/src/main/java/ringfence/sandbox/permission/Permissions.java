package ringfence.sandbox.permission;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The doors that exist for a service. What is not granted is denied. Immutable; each `with` method makes another one.
///
/// @param files that it may read and write, through the host
/// @param network hosts that it may connect to and ports that it may serve, through the host
/// @param environment names of the host's variables that the service sees in `service.env`
/// @param children how many child services its code may have at once, their own children included; from 0 to 1000
/// @param threads how many Workers its code may have at once; from 0 to 32
/// @param eval whether `eval`, `Function` and their kin compile text
/// @param preciseClock whether clocks are finer than a millisecond
public record Permissions(
    FileAccess files,
    NetworkAccess network,
    Set<String> environment,
    int children,
    int threads,
    boolean eval,
    boolean preciseClock) {
  private static final int MOST_CHILDREN = 1000;
  private static final int MOST_THREADS = 32;

  /// Nothing at all; the default.
  public static final Permissions NONE =
      new Permissions(FileAccess.NONE, NetworkAccess.NONE, Set.of(), 0, 0, false, false);

  public Permissions {
    for (String name : environment) {
      if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "permissions.env: \"" + name + "\" can't be the name of a variable");
      }
    }
    within("create", children, MOST_CHILDREN);
    within("threads", threads, MOST_THREADS);
    environment = Set.copyOf(environment);
  }

  public Permissions withFiles(FileAccess access) {
    return new Permissions(access, network, environment, children, threads, eval, preciseClock);
  }

  public Permissions withNetwork(NetworkAccess access) {
    return new Permissions(files, access, environment, children, threads, eval, preciseClock);
  }

  public Permissions withEnvironment(Set<String> names) {
    return new Permissions(files, network, names, children, threads, eval, preciseClock);
  }

  public Permissions withChildren(int most) {
    return new Permissions(files, network, environment, most, threads, eval, preciseClock);
  }

  public Permissions withThreads(int most) {
    return new Permissions(files, network, environment, children, most, eval, preciseClock);
  }

  public Permissions withEval(boolean granted) {
    return new Permissions(files, network, environment, children, threads, granted, preciseClock);
  }

  public Permissions withPreciseClock(boolean granted) {
    return new Permissions(files, network, environment, children, threads, eval, granted);
  }

  /// Decides by what is granted alone: nothing is looked up or opened, and what a name leads to is not known here.
  ///
  /// @param service the asking service's name, for the words of a denial
  public Decision decide(String service, AccessRequest request) {
    boolean granted =
        switch (request) {
          case AccessRequest.ReadFile r -> files.readable(r.path()).isPresent();
          case AccessRequest.WriteFile r -> files.writable(r.path()).isPresent();
          case AccessRequest.Connect r -> network.mayConnect(r.host(), r.port());
          case AccessRequest.Listen r -> network.mayListen(r.address(), r.port());
          case AccessRequest.CreateService r -> r.present() < children;
          case AccessRequest.StartThread r -> r.present() < threads;
        };
    return granted ? new Decision.Granted() : Decision.denied(service, request);
  }

  /// Whether these permissions grant all that `other` grants, as a parent's must for its child.
  public boolean contains(Permissions other) {
    return beyond(other).isEmpty();
  }

  /// What `other` grants and this does not, each as a key under `permissions` and what of it.
  public List<String> beyond(Permissions other) {
    List<String> beyond = new ArrayList<>(files.beyond(other.files));
    beyond.addAll(network.beyond(other.network));
    Set<String> variables = new TreeSet<>(other.environment);
    variables.removeAll(environment);
    if (!variables.isEmpty()) {
      beyond.add("env " + variables);
    }
    more(beyond, "create", other.children, children);
    more(beyond, "threads", other.threads, threads);
    if (other.eval && !eval) {
      beyond.add("eval");
    }
    if (other.preciseClock && !preciseClock) {
      beyond.add("hrtime");
    }
    return beyond;
  }

  private static void more(List<String> beyond, String key, int theirs, int ours) {
    if (theirs > ours) {
      beyond.add(key + " " + theirs + " (of at most " + ours + ")");
    }
  }

  private static void within(String key, int value, int most) {
    if (value < 0 || value > most) {
      throw new IllegalArgumentException(
          "permissions." + key + " must be from 0 to " + most + ", not " + value);
    }
  }

  /// As a manifest has them, for logs.
  @Override
  public String toString() {
    return "read=%s write=%s net=%s listen=%s env=%s create=%d threads=%d eval=%s hrtime=%s"
        .formatted(
            files.read(), files.write(), network.connect(), network.listen(), new TreeSet<>(environment), children,
            threads, eval, preciseClock);
  }
}
