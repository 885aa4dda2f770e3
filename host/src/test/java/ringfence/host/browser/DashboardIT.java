package ringfence.host.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.ServiceDefinition;
import ringfence.host.StartFailedException;
import ringfence.host.http.AccessToken;
import ringfence.host.http.ApiUnderTest;

/// The dashboard as a real browser shows it. Workers are cheap ones; all else is what users have.
class DashboardIT {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  /// Attack: runs where a page makes markup of it. The last part is for a page that makes an attribute or a script of it.
  private static final String MARKUP = "<img src=x onerror=document.body.dataset.owned=1>'\"</script><script>document.body.dataset.owned=2</script>";

  @TempDir private static Path profile = Path.of(".");
  private static Browser browser;

  private Page page;
  private ApiUnderTest api;

  @BeforeAll
  static void launch() throws IOException {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
    browser = Browser.launch(profile);
  }

  @AfterAll
  static void end() {
    Awaitility.reset();
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void open() throws IOException, InterruptedException {
    api = ApiUnderTest.open();
    page = browser.open();
    page.scheme("light");
    create("base", "print ready");
    create("counter", "print hello\ncalled base", "base");
    create("page", "// nothing", "counter");
  }

  @AfterEach
  void close() {
    page.close();
    api.close();
  }

  private void create(String name, String code, String... imports) {
    api.services.create(ServiceDefinition.named(name).code(code).imports(imports).build());
    api.services.start(name);
  }

  private void show() {
    page.go("http://" + api.address() + "/");
    page.awaitText("#rows tr", "base");
  }

  private static String row(String name) {
    return "#rows [data-key='" + name + "']";
  }

  @Test
  void showsAChangeOfStateByItselfAndComplainsOfNothing() {
    show();
    page.awaitText(row("page"), "running");
    page.awaitText(".node[data-key='page']", "running");
    page.awaitText("#chips", "3 running");

    page.value(
        "void (window.seen = new Promise((resolve) => new MutationObserver(() => {"
            + " if (document.querySelector(\"" + row("page") + "\").textContent.includes('closed')) resolve(performance.now()); })"
            + ".observe(document.getElementById('rows'), { subtree: true, childList: true, characterData: true })))");
    Object before = page.value("performance.now()");
    api.services.close("page");
    Object after = page.value("window.seen");

    // Polling alone is as slow as a second; the page is told. How much less it takes is this machine's matter.
    assertThat(((Number) after).doubleValue() - ((Number) before).doubleValue()).isLessThan(30_000);
    page.awaitText("#chips", "1 closed");
    page.awaitText("#said", "page closed");
    assertThat(page.complaints()).isEmpty();
    assertThat(page.requests()).isNotEmpty().allMatch(url -> url.startsWith("http://" + api.address() + "/"));
  }

  @Test
  void aButtonStartsAndClosesAService() {
    show();
    page.click(row("page") + " button");
    page.awaitText("#detail-title", "page");
    page.click("#close");
    page.awaitText("#detail-state", "closed");
    assertThat(api.services.status("page").state().word()).isEqualTo("closed");

    page.click("#start");
    page.awaitText("#detail-state", "running");
  }

  @Test
  void asksBeforeItClosesOthersTooAndNamesThemInOrder() {
    show();
    page.click(row("base") + " button");
    page.awaitText("#detail-title", "base");
    page.click("#close");
    page.await("document.getElementById('confirm').open");
    assertThat(page.value("[...document.querySelectorAll('#confirm-list li')].map((li) => li.textContent)"))
        .isEqualTo(List.of("page", "counter", "base"));
    page.click("#confirm-no");
    page.await("!document.getElementById('confirm').open");
    assertThat(api.services.statuses()).allMatch(status -> status.state().word().equals("running"));

    page.click("#close");
    page.await("document.getElementById('confirm').open");
    page.click("#confirm-yes");
    page.awaitText("#chips", "1 closed");
    // They return with it.
    page.awaitText("#chips", "2 waiting");
    page.awaitText(row("page"), "waits");
  }

  /// Attack: a service writes, throws and answers with markup, for whoever looks at it.
  @Test
  void markupOfAServiceIsShownAsText() {
    create("evil", "print " + MARKUP);
    show();
    page.click(row("evil") + " button");
    page.awaitText(".line .words", MARKUP);
    assertThat(page.value("document.querySelectorAll('.line img, .line script').length")).isEqualTo(0);

    // That the attack is one: the same text as markup, and the policy holds it off even then.
    assertThat(page.value("(() => { const box = document.createElement('div'); box.innerHTML = document.querySelector('.words').textContent;"
        + " document.body.append(box); return box.querySelectorAll('img').length; })()")).isEqualTo(1);
    page.await("document.querySelector('img[src=x]').complete");
    assertThat(page.value("document.body.dataset.owned ?? 'unharmed'")).isEqualTo("unharmed");
    assertThat(page.complaints()).as("the policy's own word about it").anyMatch(said -> said.contains("Content Security Policy"));
  }

  @Test
  void tellsWhyAServiceFailedAndWhatItThrew() {
    assertThatThrownBy(() -> create("broken", "throw 1")).isInstanceOf(StartFailedException.class);
    show();
    page.awaitText(row("broken"), "failed");
    page.click(row("broken") + " button");
    page.awaitText("#cause", "its code failed: Error: no (easy.js:1)");
    page.awaitText("#thrown-head", "ago: Error: no (easy.js:1)");
    page.click("#thrown-head");
    page.await("document.getElementById('thrown').open");
    assertThat(page.text("#thrown-stack")).contains("at easy.js:1:1");
    assertThat(page.text("#thrown-path")).isEqualTo("Path: page -> easy.f");
    assertThat(page.text("#log")).as("its log has the error too").contains("Uncaught Error: no", "path: page -> easy.f");
  }

  @Test
  void filtersLines() {
    create("talker", "print apple\nprint pear\nprint plum");
    show();
    page.click(row("talker") + " button");
    page.awaitText("#log-count", "3 lines");
    page.click("#log-find");
    page.type("PEAR");
    page.awaitText("#log-count", "1 of 3 lines");
    assertThat(page.text(".words")).isEqualTo("pear");
  }

  @Test
  void isUsedWithTheKeyboardAlone() {
    show();
    page.tabTo(row("page") + " button");
    page.press("Enter");
    page.awaitText("#detail-title", "page");
    page.tabTo("#close");
    page.press("Enter");
    page.awaitText("#detail-state", "closed");
    page.tabTo("#tab-logs");
    page.press("ArrowRight");
    page.press("ArrowRight");
    page.await("!document.getElementById('panel-walls').hidden && document.activeElement.id === 'tab-walls'");
    page.press("Escape");
    page.await("document.getElementById('detail').hidden");
    assertThat(page.value("document.activeElement.textContent")).isEqualTo("page");
  }

  @Test
  void saysWhatThingsAreToAScreenReader() {
    show();
    page.click(row("counter") + " button");
    page.awaitText("#detail-title", "counter");
    page.awaitText(".node[data-key='counter'] .sub", "running");

    assertThat(page.spoken())
        .contains(
            "heading: Services", "button: counter", "tab: Logs", "log: Lines", "searchbox: Show services whose name holds",
            "columnheader: Memory", "rowheader: page", "button: Hide the details")
        .anyMatch(node -> node.startsWith("button: base, running"))
        .noneMatch(node -> node.matches("(button|link|textbox|searchbox|combobox|checkbox): "));
  }

  @Test
  void fitsAPhone() {
    create("a-service-with-a-name-that-is-as-long-as-a-name-may-be-0123456", "print " + "x".repeat(300));
    page.size(360, 740, true);
    show();
    page.click("#rows tr button");
    page.awaitText("#log-count", "1 lines");
    for (String tab : List.of("logs", "links", "walls")) {
      page.click("#tab-" + tab);
      assertThat(page.value("document.documentElement.scrollWidth")).as(tab).isEqualTo(360);
    }
  }

  @Test
  void asksForTheTokenAndKeepsItToItself() throws IOException, InterruptedException {
    try (ApiUnderTest guarded = ApiUnderTest.withToken(AccessToken.of(TOKEN));
        Page other = browser.open()) {
      guarded.services.create(ServiceDefinition.named("secret").code("// nothing").build());
      other.go("http://" + guarded.address() + "/");
      other.await("document.getElementById('login').open");
      assertThat(other.text("#rows")).isEmpty();
      other.type("f".repeat(32));
      other.press("Enter");
      other.awaitText("#login-wrong", "not the token");
      other.type(TOKEN);
      other.press("Enter");
      other.awaitText("#rows tr", "secret");
      assertThat(other.requests()).noneMatch(url -> url.contains(TOKEN));
      assertThat(other.value("document.cookie + Object.keys(localStorage)")).isEqualTo("");
    }
  }
}
