package ringfence.benchmarks.torture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file that a table is written to: between the two lines that mark its place, if the file has them, else all of it.
record TableFile(Path file) {
  static final String BEGIN = "<!-- torture: the table begins -->\n";
  static final String END = "<!-- torture: the table ends -->\n";

  void write(String table) throws IOException {
    String before = Files.exists(file) ? Files.readString(file) : "";
    int begin = before.indexOf(BEGIN);
    int end = before.indexOf(END, Math.max(0, begin));
    if (begin < 0 || end < 0) {
      Files.writeString(file, table);
    } else {
      Files.writeString(file, before.substring(0, begin) + BEGIN + "\n" + table + "\n" + before.substring(end));
    }
  }
}
