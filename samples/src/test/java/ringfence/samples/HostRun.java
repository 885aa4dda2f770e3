package ringfence.samples;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A `./ringfence host` on a free port, and requests to it.
///
/// @param command the host's process
/// @param address where it listens, as `HOST:PORT`
record HostRun(CommandRun command, String address) implements AutoCloseable {
  private static final Pattern ADDRESS = Pattern.compile("the host listens on http://([^ ;]+)");

  /// @param more options beside its address and its state
  static HostRun start(Path state, String... more) {
    CommandRun command =
        CommandRun.ringfence(
            Stream.concat(Stream.of("host", "--listen", "127.0.0.1:0", "--state", state.toString()), Stream.of(more)).toArray(String[]::new));
    command.awaitErr("the host listens on");
    Matcher matcher =
        command.err().stream().map(ADDRESS::matcher).filter(Matcher::find).findFirst().orElseThrow();
    return new HostRun(command, matcher.group(1));
  }

  String get(String path) {
    return http("GET", path, "");
  }

  String post(String path, String body) {
    return http("POST", path, body);
  }

  String call(String function, String arguments) {
    return post("/api/services/" + function.replace(".", "/call/"), arguments);
  }

  private String http(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, BodyHandlers.ofString()).body().strip();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    command.close();
  }
}
