package ringfence.host.broker;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import ringfence.host.trace.Tracing;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.permission.HostGrant;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.permission.NetworkAccess;
import ringfence.sandbox.permission.Permissions;
import ringfence.sandbox.protocol.HttpHeader;
import ringfence.sandbox.protocol.NetworkRequest;
import ringfence.sandbox.protocol.ServiceName;

/// The network broker of one run; the test is its worker, which may be hostile.
final class NetworkUnderTest implements Answers, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 30;

  private final AtomicLong ids = new AtomicLong();
  private final Map<Long, CompletableFuture<Answer>> open = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Handles handles;
  private final NetworkBroker broker;

  /// What a call led to.
  sealed interface Answer {
    // Never compared.
    @SuppressWarnings("ArrayRecordComponent")
    record Reply(byte[] value) implements Answer {
      int number() {
        return ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt();
      }

      String text() {
        return new String(value, StandardCharsets.UTF_8);
      }

      JsonNode json() {
        try {
          return JSON.readTree(value);
        } catch (IOException e) {
          throw new AssertionError(text(), e);
        }
      }
    }

    record Failed(String name, String code, String message) implements Answer {}

    record Refused(Decision.Denied denied) implements Answer {}
  }

  /// A whole exchange.
  record Fetched(int status, Map<String, String> headers, String body) {}

  NetworkUnderTest(NetworkSetup setup, Limits limits, String... grants) {
    this(setup, limits, AuditLog.none(InstantSource.system()), List.of(grants), List.of());
  }

  NetworkUnderTest(NetworkSetup setup, Limits limits, Path auditFile, String... grants) {
    this(setup, limits, AuditLog.to(auditFile, InstantSource.system()), List.of(grants), List.of());
  }

  NetworkUnderTest(NetworkSetup setup, Limits limits, AuditLog audit, List<String> grants, List<String> listen) {
    Permissions permissions =
        Permissions.NONE.withNetwork(
            new NetworkAccess(
                grants.stream().map(HostGrant::parse).toList(), listen.stream().map(ListenGrant::parse).toList()));
    handles = new Handles(limits.openFiles());
    broker =
        new NetworkBroker(
            new Doorkeeper(new ServiceName("page"), 1, permissions, audit), limits, handles, this, threads, setup, Tracing.off());
  }

  static NetworkSetup setup() {
    return NetworkSetup.ofThisMachine();
  }

  /// The setup with every name standing for these addresses.
  static NetworkSetup resolvingTo(String... literals) {
    List<InetAddress> addresses = new ArrayList<>();
    for (String literal : literals) {
      addresses.add(InetAddress.ofLiteral(literal));
    }
    return setup().withResolver(_ -> addresses);
  }

  CompletableFuture<Answer> ask(NetworkRequest request) {
    long id = ids.incrementAndGet();
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    open.put(id, answer);
    threads.execute(
        () -> {
          try {
            broker.serve(id, request);
          } catch (Handles.FullException e) {
            fail(id, "Error", "EMFILE", String.valueOf(e.getMessage()));
          } catch (IOException | RuntimeException e) {
            fail(id, "Error", "EIO", String.valueOf(e));
          }
        });
    return answer;
  }

  static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  Answer askAndWait(NetworkRequest request) {
    return get(ask(request));
  }

  byte[] need(NetworkRequest request) {
    return reply(askAndWait(request)).value();
  }

  static Answer.Reply reply(Answer answer) {
    if (answer instanceof Answer.Reply reply) {
      return reply;
    }
    throw new AssertionError(answer);
  }

  Answer begin(String method, String url, long bodyBytes, HttpHeader... headers) {
    return askAndWait(new NetworkRequest.BeginFetch(method, url, List.of(headers), bodyBytes));
  }

  int beginGet(String url) {
    return reply(begin("GET", url, NetworkRequest.NO_BODY)).number();
  }

  /// Does a GET up to its first failure or the end of its body.
  Object fetch(String url, HttpHeader... headers) {
    Answer begun = begin("GET", url, NetworkRequest.NO_BODY, headers);
    return begun instanceof Answer.Reply reply ? finish(reply.number()) : begun;
  }

  /// Waits for the response of an exchange, and reads it.
  Object finish(int fetch) {
    Answer head = askAndWait(new NetworkRequest.AwaitResponse(fetch));
    if (!(head instanceof Answer.Reply reply)) {
      return head;
    }
    JsonNode said = reply.json();
    Map<String, String> fields = new ConcurrentHashMap<>();
    said.get("headers").forEach(pair -> fields.put(pair.get(0).asText().toLowerCase(java.util.Locale.ROOT), pair.get(1).asText()));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (said.get("body").asBoolean()) {
      Answer read = askAndWait(new NetworkRequest.ReadResponse(fetch));
      if (!(read instanceof Answer.Reply piece)) {
        return read;
      }
      if (piece.value().length == 0) {
        break;
      }
      body.writeBytes(piece.value());
    }
    return new Fetched(said.get("status").asInt(), fields, body.toString(StandardCharsets.UTF_8));
  }

  /// Begins a WebSocket.
  Answer beginSocket(String url, String... protocols) {
    return askAndWait(new NetworkRequest.OpenWebSocket(url, List.of(protocols)));
  }

  /// Begins a WebSocket and waits until it is open, or the first failure.
  Object openSocket(String url, String... protocols) {
    Answer begun = beginSocket(url, protocols);
    return begun instanceof Answer.Reply reply && readSocket(reply.number()) instanceof Answer failure ? failure : begun;
  }

  /// Begins a WebSocket that must open.
  int needSocket(String url, String... protocols) {
    int socket = reply(beginSocket(url, protocols)).number();
    assertThat(readSocket(socket)).asString().startsWith("opened ");
    return socket;
  }

  /// What is told next of a WebSocket, as words: `opened chat`, `text hi`, `text.. h` of a message that goes on,
  /// `binary 00ff`, `closed 1000 bye`. Or the answer that is no reply.
  Object readSocket(int socket) {
    return told(askAndWait(new NetworkRequest.ReadWebSocket(socket)));
  }

  static Object told(Answer answer) {
    if (!(answer instanceof Answer.Reply reply)) {
      return answer;
    }
    byte[] value = reply.value();
    String more = value.length > 1 && value[1] == 0 ? ".. " : " ";
    return switch (value[0]) {
      case NetworkRequest.ReadWebSocket.OPENED -> "opened " + text(value, 1);
      case NetworkRequest.ReadWebSocket.TEXT -> "text" + more + text(value, 2);
      case NetworkRequest.ReadWebSocket.BINARY ->
          "binary" + more + HexFormat.of().formatHex(value, 2, value.length);
      case NetworkRequest.ReadWebSocket.CLOSED ->
          "closed " + ((value[1] & 0xff) | ((value[2] & 0xff) << 8)) + " " + text(value, 3);
      default -> throw new AssertionError(HexFormat.of().formatHex(value));
    };
  }

  private static String text(byte[] value, int from) {
    return new String(value, from, value.length - from, StandardCharsets.UTF_8);
  }

  void writeSocket(int socket, String text) {
    need(new NetworkRequest.WriteWebSocket(socket, true, true, text.getBytes(StandardCharsets.UTF_8)));
  }

  /// As CloseHandle does.
  void closeHandle(int handle) {
    try {
      handles.close(handle);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  List<ListenGrant> listening() {
    return broker.listening();
  }

  int handles() {
    return handles.size();
  }

  private void answer(long id, Answer answer) {
    CompletableFuture<Answer> waiting = open.remove(id);
    if (waiting == null) {
      throw new IllegalStateException("call " + id + " has an answer already");
    }
    waiting.complete(answer);
  }

  @Override
  public void reply(long id, byte[] value) {
    answer(id, new Answer.Reply(value));
  }

  @Override
  public void fail(long id, String name, String code, String message) {
    answer(id, new Answer.Failed(name, code, message));
  }

  @Override
  public void deny(long id, Decision.Denied denied) {
    answer(id, new Answer.Refused(denied));
  }

  @Override
  public void close() {
    broker.close();
    handles.close();
    threads.shutdownNow();
  }
}
