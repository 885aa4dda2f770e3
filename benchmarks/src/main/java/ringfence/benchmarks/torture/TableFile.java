package ringfence.benchmarks.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file with a table for each ordeal: each has its place between two lines that name it, or gets one at the end.
record TableFile(Path file) {
  static String begin(String ordeal) {
    return "<!-- torture: " + ordeal + " begins -->\n";
  }

  static String end(String ordeal) {
    return "<!-- torture: " + ordeal + " ends -->\n";
  }

  /// Writes one table, and leaves all else as it is.
  void write(String ordeal, String table) throws IOException {
    String before = Files.exists(file) ? Files.readString(file) : "";
    int begin = before.indexOf(begin(ordeal));
    int end = before.indexOf(end(ordeal), Math.max(0, begin));
    String head = begin < 0 || end < 0 ? before : before.substring(0, begin);
    String tail = begin < 0 || end < 0 ? "" : before.substring(end + end(ordeal).length());
    Files.writeString(file, head + begin(ordeal) + "\n" + table + "\n" + end(ordeal) + tail);
  }
}
