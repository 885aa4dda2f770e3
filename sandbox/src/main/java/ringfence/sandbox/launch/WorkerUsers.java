package ringfence.sandbox.launch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import ringfence.sandbox.os.Processes;

/// The users that a root host's workers run as: one of its own for each worker that lives, with a group
/// of the same number. A host that is not root can't switch, and its workers run as itself.
///
/// The numbers are in no password file and own no files. Two ranges that systemd's list of users leaves
/// free, the first that this machine maps (a container may know 65536 users only): 1900000000 to
/// 1900065535, else 60706 to 61183. Another root host on the machine draws from the same range, from a
/// place that depends on its process id; if two meet, their workers still share no namespace.
///
/// @see "systemd, docs/UIDS-GIDS.md; user_namespaces(7)"
final class WorkerUsers {
  /// Not a user: the worker stays the host's own.
  static final int SAME = -1;

  private static final List<Range> RANGES =
      List.of(new Range(1_900_000_000, 65_536), new Range(60_706, 478));

  private final Range range;
  private final Set<Integer> taken = new HashSet<>();
  private int next;

  private WorkerUsers(Range range, int next) {
    this.range = range;
    this.next = next;
  }

  private record Range(long first, int count) {
    boolean within(long start, long length) {
      return first >= start && first + count <= start + length;
    }
  }

  /// None: each process stays the host's own user's.
  static WorkerUsers none() {
    return new WorkerUsers(new Range(0, 0), 0);
  }

  static WorkerUsers ofThisHost() {
    if (Processes.effectiveUserId() != 0) {
      return none();
    }
    try {
      List<String> users = Files.readAllLines(Path.of("/proc/self/uid_map"));
      List<String> groups = Files.readAllLines(Path.of("/proc/self/gid_map"));
      Range range = choose(users, groups);
      return new WorkerUsers(range, (int) (ProcessHandle.current().pid() * 97 % range.count()));
    } catch (IOException e) {
      throw new UncheckedIOException("can't tell which users this machine knows", e);
    }
  }

  /// A number that no other living worker of this host has, or [#SAME].
  synchronized int take() throws LaunchException {
    if (range.count() == 0) {
      return SAME;
    }
    for (int tries = 0; tries < range.count(); tries++) {
      int user = Math.toIntExact(range.first() + next);
      next = (next + 1) % range.count();
      if (taken.add(user)) {
        return user;
      }
    }
    throw new LaunchException(
        "all " + range.count() + " users for workers are taken, from " + range.first() + " on");
  }

  synchronized void giveBack(int user) {
    taken.remove(user);
  }

  private static Range choose(List<String> users, List<String> groups) {
    return RANGES.stream()
        .filter(range -> maps(users, range) && maps(groups, range))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "this container maps none of the users that workers run as; "
                        + "start the host as another user than root, or map users up to 61183"));
  }

  private static boolean maps(List<String> map, Range range) {
    return map.stream()
        .map(line -> line.strip().split(" +", -1))
        .anyMatch(
            fields -> range.within(Long.parseLong(fields[0]), Long.parseLong(fields[2])));
  }
}
