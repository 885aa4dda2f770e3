package ringfence.benchmarks.port;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.agrona.IoUtil;
import org.jspecify.annotations.Nullable;
import ringfence.benchmarks.carrier.Carrier;
import ringfence.benchmarks.carrier.Laid;
import ringfence.benchmarks.report.Measure;

/// Two processes and what lies between them.
final class Pair implements AutoCloseable {
  private final Child near;
  private final Child far;

  /// Where Aeron's files are, which a process that is killed leaves behind.
  private @Nullable File folder;

  private Pair(Child near, Child far) {
    this.near = near;
    this.far = far;
  }

  static Pair start(List<String> moreFlags) throws IOException {
    Child near = Child.start("near", moreFlags);
    try {
      return new Pair(near, Child.start("far", moreFlags));
    } catch (IOException e) {
      near.close();
      throw e;
    }
  }

  /// Lays a carrier between the two, and opens both of its ends.
  void open(Carrier carrier, Scenario scenario) throws IOException {
    try (Laid laid = lay(carrier, scenario)) {
      folder = laid.text().startsWith("/") ? new File(laid.text()) : null;
      command(near, "near", laid.near(), carrier, scenario, laid.text());
      command(far, "far", laid.far(), carrier, scenario, laid.text());
      String _ = near.answer();
      String _ = far.answer();
    }
  }

  static void command(
      Child child, String side, List<Integer> descriptors, Carrier carrier, Scenario scenario, String text)
      throws IOException {
    child.tell(
        String.join(
            " ",
            "open",
            carrier.name(),
            scenario.kind().name(),
            scenario.regime().name(),
            String.valueOf(scenario.payloadBytes()),
            String.valueOf(scenario.together()),
            side,
            String.valueOf(descriptors.size()),
            text));
    for (int descriptor : descriptors) {
      child.give(descriptor);
    }
  }

  /// Runs one slice.
  Map<Measure, Double> run(Duration slice) throws IOException {
    far.tell("run " + slice.toNanos());
    near.tell("run " + slice.toNanos());
    String[] words = near.answer(far).split(" ");
    Map<Measure, Double> measured = new EnumMap<>(Measure.class);
    for (String word : Arrays.asList(words).subList(1, words.length)) {
      int equals = word.indexOf('=');
      measured.put(Measure.valueOf(word.substring(0, equals)), Double.valueOf(word.substring(equals + 1)));
    }
    return measured;
  }

  /// Takes the carrier away; another one can be opened then.
  void closeEnds() throws IOException {
    far.tell("close");
    String _ = far.answer();
    near.tell("close");
    String _ = near.answer();
  }

  @Override
  public void close() throws IOException {
    try {
      near.close();
    } finally {
      far.close();
      if (folder != null) {
        IoUtil.delete(folder, true);
      }
    }
  }

  private static Laid lay(Carrier carrier, Scenario scenario) throws IOException {
    if (scenario.kind() != Scenario.Kind.IDLE_PORTS) {
      return carrier.lay(scenario.oneWay(), scenario.payloadBytes());
    }
    List<Integer> near = new ArrayList<>();
    List<Integer> far = new ArrayList<>();
    for (int i = 0; i < IdlePorts.COUNT; i++) {
      Laid one = carrier.lay(false, 0);
      near.addAll(one.near());
      far.addAll(one.far());
    }
    return new Laid(near, far, "-");
  }
}
