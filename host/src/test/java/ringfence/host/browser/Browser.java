package ringfence.host.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import ringfence.host.json.Json;

/// A Chromium without a window, in a profile of its own that is new and empty.
public final class Browser implements AutoCloseable {
  private static final Pattern LISTENS = Pattern.compile("DevTools listening on (ws://([^/]+)/\\S+)");

  private final Process process;
  private final String address;
  private final HttpClient http = HttpClient.newHttpClient();

  private Browser(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /// Starts it, or skips the test with the reason where this machine has none.
  ///
  /// @param profile an empty folder
  public static Browser launch(Path profile) throws IOException {
    Optional<Path> program =
        Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(program.isPresent(), "no Chromium here, so nothing shows the page; Debian: apt-get install chromium");
    List<String> command = new ArrayList<>();
    command.add(program.orElseThrow().toString());
    command.addAll(
        List.of(
            "--headless=new",
            "--remote-debugging-port=0",
            "--user-data-dir=" + profile,
            // Its own sandbox needs another user than root; the page that it shows is ours.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--disable-extensions",
            "--no-first-run",
            "--hide-scrollbars",
            "--force-color-profile=srgb",
            "about:blank"));
    Process process = new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    return new Browser(process, address(process));
  }

  private static String address(Process process) throws IOException {
    StringBuilder said = new StringBuilder();
    BufferedReader errors = process.errorReader(StandardCharsets.UTF_8);
    for (String line = errors.readLine(); line != null; line = errors.readLine()) {
      said.append(line).append('\n');
      Matcher listens = LISTENS.matcher(line);
      if (listens.find()) {
        Thread.ofVirtual().start(() -> errors.lines().forEach(_ -> {}));
        return listens.group(2);
      }
    }
    throw new IOException("Chromium did not come up: " + said);
  }

  /// Opens a tab.
  public Page open() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + "/json/new?about:blank"))
            .PUT(BodyPublishers.noBody())
            .build();
    String target = http.send(request, BodyHandlers.ofString()).body();
    return new Page(DevTools.connect(URI.create(String.valueOf(Json.readObject(target).get("webSocketDebuggerUrl")))));
  }

  @Override
  public void close() {
    http.shutdownNow();
    List<ProcessHandle> all = process.descendants().toList();
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    all.forEach(ProcessHandle::destroyForcibly);
  }
}
