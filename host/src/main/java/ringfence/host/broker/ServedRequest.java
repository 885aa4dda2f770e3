package ringfence.host.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.permission.IpLiteral;
import ringfence.sandbox.protocol.HttpHeader;
import ringfence.sandbox.protocol.NetworkRequest;
import ringfence.sandbox.protocol.TraceContext;

/// A client's request, while the guest answers it. Reads and writes block, and belong to one thread at a time each;
/// the rest is thread-safe.
public final class ServedRequest {
  /// A piece of a response must be taken in this time.
  private static final Duration WRITE_TIME = Duration.ofSeconds(60);

  /// What a client may take for its body, beyond a second for each [#SLOWEST_BYTES_A_SECOND].
  private static final Duration READ_TIME = Duration.ofSeconds(30);

  private static final int SLOWEST_BYTES_A_SECOND = 512;

  private final long id;
  private final Request request;
  private final Response response;
  private final Callback callback;
  private final long mostBodyBytes;
  private final BooleanSupplier stopping;
  private final AtomicBoolean ended = new AtomicBoolean();
  private final ReentrantLock reading = new ReentrantLock();
  private final ReentrantLock writing = new ReentrantLock();

  // Guarded by `reading`.
  private long bodyBytes;
  private long waitedNanos;

  // Guarded by `writing`.
  private boolean begun;
  private boolean ending;

  private volatile boolean waitsForClient;

  // Written before anybody else sees the request.
  private @Nullable TraceContext trace;

  /// @param mostBodyBytes more than that ends the connection
  /// @param stopping whether the server is, so that the client should not come back on this connection
  public ServedRequest(
      long id, Request request, Response response, Callback callback, long mostBodyBytes, BooleanSupplier stopping) {
    this.id = id;
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.mostBodyBytes = mostBodyBytes;
    this.stopping = stopping;
    // While the guest thinks, the client has nothing to say.
    request.addIdleTimeoutListener(_ -> waitsForClient);
  }

  long id() {
    return id;
  }

  /// Says what the work on it belongs to.
  ServedRequest within(@Nullable TraceContext context) {
    trace = context;
    return this;
  }

  /// What the work on it belongs to; null for no trace.
  @Nullable TraceContext trace() {
    return trace;
  }

  public String method() {
    return request.getMethod();
  }

  /// Path and query, as they came.
  public String target() {
    String target = request.getHttpURI().getPathQuery();
    return target == null ? "/" : target;
  }

  /// What the client takes this server for; empty if it does not say.
  String host() {
    String host = request.getHttpURI().getAuthority();
    if (host == null) {
      host = request.getHeaders().get("Host");
    }
    return host == null ? "" : host;
  }

  List<HttpHeader> headers() {
    HttpFields fields = request.getHeaders();
    return fields.stream()
        .map(field -> new HttpHeader(field.getName(), field.getValue() == null ? "" : field.getValue()))
        .toList();
  }

  public boolean hasBody() {
    return request.getLength() > 0 || request.getHeaders().contains("Transfer-Encoding");
  }

  String remoteAddress() {
    return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress remote
            && remote.getAddress() != null
        ? IpLiteral.text(remote.getAddress())
        : "";
  }

  int remotePort() {
    return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress remote
        ? remote.getPort()
        : 0;
  }

  /// The next bytes of the body; none at its end.
  ///
  /// @throws IOException if the client has gone, is too slow, or sends more than it may
  public byte[] read() throws IOException, InterruptedException {
    reading.lockInterruptibly();
    try {
      while (true) {
        Content.Chunk chunk = request.read();
        if (chunk == null) {
          awaitMore();
          continue;
        }
        if (Content.Chunk.isFailure(chunk)) {
          throw new IOException("the client has gone", chunk.getFailure());
        }
        ByteBuffer buffer = chunk.getByteBuffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        boolean last = chunk.isLast();
        chunk.release();
        bodyBytes += bytes.length;
        if (bodyBytes > mostBodyBytes) {
          abort();
          throw new ResponseBody.TooLargeException(mostBodyBytes);
        }
        if (bytes.length > 0 || last) {
          return bytes;
        }
      }
    } finally {
      reading.unlock();
    }
  }

  private void awaitMore() throws IOException, InterruptedException {
    long begin = System.nanoTime();
    CompletableFuture<Void> more = new CompletableFuture<>();
    waitsForClient = true;
    try {
      request.demand(() -> more.complete(null));
      more.get();
    } catch (ExecutionException e) {
      throw new IOException("the client has gone", e);
    } finally {
      waitsForClient = false;
    }
    waitedNanos += System.nanoTime() - begin;
    long free = READ_TIME.toNanos() + bodyBytes * (1_000_000_000L / SLOWEST_BYTES_A_SECOND);
    if (waitedNanos > free) {
      abort();
      throw new IOException("the client is too slow");
    }
  }

  /// Has the connection end with the response, which has not begun.
  public void endConnection() {
    writing.lock();
    try {
      ending = true;
    } finally {
      writing.unlock();
    }
  }

  /// Sends the head of the response, and the first of its body.
  ///
  /// @throws IllegalArgumentException with a sentence for the guest
  /// @throws IOException if the client has gone or takes nothing
  public void respond(int status, List<HttpHeader> headers, long length, byte[] bytes, boolean last)
      throws IOException, InterruptedException {
    if (status < 200 || status > 599) {
      throw new IllegalArgumentException("the status of a response must be from 200 to 599, not " + status);
    }
    List<HttpHeader> checked = HttpText.checked(headers);
    writing.lockInterruptibly();
    try {
      if (begun) {
        throw new IllegalArgumentException("the request is answered already");
      }
      begun = true;
      response.setStatus(status);
      HttpFields.Mutable fields = response.getHeaders();
      checked.forEach(header -> fields.add(header.name(), header.value()));
      boolean bare = method().equals("HEAD") || status == 204 || status == 304;
      if (!bare && length >= 0) {
        fields.put("Content-Length", Long.toString(length));
      }
      if (ending || stopping.getAsBoolean()) {
        fields.put("Connection", "close");
      }
      boolean whole = bare || last || length == NetworkRequest.NO_BODY;
      send(bare ? new byte[0] : bytes, whole);
    } finally {
      writing.unlock();
    }
  }

  /// Sends more of the body; does nothing once the response has ended.
  public void write(byte[] bytes, boolean last) throws IOException, InterruptedException {
    writing.lockInterruptibly();
    try {
      if (!begun) {
        throw new IllegalArgumentException("the request has no response yet");
      }
      if (!ended.get()) {
        send(bytes, last);
      }
    } finally {
      writing.unlock();
    }
  }

  private void send(byte[] bytes, boolean last) throws IOException, InterruptedException {
    CompletableFuture<Void> written = new CompletableFuture<>();
    waitsForClient = true;
    try {
      response.write(last, ByteBuffer.wrap(bytes), Callback.from(() -> written.complete(null), written::completeExceptionally));
      written.get(WRITE_TIME.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      abort();
      throw new IOException("the client has gone, or takes nothing", e);
    } finally {
      waitsForClient = false;
    }
    if (last && ended.compareAndSet(false, true)) {
      callback.succeeded();
    }
  }

  /// Ends the client's connection.
  public void abort() {
    if (ended.compareAndSet(false, true)) {
      request.getConnectionMetaData().getConnection().getEndPoint().close();
      callback.failed(new QuietException.Exception("given up"));
    }
  }
}
