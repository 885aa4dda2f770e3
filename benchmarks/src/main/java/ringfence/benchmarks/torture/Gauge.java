package ringfence.benchmarks.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// What a process has, over time.
final class Gauge {
  /// @param seconds since the first sample
  private record Sample(double seconds, List<Double> values) {}

  private static final List<String> NAMES = List.of("MiB of memory", "descriptors", "threads", "mappings");

  /// The beginning is warm-up.
  private static final double LEFT_OUT = 1.0 / 3;

  private final Path process;
  private final List<Sample> samples = new ArrayList<>();
  private final long begin = System.nanoTime();

  Gauge(long pid) {
    process = Path.of("/proc/" + pid);
  }

  void look() throws IOException {
    List<Double> values =
        List.of(
            residentBytes() / (double) (1 << 20),
            (double) count(process.resolve("fd")),
            (double) count(process.resolve("task")),
            (double) lines(process.resolve("maps")));
    samples.add(new Sample((System.nanoTime() - begin) / 1e9, values));
  }

  long residentBytes() throws IOException {
    try (Stream<String> status = Files.lines(process.resolve("status"))) {
      return status
              .filter(line -> line.startsWith("VmRSS:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0)
          << 10;
    }
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.count();
    }
  }

  private static long lines(Path file) throws IOException {
    try (Stream<String> all = Files.lines(file)) {
      return all.count();
    } catch (UncheckedIOException e) {
      throw new IOException(e);
    }
  }

  /// Tells the slope of each over the run but for its beginning, by least squares.
  ///
  /// @param who for the words
  String slopes(String who) {
    List<Sample> counted = samples.subList((int) (samples.size() * LEFT_OUT), samples.size());
    List<String> words = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      int which = i;
      words.add(
          String.format(
              Locale.ROOT, "%s %+.2f a minute, %.0f in the end", NAMES.get(i), 60 * slope(counted, which), counted.getLast().values().get(i)));
    }
    return who + ": " + String.join("; ", words);
  }

  private static double slope(List<Sample> samples, int which) {
    double meanX = samples.stream().mapToDouble(Sample::seconds).average().orElse(0);
    double meanY = samples.stream().mapToDouble(sample -> sample.values().get(which)).average().orElse(0);
    double above = 0;
    double below = 0;
    for (Sample sample : samples) {
      above += (sample.seconds() - meanX) * (sample.values().get(which) - meanY);
      below += (sample.seconds() - meanX) * (sample.seconds() - meanX);
    }
    return below == 0 ? 0 : above / below;
  }
}
