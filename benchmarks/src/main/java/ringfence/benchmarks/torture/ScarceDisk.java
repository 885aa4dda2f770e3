package ringfence.benchmarks.torture;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// A disk of the host's own, which somebody fills.
abstract class ScarceDisk extends Scarcity {
  final Path disk;

  private ScarceDisk(Path disk, String what, String words, Path... arguments) {
    super(what, words, arguments);
    this.disk = disk;
  }

  private ScarceDisk(Path disk, String what, String words, String command, List<Path> arguments) {
    super(what, words, command, arguments);
    this.disk = disk;
  }

  @Override
  boolean ready() throws IOException, InterruptedException {
    Path _ = Files.createDirectory(disk);
    return run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.toString()) == 0;
  }

  @Override
  void begin(ChildJvm host, SplittableRandom random) throws IOException {
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
  void end(ChildJvm host) throws IOException {
    Files.delete(disk.resolve("filler"));
  }

  @Override
  void clear() throws IOException, InterruptedException {
    if (Files.exists(disk)) {
      // Nothing if it could not be mounted; lazily, since the host may be there yet.
      int _ = run("umount", "--lazy", disk.toString());
      boolean _ = Files.deleteIfExists(disk);
    }
  }

  /// It holds the state folder.
  static final class OfState extends ScarceDisk {
    OfState(Path folder) {
      Path disk = folder.resolve("state");
      super(disk, "disk for the state folder", ".*can't be kept in .*No space left.*", folder, disk.resolve("state"));
    }
  }

  /// It holds the audit log.
  static final class OfAudit extends ScarceDisk {
    private static final int PAGE_BYTES = 4096;
    private static final int MOST_LOG_BYTES = 256 << 10;
    private static final int MOST_LEFT = 150;

    private final Path folder;
    private final Path log;

    OfAudit(Path folder) {
      Path disk = folder.resolve("audit");
      Path log = disk.resolve("audit.jsonl");
      super(
          disk,
          "disk for the audit log",
          "(?i).*audit.*",
          "read base " + readable(folder),
          List.of(folder, folder.resolve("kept/state"), log));
      this.folder = folder;
      this.log = log;
    }

    private static Path readable(Path folder) {
      return folder.resolve("readable.txt");
    }

    @Override
    boolean ready() throws IOException, InterruptedException {
      Files.writeString(readable(folder), "readable");
      Path _ = Files.createDirectory(folder.resolve("kept"));
      return super.ready();
    }

    /// But for some bytes in the log's own last page, so that a line is cut off in the middle.
    @Override
    void begin(ChildJvm host, SplittableRandom random) throws IOException {
      super.begin(host, random);
      int used = (int) (Files.size(log) % PAGE_BYTES);
      int padding = PAGE_BYTES - used - random.nextInt(MOST_LEFT);
      if (used > 0 && padding > 0) {
        Files.writeString(log, " ".repeat(padding - 1) + "\n", StandardOpenOption.APPEND);
      }
    }

    /// What was granted after the scarcity is a whole line again.
    @Override
    Optional<String> damage() throws IOException {
      String last = Files.readAllLines(log).getLast();
      if (Files.size(log) > MOST_LOG_BYTES) {
        // Or it would fill the disk by itself in the end.
        Files.write(log, new byte[0]);
      }
      return last.startsWith("{\"time\":") && last.endsWith("}")
          ? Optional.empty()
          : Optional.of("the last line of the audit log is not whole: " + last);
    }
  }
}
