package ringfence.benchmarks.torture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What a host can run out of, and how that is brought about on Linux.
final class Scarcities {
  private static final String START = "start victim";

  private Scarcities() {}

  /// @param folder for mounts and files; services may read it
  static List<Scarcity> all(Path folder) {
    return List.of(
        new Descriptors(folder), new Pids(folder), new RingMemory(folder), new StateDisk(folder), new AuditDisk(folder));
  }

  /// The limit of descriptors comes down to a few more than are open.
  private record Descriptors(Path folder) implements Scarcity {
    private static final int MOST_LEFT = 12;

    @Override
    public String what() {
      return "descriptors of the host";
    }

    @Override
    public String[] arguments() {
      return new String[] {folder.toString()};
    }

    @Override
    public String command() {
      return START;
    }

    @Override
    public String words() {
      return "(?i).*(too many open files|EMFILE|descriptor).*";
    }

    @Override
    public void begin(ChildJvm host, SplittableRandom random) throws IOException, InterruptedException {
      try (Stream<Path> open = Files.list(Path.of("/proc/" + host.pid() + "/fd"))) {
        long left = open.count() + random.nextInt(MOST_LEFT);
        must("prlimit", "--pid", Integer.toString(host.pid()), "--nofile=" + left + ":");
      }
    }

    @Override
    public void end(ChildJvm host) throws IOException, InterruptedException {
      must("prlimit", "--pid", Integer.toString(host.pid()), "--nofile=4096:");
    }
  }

  /// The host's control group may have a few more threads and processes than it has.
  private static final class Pids implements Scarcity {
    private static final int MOST_LEFT = 6;

    private final Path folder;
    private final Path group = Path.of("/sys/fs/cgroup/pids/torture-" + ProcessHandle.current().pid());

    Pids(Path folder) {
      this.folder = folder;
    }

    @Override
    public String what() {
      return "threads and processes of the host";
    }

    @Override
    public boolean ready() {
      try {
        Path _ = Files.createDirectory(group);
        return Files.exists(group.resolve("pids.max"));
      } catch (IOException _) {
        return false;
      }
    }

    @Override
    public String[] arguments() {
      return new String[] {folder.toString()};
    }

    @Override
    public String command() {
      return START;
    }

    @Override
    public String words() {
      return "(?i).*(temporarily unavailable|EAGAIN|thread|pids|processes).*";
    }

    @Override
    public void begin(ChildJvm host, SplittableRandom random) throws IOException {
      Files.writeString(group.resolve("cgroup.procs"), Integer.toString(host.pid()));
      long now = Long.parseLong(Files.readString(group.resolve("pids.current")).strip());
      Files.writeString(group.resolve("pids.max"), Long.toString(now + random.nextInt(MOST_LEFT)));
    }

    @Override
    public void end(ChildJvm host) throws IOException {
      Files.writeString(group.resolve("pids.max"), "max");
    }

    @Override
    public void clear() throws IOException {
      boolean _ = Files.deleteIfExists(group);
    }
  }

  /// Regions are files without a name: the limit of a file's size is that of a region too.
  private record RingMemory(Path folder) implements Scarcity {
    private static final int MOST_BYTES = 40 << 20;

    @Override
    public String what() {
      return "memory for rings";
    }

    @Override
    public String[] arguments() {
      return new String[] {folder.toString()};
    }

    @Override
    public String command() {
      return START;
    }

    @Override
    public String words() {
      return "(?i).*(memory|file too large|EFBIG).*";
    }

    @Override
    public void begin(ChildJvm host, SplittableRandom random) throws IOException, InterruptedException {
      must("prlimit", "--pid", Integer.toString(host.pid()), "--fsize=" + random.nextInt(MOST_BYTES) + ":");
    }

    @Override
    public void end(ChildJvm host) throws IOException, InterruptedException {
      must("prlimit", "--pid", Integer.toString(host.pid()), "--fsize=unlimited:");
    }
  }

