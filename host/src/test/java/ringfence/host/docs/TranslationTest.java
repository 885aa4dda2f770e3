package ringfence.host.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Holds the Chinese README to the English one: what is not prose is the same, and in the same order.
class TranslationTest {
  private static final Pattern LINK = Pattern.compile("]\\(([^)]+)\\)");
  private static final Pattern WORD = Pattern.compile("`([^`\\n]+)`");
  private static final List<String> VERDICTS = List.of("yes", "in part", "no");
  private static final List<String> TRANSLATED = List.of("是", "部分", "否");

  private static String english() throws IOException {
    return Files.readString(Snippet.HOME.resolve("README.md"));
  }

  private static String chinese() throws IOException {
    return Files.readString(Snippet.HOME.resolve("README.zh-CN.md"));
  }

  /// Without the blocks.
  private static String prose(String page) {
    return page.replaceAll("(?ms)^```.*?^```$", "");
  }

  private static List<String> all(Pattern pattern, String text) {
    return pattern.matcher(text).results().map((MatchResult found) -> found.group(1)).sorted().distinct().toList();
  }

  @Test
  void showsTheSameBlocks() {
    List<Snippet> english = Snippet.of("README.md");
    assertThat(english).hasSizeGreaterThan(8);
    assertThat(Snippet.of("README.zh-CN.md").stream().map(Snippet::text)).containsExactlyElementsOf(english.stream().map(Snippet::text).toList());
  }

  @Test
  void hasTheSameHeadingsLinksAndWordsOfCode() throws IOException {
    String english = prose(english());
    String chinese = prose(chinese());
    Pattern level = Pattern.compile("(?m)^(#+) ");
    assertThat(level.matcher(chinese).results().map(MatchResult::group))
        .containsExactlyElementsOf(level.matcher(english).results().map(MatchResult::group).toList());
    assertThat(all(LINK, chinese.replace("(README.md)", "(README.zh-CN.md)"))).isEqualTo(all(LINK, english));
    assertThat(all(WORD, chinese)).isEqualTo(all(WORD, english));
  }

  @Test
  void givesTheSameVerdictsOfThePeers() throws IOException {
    List<String> english = english().lines().filter(line -> line.startsWith("| ")).toList();
    List<String> chinese = chinese().lines().filter(line -> line.startsWith("| ")).toList();
    assertThat(chinese).hasSameSizeAs(english);
    int verdicts = 0;
    for (int i = 0; i < english.size(); i++) {
      String[] said = english.get(i).split(" \\| ", -1);
      String[] translated = chinese.get(i).split(" \\| ", -1);
      assertThat(translated).as(chinese.get(i)).hasSameSizeAs(said);
      for (int j = 1; j < said.length; j++) {
        String verdict = said[j].replaceAll(" \\[\\d]| \\|$", "");
        int known = VERDICTS.indexOf(verdict);
        if (known >= 0) {
          verdicts++;
          assertThat(translated[j].replaceAll(" \\|$", "")).as(chinese.get(i)).isEqualTo(said[j].replaceAll(" \\|$", "").replace(verdict, TRANSLATED.get(known)));
        }
      }
    }
    assertThat(verdicts).isGreaterThan(100);
  }

  /// What a page links to in the project is there.
  @Test
  void linksLeadSomewhere() throws IOException {
    List<String> pages = new ArrayList<>(Snippet.pages());
    pages.add("README.zh-CN.md");
    for (String page : pages) {
      String text = Files.readString(Snippet.HOME.resolve(page));
      for (String link : all(LINK, text)) {
        if (!link.startsWith("http") && !link.startsWith("#")) {
          assertThat(Snippet.HOME.resolve(page).resolveSibling(link.replaceFirst("#.*", ""))).as(page + " links to " + link).exists();
        }
      }
    }
  }
}
