package ringfence.benchmarks.port;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import ringfence.benchmarks.carrier.Carrier;
import ringfence.benchmarks.carrier.Libc;
import ringfence.benchmarks.carrier.Place;
import ringfence.benchmarks.carrier.Regime;
import ringfence.benchmarks.report.Measure;
import ringfence.sandbox.os.Descriptors;

/// The main class of a [Child].
///
/// | command | answer |
/// |---|---|
/// | `open CARRIER KIND REGIME BYTES TOGETHER near|far COUNT TEXT`, then COUNT descriptors | `open` |
/// | `run NANOS` | near: `ran` and MEASURE=VALUE each; far: none |
/// | `close` | `closed` |
///
/// A failure is answered with its words, and ends the process; so does the end of the socket.
public final class ChildMain {
  public static final int SOCKET = 0;
  public static final String FAILED = "failed ";

  private static final int LONGEST_COMMAND_BYTES = 4096;

  private @Nullable Job job;
  private boolean near;

  private ChildMain() {}

  /// Takes commands until the socket ends.
  public static void main(String[] arguments) throws IOException {
    ChildMain child = new ChildMain();
    try {
      String command = receive();
      while (!command.isEmpty()) {
        child.obey(command.split(" "));
        command = receive();
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      e.printStackTrace();
      say(FAILED + e);
      System.exit(1);
    }
    // Aeron's threads may still run.
    System.exit(0);
  }

  private void obey(String[] words) throws IOException {
    switch (words[0]) {
      case "open" -> {
        job = open(words);
        say("open");
      }
      case "run" -> {
        Map<Measure, Double> measured = opened().run(Duration.ofNanos(Long.parseLong(words[1])));
        if (near) {
          say(measured.entrySet().stream().map(e -> " " + e.getKey() + "=" + e.getValue()).collect(Collectors.joining("", "ran", "")));
        }
      }
      case "close" -> {
        opened().close();
        job = null;
        say("closed");
      }
      default -> throw new IllegalStateException("no such command: " + words[0]);
    }
  }

  private Job open(String[] words) throws IOException {
    Carrier carrier = Carrier.valueOf(words[1]);
    Scenario scenario =
        new Scenario(
            Scenario.Kind.valueOf(words[2]),
            Regime.valueOf(words[3]),
            Integer.parseInt(words[4]),
            Integer.parseInt(words[5]));
    near = "near".equals(words[6]);
    int _ = Libc.pinThread(near);
    List<Integer> descriptors = new ArrayList<>();
    for (int i = Integer.parseInt(words[7]); i > 0; i--) {
      descriptors.add(Descriptors.receive(SOCKET, new byte[1]).descriptor());
    }
    return Job.open(
        carrier,
        scenario,
        new Place(
            near,
            scenario.regime(),
            scenario.oneWay(),
            carrier.payloadBytes(scenario.payloadBytes()),
            descriptors,
            words[8]));
  }

  private Job opened() {
    if (job == null) {
      throw new IllegalStateException("nothing is open");
    }
    return job;
  }

  private static String receive() throws IOException {
    byte[] bytes = new byte[LONGEST_COMMAND_BYTES];
    return new String(bytes, 0, Descriptors.receive(SOCKET, bytes).length(), StandardCharsets.UTF_8);
  }

  private static void say(String answer) throws IOException {
    Descriptors.send(SOCKET, answer.getBytes(StandardCharsets.UTF_8), -1);
  }
}
