package ringfence.host.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import ringfence.host.EasyWorkers;
import ringfence.host.ServicesManager;
import ringfence.host.json.Json;
import ringfence.host.state.KeptServices;
import ringfence.host.state.StateFolder;
import ringfence.sandbox.permission.ListenGrant;

/// A host with its API on a free port, and workers that cost nothing.
public final class ApiUnderTest implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  public final ServicesManager services = EasyWorkers.manager();
  public final KeptServices kept;
  public final ApiServer server;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private ApiUnderTest(ApiOptions options, Optional<StateFolder> folder) throws IOException {
    kept = new KeptServices(services, folder);
    server = ApiServer.open(options, kept);
  }

  public static ApiUnderTest open() throws IOException {
    return open(options -> options);
  }

  public static ApiUnderTest withToken(AccessToken token) throws IOException {
    return new ApiUnderTest(loopback(Optional.of(token)), Optional.empty());
  }

  static ApiUnderTest open(UnaryOperator<ApiOptions> change) throws IOException {
    return new ApiUnderTest(change.apply(loopback(Optional.empty())), Optional.empty());
  }

  static ApiOptions loopback(Optional<AccessToken> token) {
    return ApiOptions.at(new ListenGrant("127.0.0.1", 0), token);
  }

  /// An answer.
  record Answer(int status, String type, String body) {
    /// A field of its object.
    String field(String name) {
      try {
        return String.valueOf(Json.readObject(body).get(name));
      } catch (IOException e) {
        throw new AssertionError(body, e);
      }
    }

    Map<?, ?> object() {
      try {
        return Json.readObject(body);
      } catch (IOException e) {
        throw new AssertionError(body, e);
      }
    }
  }

  public String address() {
    return server.listening().toString();
  }

  Answer get(String path) {
    return send(request(path));
  }

  Answer post(String path, String body) {
    return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
  }

  Answer put(String path, String body) {
    return send(request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(body)));
  }

  Answer delete(String path) {
    return send(request(path).header("Content-Type", "application/json").DELETE());
  }

  /// Submits a service whose code is a comment.
  Answer submit(String name, String... imports) {
    String list = imports.length == 0 ? "" : "\"" + String.join("\",\"", imports) + "\"";
    return post("/api/services", "{\"name\":\"%s\",\"code\":\"// %s\",\"imports\":[%s]}".formatted(name, name, list));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + address() + path)).timeout(PATIENCE);
  }

  Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      return new Answer(
          response.statusCode(), response.headers().firstValue("Content-Type").orElse(""), response.body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// An answer whose body is still coming.
  HttpResponse<InputStream> open(String path, String... headers) {
    HttpRequest.Builder request = request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return http.send(request.build(), BodyHandlers.ofInputStream());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.listening().port());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  /// What comes back for bytes as they are, up to the end of the connection.
  String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      socket.getInputStream().transferTo(answer);
      return answer.toString(StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    server.stopAccepting();
    services.close();
    server.close();
    http.shutdownNow();
  }
}
