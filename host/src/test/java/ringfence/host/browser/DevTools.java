package ringfence.host.browser;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import ringfence.host.json.Json;

/// A client of the Chrome DevTools protocol: commands with their results, and all events that have come. Thread-safe.
///
/// @see "https://chromedevtools.github.io/devtools-protocol/"
public final class DevTools implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<Map<?, ?>>> waiting = new ConcurrentHashMap<>();
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private final HttpClient http;
  private final WebSocket socket;

  /// What the other side told by itself.
  public record Event(String method, Map<?, ?> params) {}

  private DevTools(HttpClient http, URI address) {
    this.http = http;
    this.socket = http.newWebSocketBuilder().buildAsync(address, new Listener()).join();
  }

  /// Connects to one target, such as `ws://127.0.0.1:9222/devtools/page/...`.
  public static DevTools connect(URI address) {
    return new DevTools(HttpClient.newHttpClient(), address);
  }

  /// Sends a command and waits for its result.
  ///
  /// @param params names and values, one after the other
  public Map<?, ?> send(String method, Object... params) {
    int id = lastId.incrementAndGet();
    CompletableFuture<Map<?, ?>> result = new CompletableFuture<>();
    waiting.put(id, result);
    String message =
        Json.line(
            json -> {
              json.writeNumberField("id", id);
              json.writeStringField("method", method);
              json.writeObjectFieldStart("params");
              for (int i = 0; i < params.length; i += 2) {
                json.writeFieldName(String.valueOf(params[i]));
                write(json, params[i + 1]);
              }
              json.writeEndObject();
            });
    synchronized (socket) {
      WebSocket _ = socket.sendText(message, true).join();
    }
    try {
      return result.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException e) {
      throw new AssertionError(method + ": " + e.getCause(), e);
    }
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    switch (value) {
      case Boolean flag -> json.writeBoolean(flag);
      case Integer number -> json.writeNumber(number);
      case Double number -> json.writeNumber(number);
      case List<?> list -> {
        json.writeStartArray();
        for (Object each : list) {
          write(json, each);
        }
        json.writeEndArray();
      }
      case Map<?, ?> object -> {
        json.writeStartObject();
        for (Map.Entry<?, ?> field : object.entrySet()) {
          json.writeFieldName(String.valueOf(field.getKey()));
          write(json, field.getValue());
        }
        json.writeEndObject();
      }
      default -> json.writeString(value.toString());
    }
  }

  /// The events of one kind that have come so far.
  public List<Map<?, ?>> events(String method) {
    return events.stream().filter(event -> event.method().equals(method)).<Map<?, ?>>map(Event::params).toList();
  }

  /// A part of an answer, by its path.
  public static @Nullable Object at(Map<?, ?> object, String... path) {
    Object found = object;
    for (String name : path) {
      found = found instanceof Map<?, ?> next ? next.get(name) : null;
    }
    return found;
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
  }

  private void take(String text) {
    Map<?, ?> message;
    try {
      message = Json.readObject(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
    if (message.get("id") instanceof Integer id) {
      CompletableFuture<Map<?, ?>> result = waiting.remove(id);
      if (result != null && message.get("result") instanceof Map<?, ?> fine) {
        result.complete(fine);
      } else if (result != null) {
        result.completeExceptionally(new IOException(String.valueOf(message.get("error"))));
      }
    } else if (message.get("params") instanceof Map<?, ?> params) {
      events.add(new Event(String.valueOf(message.get("method")), params));
    }
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder parts = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      parts.append(data);
      if (last) {
        String whole = parts.toString();
        parts.setLength(0);
        take(whole);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      fail(new IOException("closed: " + status + " " + reason));
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      fail(error);
    }

    private void fail(Throwable error) {
      waiting.values().forEach(result -> result.completeExceptionally(error));
    }
  }
}
