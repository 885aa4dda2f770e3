package ringfence.host.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ringfence.host.HostOptions;
import ringfence.host.ServiceCallException;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServicesManager;
import ringfence.host.http.ApiOptions;
import ringfence.host.http.ApiServer;
import ringfence.host.lifecycle.RestartPolicy;
import ringfence.host.manifest.Manifest;
import ringfence.host.state.KeptServices;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.value.ServiceValue;

/// The pictures of the dashboard in the documents, of real services that have something to do.
///
/// `mvn -pl host -am verify -Dit.test=DashboardPicturesIT -Dtests.excluded= -Dringfence.pictures=docs/images`
@Tag("long")
class DashboardPicturesIT {
  private static final Path FOLDER = Path.of(System.getProperty("ringfence.pictures", "target/pictures")).toAbsolutePath();

  @TempDir private Path profile = Path.of(".");

  private Browser browser;
  private ServicesManager services;
  private ApiServer api;
  private Page page;

  private static ServiceDefinition.Builder service(String name, String code, String... imports) {
    return ServiceDefinition.named(name).code(code).imports(imports);
  }

  private static void create(ServicesManager services) {
    services.create(
        List.of(
            service("stock", "export function take(n) { if (n % 23 === 0) throw new RangeError('item ' + n + ' is sold out'); return n; }").build(),
            service("prices", "let hits = 0; export function of(n) { for (let i = 0; i < 2000; i++) hits += i % 7; return 100 + n % 9; }").build(),
            service(
                    "ledger",
                    """
                    import { appendFile } from "node:fs/promises";
                    let sum = 0;
                    setInterval(() => appendFile("/var/lib/shop/ledger.csv", sum + "\\n").catch((e) => console.error(e.message)), 3000);
                    export function book(cents) { sum += cents; service.emit("booked", sum); return sum; }
                    """)
                .build(),
            service(
                    "orders",
                    """
                    import stock from "service:stock";
                    import prices from "service:prices";
                    import ledger from "service:ledger";
                    let orders = 0;
                    export async function place(n) {
                      await stock.take(n);
                      const cents = await prices.of(n);
                      await ledger.book(cents);
                      if (++orders % 40 === 0) console.info("order", orders, "of item", n, "for", cents, "cents");
                      return cents;
                    }
                    """,
                    "stock", "prices", "ledger")
                .build(),
            service(
                    "front",
                    """
                    import orders from "service:orders";
                    import prices from "service:prices";
                    let n = 0;
                    setInterval(() => orders.place(++n).catch((e) => console.warn(e.name + ": " + e.message)), 15);
                    setInterval(() => prices.of(n), 40);
                    """,
                    "orders", "prices")
                .build(),
            service("report", "import ledger from 'service:ledger'; let last = 0; ledger.on('booked', (n) => last = n);"
                + " setInterval(() => console.log('booked so far: ' + (last / 100).toFixed(2)), 1000);", "ledger").build(),
            service("mailer", "throw new Error('no mail server is configured; set SMTP_HOST')")
                .restart(RestartPolicy.NEVER).build(),
            service("importer", "// waits to be started").build()));
    for (String name : List.of("front", "report")) {
      services.start(name);
    }
    try {
      services.start("mailer");
    } catch (RuntimeException _) {
      // It is to have failed.
    }
  }

  @BeforeEach
  void open() throws IOException, InterruptedException {
    Path _ = Files.createDirectories(FOLDER);
    browser = Browser.launch(profile);
    services = ServicesManager.open(HostOptions.defaults());
    api =
        ApiServer.open(
            ApiOptions.at(new ListenGrant("127.0.0.1", 0), Optional.empty()), new KeptServices(services, Optional.empty()));
    page = browser.open();
    page.scheme("light");
  }

  @AfterEach
  void close() throws IOException {
    try (Browser _ = browser;
        ServicesManager _ = services;
        ApiServer _ = api;
        Page last = page) {
      assertThat(last.complaints()).isEmpty();
    }
  }

