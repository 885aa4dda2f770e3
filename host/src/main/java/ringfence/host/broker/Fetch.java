package ringfence.host.broker;

import java.io.IOException;
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
import ringfence.host.trace.FetchSpan;
import ringfence.sandbox.protocol.HttpHeader;

/// One exchange with a server.
///
/// ```
///   run:   resolve -> check each address -> connect to those -> request -> head ----> awaitHead
///                                                                          body ====> read, piece by piece
///   close: at any time, from any thread; frees the socket and wakes all that wait here
/// ```
/// Thread-safe.
final class Fetch implements WayOut.Outbound {
  /// As much as is read ahead for a guest that does not read.
  private static final int PIECE_BYTES = 64 << 10;

  private final FetchTarget target;
  private final Request request;
  private final Optional<BodyPipe> upload;
  private final WayOut wayOut;
  private final long mostBytes;
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

  /// @param upload the request's body, if it comes piece by piece
  /// @param wayOut of which it has a place, which it gives back when nothing is held open any more
  /// @param mostBytes of the response's body
  /// @param span ended when the head is there, or won't come
  Fetch(FetchTarget target, Request request, Optional<BodyPipe> upload, WayOut wayOut, long mostBytes, FetchSpan span) {
    this.target = target;
    this.request = request;
    this.upload = upload;
    this.wayOut = wayOut;
    this.mostBytes = mostBytes;
    var _ = head.whenComplete((came, _) -> span.end(came == null ? 0 : came.status()));
  }

  FetchTarget target() {
    return target;
  }

  /// Does the exchange until the head of the response is there. Blocks.
  @Override
  public void run() {
    try {
      Call made = wayOut.transport().call(request, wayOut.addresses(target));
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

  /// Waits for the head of the response.
  ///
  /// @throws IOException if there is none; a WayOut.RefusedException if its address may not be connected to
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
    wayOut.leave();
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
