package ringfence.benchmarks.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// What a host can run out of, and how that is brought about on Linux.
final class Scarcities {
  private Scarcities() {}

  /// @param folder for mounts and files; services may read it
  static List<Scarcity> all(Path folder) {
    return List.of(
        new Descriptors(folder), new Pids(folder), new RingMemory(folder), new ScarceDisk.OfState(folder), new ScarceDisk.OfAudit(folder));
  }

  /// The limit of descriptors comes down to a few more than are open.
  private static final class Descriptors extends Scarcity {
    private static final int MOST_LEFT = 12;

    Descriptors(Path folder) {
      super("descriptors of the host", "(?i).*(too many open files|EMFILE|descriptor).*", folder);
    }

    @Override
    void begin(ChildJvm host, SplittableRandom random) throws IOException, InterruptedException {
      try (Stream<Path> open = Files.list(Path.of("/proc/" + host.pid() + "/fd"))) {
        limit(host, "--nofile=" + (open.count() + random.nextInt(MOST_LEFT)) + ":");
      }
    }

    @Override
    void end(ChildJvm host) throws IOException, InterruptedException {
      limit(host, "--nofile=4096:");
    }
  }

  /// The host's control group may have a few more threads and processes than it has.
  private static final class Pids extends Scarcity {
    private static final int MOST_LEFT = 6;

    private final Path group = Path.of("/sys/fs/cgroup/pids/torture-" + ProcessHandle.current().pid());

    Pids(Path folder) {
      super("threads and processes of the host", "(?i).*(temporarily unavailable|EAGAIN|thread|pids|processes).*", folder);
    }

    @Override
    boolean ready() {
      try {
        Path _ = Files.createDirectory(group);
        return Files.exists(group.resolve("pids.max"));
      } catch (IOException _) {
        return false;
      }
    }

    @Override
    void begin(ChildJvm host, SplittableRandom random) throws IOException {
      Files.writeString(group.resolve("cgroup.procs"), Integer.toString(host.pid()));
      long now = Long.parseLong(Files.readString(group.resolve("pids.current")).strip());
      Files.writeString(group.resolve("pids.max"), Long.toString(now + random.nextInt(MOST_LEFT)));
    }

    @Override
    void end(ChildJvm host) throws IOException {
      Files.writeString(group.resolve("pids.max"), "max");
    }

    @Override
    void clear() throws IOException {
      boolean _ = Files.deleteIfExists(group);
    }
  }

  /// Regions are files without a name: the limit of a file's size is that of a region too.
  private static final class RingMemory extends Scarcity {
    /// Below the region of a control port, which each start needs: every bound refuses one.
    private static final int MOST_BYTES = 2 << 20;

    RingMemory(Path folder) {
      super("memory for rings", "(?i).*(memory|file too large|EFBIG).*", folder);
    }

    @Override
    void begin(ChildJvm host, SplittableRandom random) throws IOException, InterruptedException {
      limit(host, "--fsize=" + random.nextInt(MOST_BYTES) + ":");
    }

    @Override
    void end(ChildJvm host) throws IOException, InterruptedException {
      limit(host, "--fsize=unlimited:");
    }
  }
}
