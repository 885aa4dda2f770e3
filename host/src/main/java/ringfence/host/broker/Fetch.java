package ringfence.host.broker;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.permission.AccessRequest;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.permission.NetworkAccess;
import ringfence.sandbox.protocol.HttpHeader;

/// One exchange with a server.
///
/// ```
///   run:   resolve -> check each address -> connect to those -> request -> head ----> awaitHead
///                                                                          body ====> read, piece by piece
///   close: at any time, from any thread; frees the socket and wakes all that wait here
/// ```
/// Thread-safe.
final class Fetch implements Closeable {
  /// As much as is read ahead for a guest that does not read.
  private static final int PIECE_BYTES = 64 << 10;

  private final FetchTarget target;
  private final Request request;
  private final Optional<BodyPipe> upload;
  private final Doorkeeper door;
  private final NetworkSetup setup;
  private final Resolver resolver;
  private final HttpTransport transport;
  private final long mostBytes;
  private final Runnable onEnd;
  private final CompletableFuture<Head> head = new CompletableFuture<>();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final ReentrantLock reading = new ReentrantLock();

  // Written by the thread that runs the exchange, before the head is there.
  private volatile @Nullable Call call;
  private volatile @Nullable ResponseBody body;

  /// The head of a response.
  ///
  /// @param hasBody false if there is none for sure
  record Head(int status, String statusText, List<HttpHeader> headers, boolean hasBody) {}

  /// An address that its name stands for may not be connected to.
  static final class RefusedException extends IOException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    private final transient Decision.Denied denied;

    RefusedException(Decision.Denied denied) {
      super(denied.reason());
      this.denied = denied;
    }

    Decision.Denied denied() {
      return denied;
    }
  }

  /// @param upload the request's body, if it comes piece by piece
  /// @param mostBytes of the response's body
  /// @param onEnd called once, when nothing is held open any more
  Fetch(
      FetchTarget target,
      Request request,
      Optional<BodyPipe> upload,
      Doorkeeper door,
      NetworkSetup setup,
      Resolver resolver,
      HttpTransport transport,
      long mostBytes,
      Runnable onEnd) {
    this.target = target;
    this.request = request;
    this.upload = upload;
    this.door = door;
    this.setup = setup;
    this.resolver = resolver;
    this.transport = transport;
    this.mostBytes = mostBytes;
    this.onEnd = onEnd;
  }

  FetchTarget target() {
    return target;
  }

  /// Does the exchange until the head of the response is there. Blocks.
  void run() {
    try {
      Call made = transport.call(request, addresses());
      call = made;
      if (closed.get()) {
        throw new IOException("aborted");
      }
      Response response = made.execute();
      body = new ResponseBody(response.body().byteStream(), join(response, "Content-Encoding"), mostBytes, PIECE_BYTES);
      List<HttpHeader> headers = new ArrayList<>();
      response
          .headers()
          .forEach(pair -> headers.add(new HttpHeader(pair.getFirst(), HttpText.bytes(pair.getSecond()))));
      boolean hasBody = !request.method().equals("HEAD") && response.code() != 204 && response.code() != 304;
      boolean _ =
          head.complete(new Head(response.code(), HttpText.bytes(response.message()), headers, hasBody));
      if (!hasBody || closed.get()) {
        close();
      }
    } catch (Exception e) {
      // The client is written in Kotlin, and throws what it does not declare.
      boolean _ = head.completeExceptionally(e);
      close();
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
    } finally {
      upload.ifPresent(BodyPipe::breakOff);
    }
  }

  private static String join(Response response, String name) {
    return String.join(",", response.headers(name));
  }

  /// Looks the host up once; one address that may not be connected to refuses all.
  private List<InetAddress> addresses() throws IOException {
    List<InetAddress> found =
        target.host().equals(NetworkAccess.LOCALHOST)
            ? List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"))
            : target.isAddress() ? List.of(InetAddress.ofLiteral(target.host())) : resolver.lookup(target.host());
    if (found.isEmpty()) {
      throw new UnknownHostException(target.host());
    }
    NetworkAccess granted = door.permissions().network();
    for (InetAddress address : found) {
      Optional<String> inside = setup.inside().apply(address);
      if (inside.isPresent() && !granted.namesAddress(target.host(), address, target.port())) {
        throw new RefusedException(
            door.refuse(
                new AccessRequest.Connect(target.host(), target.port()),
                "it stands for an address of " + inside.get() + ", which only a grant of that address opens"));
      }
    }
    // IPv4 first: it works wherever anything does, and the others are tried soon.
    return found.stream().sorted((a, b) -> Boolean.compare(b instanceof Inet4Address, a instanceof Inet4Address)).toList();
  }

  /// Waits for the head of the response.
  ///
  /// @throws IOException if there is none; a RefusedException if its address may not be connected to
  Head awaitHead() throws IOException, InterruptedException {
    try {
      return head.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException("the exchange failed", e.getCause());
    }
  }

  /// Takes the next piece of the request's body, and waits until it has gone.
  void write(byte[] bytes) throws InterruptedException {
    if (upload.isPresent()) {
      upload.get().write(bytes);
    }
  }

  /// The request's body has ended.
  void endBody() {
    upload.ifPresent(BodyPipe::end);
  }

  /// The next bytes of the response's body; none at its end, when all is closed too. Blocks.
  byte[] read() throws IOException {
    reading.lock();
    try {
      ResponseBody from = body;
      if (from == null || closed.get()) {
        return new byte[0];
      }
      byte[] bytes = from.read();
      if (bytes.length == 0) {
        close();
      }
      return bytes;
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    } finally {
      reading.unlock();
    }
  }

  /// Ends the exchange, whatever it is at, and frees its socket.
  @Override
  public void close() {
    Call running = call;
    if (!closed.compareAndSet(false, true)) {
      if (running != null && !head.isDone()) {
        running.cancel();
      }
      return;
    }
    upload.ifPresent(BodyPipe::breakOff);
    boolean atItsEnd = reading.isHeldByCurrentThread();
    if (running != null && !atItsEnd) {
      running.cancel();
    }
    boolean _ = head.completeExceptionally(new IOException("aborted"));
    closeBody();
    onEnd.run();
  }

  /// A reader that is in the middle of it closes it itself: the cancelled socket makes it fail.
  private void closeBody() {
    ResponseBody open = body;
    if (open != null && reading.tryLock()) {
      try {
        open.close();
      } catch (IOException | RuntimeException _) {
        // It is given up, and its connection with it.
      } finally {
        reading.unlock();
      }
    }
  }
}