  /// A disk of its own, which somebody fills.
  private abstract static class Disk implements Scarcity {
    final Path folder;
    final Path disk;

    Disk(Path folder, String name) {
      this.folder = folder;
      this.disk = folder.resolve(name);
    }

    @Override
    public boolean ready() throws IOException, InterruptedException {
      Path _ = Files.createDirectory(disk);
      return run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()) == 0;
    }

    @Override
    public void begin(ChildJvm host, SplittableRandom random) throws IOException {
      byte[] block = new byte[512];
      try (OutputStream filler = Files.newOutputStream(disk.resolve("filler"))) {
        while (true) {
          filler.write(block);
        }
      } catch (IOException e) {
        if (!String.valueOf(e.getMessage()).contains("No space left")) {
          throw e;
        }
      }
    }

    @Override
    public void end(ChildJvm host) throws IOException {
      Files.delete(disk.resolve("filler"));
    }

    @Override
    public void clear() throws IOException, InterruptedException {
      if (Files.exists(disk)) {
        // Nothing if it could not be mounted; lazily, since the host may be there yet.
        int _ = run("umount", "--lazy", disk.toString());
        boolean _ = Files.deleteIfExists(disk);
      }
    }
  }

  private static final class StateDisk extends Disk {
    StateDisk(Path folder) {
      super(folder, "state");
    }

    @Override
    public String what() {
      return "disk for the state folder";
    }

    @Override
    public String[] arguments() {
      return new String[] {folder.toString(), disk.resolve("state").toString()};
    }

    @Override
    public String command() {
      return START;
    }

    @Override
    public String words() {
      return ".*can't be kept in .*No space left.*";
    }
  }

  private static final class AuditDisk extends Disk {
    private static final int PAGE_BYTES = 4096;
    private static final int MOST_LOG_BYTES = 256 << 10;
    private static final int MOST_LEFT = 150;

    private final Path readable;

    AuditDisk(Path folder) {
      super(folder, "audit");
      this.readable = folder.resolve("readable.txt");
    }

    @Override
    public String what() {
      return "disk for the audit log";
    }

    @Override
    public boolean ready() throws IOException, InterruptedException {
      Files.writeString(readable, "readable");
      Path _ = Files.createDirectory(folder.resolve("kept"));
      return super.ready();
    }

    @Override
    public String[] arguments() {
      return new String[] {folder.toString(), folder.resolve("kept/state").toString(), log().toString()};
    }

    @Override
    public String command() {
      return "read base " + readable;
    }

    @Override
    public String words() {
      return "(?i).*audit.*";
    }

    /// But for some bytes in the log's own last page, so that a line is cut off in the middle.
    @Override
    public void begin(ChildJvm host, SplittableRandom random) throws IOException {
      super.begin(host, random);
      int used = (int) (Files.size(log()) % PAGE_BYTES);
      int padding = PAGE_BYTES - used - random.nextInt(MOST_LEFT);
      if (used > 0 && padding > 0) {
        Files.writeString(log(), " ".repeat(padding - 1) + "\n", StandardOpenOption.APPEND);
      }
    }

    /// What was granted after the scarcity is a whole line again.
    @Override
    public Optional<String> damage() throws IOException {
      String last = Files.readAllLines(log()).getLast();
      if (Files.size(log()) > MOST_LOG_BYTES) {
        // Or it would fill the disk by itself in the end.
        Files.write(log(), new byte[0]);
      }
      return last.startsWith("{\"time\":") && last.endsWith("}")
          ? Optional.empty()
          : Optional.of("the last line of the audit log is not whole: " + last);
    }

    private Path log() {
      return disk.resolve("audit.jsonl");
    }
  }

  private static void must(String... command) throws IOException, InterruptedException {
    if (run(command) != 0) {
      throw new IOException(String.join(" ", command) + " failed");
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    if (!process.waitFor(1, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " does not end");
    }
    return process.exitValue();
  }
}
