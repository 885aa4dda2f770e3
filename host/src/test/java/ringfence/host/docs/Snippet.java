package ringfence.host.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A fenced block of a page.
///
/// @param page its file, relative to the project
/// @param line of its first fence, from 1
/// @param language behind the fence
/// @param notRun why it is not run, from the comment above it; empty if it is
record Snippet(String page, int line, String language, String text, String notRun) {
  static final Path HOME = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern FENCE =
      Pattern.compile("(?m)(?:^<!-- not run: (?<reason>[^>]+) -->\\n)?^```(?<language>\\w*)\\n(?<text>(?s:.*?))^```$");

  /// What a comment says that a line prints.
  private static final Pattern PRINTS = Pattern.compile("prints: ([^\\n]+)");

  /// The README, and the pages under `docs`.
  static List<String> pages() {
    try (Stream<Path> docs = Files.list(HOME.resolve("docs"))) {
      List<String> pages = new ArrayList<>(List.of("README.md", "SECURITY.md"));
      docs.map(page -> HOME.relativize(page).toString()).filter(page -> page.endsWith(".md")).sorted().forEach(pages::add);
      return pages;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All blocks of a page, in order.
  static List<Snippet> of(String page) {
    String text;
    try {
      text = Files.readString(HOME.resolve(page));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<Snippet> all = new ArrayList<>();
    Matcher matcher = FENCE.matcher(text);
    while (matcher.find()) {
      int line = 1 + (int) text.substring(0, matcher.start("text")).lines().count() - 1;
      String reason = matcher.group("reason");
      all.add(new Snippet(page, line, matcher.group("language"), matcher.group("text"), reason == null ? "" : reason));
    }
    return all;
  }

  /// All blocks of a language that are run.
  static Stream<Snippet> in(String language) {
    return pages().stream()
        .flatMap(page -> of(page).stream())
        .filter(snippet -> snippet.language.equals(language) && snippet.notRun.isEmpty());
  }

  /// The lines that it says it prints.
  List<String> prints() {
    return PRINTS.matcher(text).results().map((MatchResult found) -> found.group(1).strip()).toList();
  }

  @Override
  public String toString() {
    return page + ":" + line + " " + language;
  }
}
