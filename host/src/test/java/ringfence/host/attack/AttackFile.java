package ringfence.host.attack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// One file of `src/test/resources/attack`; its README says what stands in it.
///
/// @param code what stands before the first section
/// @param sections by their names: the bombs, or else further modules of the service
record AttackFile(String name, Map<String, String> header, String code, Map<String, String> sections) {
  private static final Path FOLDER = Path.of("src/test/resources/attack");
  private static final String BOMB = "bomb-";
  private static final String SECTION = "//# ";

  static List<AttackFile> all() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      List<AttackFile> all = new ArrayList<>();
      for (Path file : files.filter(f -> f.toString().endsWith(".js")).sorted().toList()) {
        all.add(read(file));
      }
      return all;
    }
  }

  private static AttackFile read(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    Map<String, String> header = new LinkedHashMap<>();
    for (String line : text.lines().takeWhile(line -> line.startsWith("// ")).toList()) {
      int colon = line.indexOf(": ");
      header.put(line.substring("// ".length(), colon), line.substring(colon + 2));
    }
    List<String> parts = List.of(text.split("(?m)^(?=" + SECTION + ")"));
    Map<String, String> sections = new LinkedHashMap<>();
    for (String section : parts.subList(1, parts.size())) {
      int end = section.indexOf('\n');
      sections.put(section.substring(SECTION.length(), end), section.substring(end + 1));
    }
    String name = String.valueOf(file.getFileName()).replace(".js", "");
    AttackFile read = new AttackFile(name, header, parts.getFirst(), sections);
    for (String key : List.of("area", "goal", "grants", "without")) {
      read.line(key);
    }
    return read;
  }

  String line(String key) {
    String value = header.get(key);
    if (value == null) {
      throw new IllegalStateException("attack/" + name + ".js lacks a line // " + key + ": ...");
    }
    return value;
  }

  String beside() {
    return header.getOrDefault("beside", "{}");
  }

  boolean isBomb() {
    return name.startsWith(BOMB);
  }

  /// Without its wall it runs in a bare engine.
  boolean againstTheEngine() {
    return line("without").equals("engine");
  }

  /// The modules that the service has beside its entry, by name.
  Map<String, String> modules() {
    return isBomb() ? Map.of() : sections;
  }

  /// The bombs of a file, by name.
  Map<String, String> bombs() {
    return isBomb() ? sections : Map.of();
  }
}
