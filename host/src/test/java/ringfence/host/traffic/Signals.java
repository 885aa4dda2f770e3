package ringfence.host.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Signals to a worker: its outermost process and all below it.
///
/// @param pids the outermost first
record Signals(List<Long> pids) {

  static Signals to(long outermost) {
    List<Long> pids = new ArrayList<>(List.of(outermost));
    ProcessHandle.of(outermost).stream()
        .flatMap(ProcessHandle::descendants)
        .map(ProcessHandle::pid)
        .forEach(pids::add);
    return new Signals(pids);
  }

  /// Returns once no thread of it runs.
  void stop() {
    send("STOP");
    await().until(this::isStopped);
  }

  void proceed() {
    send("CONT");
  }

  void kill() {
    send("KILL");
  }

  boolean isStopped() {
    return pids.stream().allMatch(pid -> field(pid, "State").startsWith("T"));
  }

  /// The memory that the largest of its processes has, in bytes.
  long residentBytes() {
    return pids.stream().mapToLong(Signals::resident).max().orElse(0);
  }

  private static long resident(long pid) {
    String kibibytes = field(pid, "VmRSS").replace("kB", "").strip();
    return kibibytes.isEmpty() ? 0 : Long.parseLong(kibibytes) << 10;
  }

  private static String field(long pid, String name) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    } catch (IOException _) {
      // It is gone.
      return "";
    }
  }

  private void send(String signal) {
    List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
    pids.forEach(pid -> command.add(Long.toString(pid)));
    try {
      int status = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
      // One that dies takes those below it along, which are not there any more then.
      assertThat(status == 0 || signal.equals("KILL")).as("%s", command).isTrue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
