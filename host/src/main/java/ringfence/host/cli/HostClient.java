package ringfence.host.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import ringfence.host.json.Json;

/// A running host, over HTTP. Commands block until the host answers.
final class HostClient implements AutoCloseable {
  private static final Duration CONNECT_TIME = Duration.ofSeconds(10);
  private static final int LONGEST_OTHER = 200;

  private final URI base;
  private final Optional<String> token;
  private final Terminal terminal;
  private final HttpClient http;

  /// @param base such as `http://127.0.0.1:7600`
  /// @param terminal is told that a host takes its time
  HostClient(URI base, Optional<String> token, Terminal terminal) {
    this.base = base;
    this.token = token;
    this.terminal = terminal;
    // One that stays on HTTP/1.1 does not ask for an upgrade.
    HttpClient.Builder client =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIME);
    if (!"https".equals(base.getScheme())) {
      client.sslContext(trustingNobody());
    }
    this.http = client.build();
  }

  /// For what is not encrypted. The default would read all certificates that the machine trusts, which takes longer than
  /// most requests.
  private static SSLContext trustingNobody() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(new KeyManager[0], new TrustManager[0], null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The path of a service, with what follows it.
  static String service(String name, String rest) {
    return "/api/services/" + encoded(name) + rest;
  }

  static String encoded(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /// Asks, and waits for the whole answer.
  ///
  /// @param body JSON; null for none
  /// @throws HostException if the host refuses, or none answers
  String send(String method, String path, @Nullable String body) {
    try (InputStream in = open(method, path, body, "application/json").body()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw cutOff(e);
    }
  }

  /// The names of all services that the host has.
  List<String> serviceNames() {
    String answer = send("GET", "/api/services", null);
    return HostOption.read(answer, Json::readObject).get("services") instanceof List<?> services
        ? services.stream().map(service -> String.valueOf(((Map<?, ?>) service).get("name"))).toList()
        : List.of();
  }

  /// An answer line by line, as it comes.
  ///
  /// @param type of content that is asked for
  /// @param lines told each; false ends it
  void lines(String method, String path, @Nullable String body, String type, Predicate<String> lines) {
    HttpResponse<InputStream> response = open(method, path, body, type);
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null && lines.test(line); line = reader.readLine()) {
        // The test is what is done with it.
      }
    } catch (IOException e) {
      throw cutOff(e);
    }
  }

  static String type(HttpResponse<?> response) {
    return response.headers().firstValue("Content-Type").orElse("");
  }

  /// Asks, and gives the answer as it begins.
  ///
  /// @return its body must be closed
  /// @throws HostException if the host refuses, or none answers
  HttpResponse<InputStream> open(String method, String path, @Nullable String body, String type) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .header("Accept", type)
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!method.equals("GET")) {
      request.header("Content-Type", "application/json");
    }
    token.ifPresent(value -> request.header("Authorization", "Bearer " + value));
    HttpResponse<InputStream> response;
    try (Terminal.Waiting _ = terminal.waiting("waiting for the host at " + base.getRawAuthority())) {
      response = http.send(request.build(), BodyHandlers.ofInputStream());
    } catch (ConnectException | HttpTimeoutException e) {
      throw HostException.unavailable(
          "no host answers at " + base.getRawAuthority() + "; start one with: ringfence host" + listen());
    } catch (IOException e) {
      throw cutOff(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw HostException.unavailable("interrupted while waiting for " + base.getRawAuthority());
    }
    if (response.statusCode() / 100 != 2) {
      throw refusal(response);
    }
    return response;
  }

  private String listen() {
    return base.getRawAuthority().equals(HostOption.DEFAULT) ? "" : " --listen " + base.getRawAuthority();
  }

  private HostException cutOff(IOException e) {
    return HostException.unavailable(
        "the connection to " + base.getRawAuthority() + " broke: " + (e.getMessage() == null ? e : e.getMessage()));
  }

  private HostException refusal(HttpResponse<InputStream> response) {
    String text;
    try (InputStream in = response.body()) {
      text = new String(in.readNBytes(1 << 20), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return cutOff(e);
    }
    if (type(response).startsWith("application/problem+json")) {
      try {
        return HostException.refused(Json.readObject(text), text);
      } catch (IOException _) {
        // Then it is none.
      }
    }
    return HostException.unavailable(
        "what answers at %s is no Ringfence host: HTTP %d %s"
            .formatted(
                base.getRawAuthority(),
                response.statusCode(),
                text.length() > LONGEST_OTHER ? text.substring(0, LONGEST_OTHER) : text));
  }

  /// Ends at once; what is under way is cut off.
  @Override
  public void close() {
    http.shutdownNow();
  }
}