  @Test
  void takesPictures() throws Exception {
    create(services);
    page.size(1100, 720, false);
    page.go("http://" + api.listening() + "/");
    page.await("document.querySelectorAll('#denials li').length > 0");
    // For charts with a line in them.
    page.value("new Promise((resolve) => setTimeout(resolve, 25000))");
    take(page, "dashboard-light");
    page.size(980, 600, false);
    page.click("[data-key='orders'] button");
    page.await("document.querySelectorAll('.line').length > 3");
    page.value("document.getElementById('detail').scrollIntoView({ behavior: 'instant' })");
    take(page, "dashboard-service");
    page.scheme("dark");
    page.click("#tab-links");
    take(page, "dashboard-links");
    page.click("#tab-walls");
    take(page, "dashboard-walls");
    page.click("#close");
    page.await("document.getElementById('confirm').open");
    take(page, "dashboard-close");
    page.click("#confirm-no");
    page.click("#leave");
    page.size(1100, 720, false);
    page.value("scrollTo(0, 0)");
    take(page, "dashboard-dark");
    page.size(360, 740, true);
    take(page, "dashboard-phone");
    page.click("[data-key='front'] button");
    page.value("document.getElementById('detail').scrollIntoView({ behavior: 'instant' })");
    take(page, "dashboard-phone-service");
  }

  /// The services of `samples/misbehaving`, for `docs/diagnosing.md`.
  @Test
  void takesPicturesOfWhatMisbehaves() throws Exception {
    services.create(Manifest.read(Path.of("..", "samples", "misbehaving")).services());
    services.startAll();
    page.size(980, 430, false);
    page.go("http://" + api.listening() + "/");
    try (ServiceClient client = services.connect("shop", "cache", "report", "mailer", "sensor").within(Duration.ofMinutes(2))) {
      misbehave(page, client);
    }
  }

  private static void misbehave(Page page, ServiceClient client) throws Exception {
    for (int i = 0; i < 3; i++) {
      ServiceValue _ = client.call("mailer", "send", "ada");
    }
    for (int i = 0; i < 30; i++) {
      ServiceValue _ = client.call("shop", "order", "jam");
      page.value("new Promise((resolve) => setTimeout(resolve, 300))");
    }
    look(page, "shop");
    page.click("#thrown-head");
    page.size(980, 640, false);
    take(page, "diagnosing-throws");
    page.size(980, 430, false);
    ServiceValue _ = client.call("cache", "warm", 15, 50_000);
    look(page, "cache");
    page.value(
        "new Promise((resolve) => { const timer = setInterval(() => parseFloat(document.querySelector('[data-key=heap] b').textContent) > 26"
            + " && (clearInterval(timer), resolve()), 100); })");
    take(page, "diagnosing-leaks");
    assertThatThrownBy(() -> client.call("report", "sum", 7)).isInstanceOf(ServiceCallException.class);
    look(page, "report");
    page.awaitText("#cause", "limits.turn");
    take(page, "diagnosing-spins");
    for (int i = 0; i < 8; i++) {
      ServiceValue _ = client.call("sensor", "measure", 4000, true);
    }
    look(page, "sensor");
    page.await("document.querySelectorAll('.line').length > 3");
    take(page, "diagnosing-floods");
    look(page, "display");
    page.click("#tab-links");
    page.awaitText("#panel-links", "sensor");
    ServiceValue _ = client.call("sensor", "measure", 4000);
    page.await("document.querySelector('[data-key=lost].bad')");
    take(page, "diagnosing-loses");
    page.click("#leave");
    page.size(980, 300, false);
    page.value("document.querySelector('.denials').scrollIntoView({ behavior: 'instant' })");
    take(page, "diagnosing-denied");
  }

  private static void look(Page page, String service) {
    page.value("location.hash === '#" + service + "' || document.querySelector(\"#rows [data-key='" + service + "'] button\").click()");
    page.awaitText("#detail-title", service);
    page.value("document.getElementById('detail').scrollIntoView({ behavior: 'instant' })");
  }

  private static void take(Page page, String name) throws IOException {
    page.value("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 600)))");
    Path file = FOLDER.resolve(name + ".png");
    page.picture(file);
    System.out.println(file + " " + Files.size(file) + " bytes");
  }
}
