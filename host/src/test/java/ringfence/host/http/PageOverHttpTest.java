package ringfence.host.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What of the dashboard can be judged without a browser, so that it is wherever there is none.
class PageOverHttpTest {
  private static final Pattern REFERENCE = Pattern.compile("(?:src|href)=\"([^\"#]+)\"|from \"\\./([^\"]+)\"");

  /// What would make markup or code of a text, or show a token to a server.
  private static final Pattern DANGEROUS =
      Pattern.compile(
          "innerHTML|outerHTML|insertAdjacentHTML|document\\.write|\\beval\\b|new Function|setTimeout\\(\"|srcdoc|DOMParser"
              + "|createContextualFragment|localStorage|document\\.cookie|https?://(?!www\\.w3\\.org/)|\\bstyle=|<style|\\son[a-z]+=\"");

  private static List<String> files(ApiUnderTest api) {
    return api.server.routes().stream()
        .map(Routes.Route::pattern)
        .filter(path -> path.equals("/") || path.startsWith("/page/"))
        .toList();
  }

  @Test
  void everyFileIsServedUnderAPolicyThatLetsNothingElseIn() throws IOException {
    try (ApiUnderTest api = ApiUnderTest.withToken(AccessToken.of("0123456789abcdef0123456789abcdef"))) {
      assertThat(files(api)).hasSizeGreaterThan(5);
      for (String file : files(api)) {
        HttpResponse<?> answer = api.open(file);
        assertThat(answer.statusCode()).as(file).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Security-Policy"))
            .hasValueSatisfying(
                policy ->
                    assertThat(policy)
                        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'none'")
                        .doesNotContain("unsafe", "*", "data:"));
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
            .startsWith(file.endsWith(".js") ? "text/javascript" : file.endsWith(".css") ? "text/css" : file.endsWith(".svg") ? "image/svg" : "text/html");
      }
      // The page may come without the token; what it is about does not.
      assertThat(api.get("/api/watch").status()).isEqualTo(401);
      assertThat(api.get("/metrics").status()).isEqualTo(401);
    }
  }

  @Test
  void itsFilesReferToEachOtherAlone() throws IOException {
    try (ApiUnderTest api = ApiUnderTest.open()) {
      List<String> files = files(api);
      for (String file : files) {
        List<String> references =
            REFERENCE.matcher(api.get(file).body()).results().map(PageOverHttpTest::target).toList();
        assertThat(references).as(file).allMatch(files::contains);
      }
      assertThat(REFERENCE.matcher(api.get("/").body()).results()).hasSizeGreaterThan(2);
    }
  }

  private static String target(MatchResult found) {
    return found.group(1) == null ? "/page/" + found.group(2) : found.group(1);
  }

  @Test
  void noFileMakesMarkupOrCodeOfText() throws IOException {
    try (ApiUnderTest api = ApiUnderTest.open()) {
      for (String file : files(api)) {
        assertThat(DANGEROUS.matcher(api.get(file).body()).results().map(MatchResult::group)).as(file).isEmpty();
      }
      // So that the pattern itself can fail.
      assertThat(Stream.of("a.innerHTML = b", "<p onclick=\"x\">", "fetch('http://elsewhere')")).allMatch(text -> DANGEROUS.matcher(text).find());
    }
  }
}
