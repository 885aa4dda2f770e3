package ringfence.host.broker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import okhttp3.Call;
import okhttp3.Response;
import okio.BufferedSource;
import okio.Okio;
import okio.Socket;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.protocol.NetworkRequest.ReadWebSocket;

/// One connection by the WebSocket protocol.
///
/// ```
///   run:   resolve -> check each address -> connect to those -> handshake ----> read: OPENED
///   read:  a frame's piece, only when it is asked for; answers pings on its way; the server's close frame ends it
///   write: a piece, when the kernel takes it
///   close: at any time, from any thread; frees the socket and wakes all that wait here
/// ```
/// Nothing is read ahead but what the kernel and one buffer hold, so a server that floods a service that does not read
/// waits itself. Thread-safe.
final class WebSocket implements WayOut.Outbound {
  /// For the close frame that tells the server what it did wrong.
  private static final long FAREWELL_MILLIS = 100;

  private final FetchTarget target;
  private final Handshake handshake;
  private final WayOut wayOut;
  private final NetworkSetup setup;
  private final long mostMessageBytes;
  private final Executor threads;
  private final CompletableFuture<Opened> opened = new CompletableFuture<>();
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final ReentrantLock reading = new ReentrantLock();

  // Guarded by reading.
  private boolean told;

  // Written by the thread that does the handshake, before opened is complete.
  private volatile @Nullable Call call;
  private volatile @Nullable Socket socket;

  private record Opened(String protocol, BufferedSource source, FrameReader reader, FrameWriter writer) {}

  /// @param wayOut of which it has a place, which it gives back when nothing is held open any more
  /// @param mostMessageBytes that a message of the server may have
  /// @param threads for what watches over its end
  WebSocket(
      FetchTarget target,
      Handshake handshake,
      WayOut wayOut,
      NetworkSetup setup,
      long mostMessageBytes,
      Executor threads) {
    this.target = target;
    this.handshake = handshake;
    this.wayOut = wayOut;
    this.setup = setup;
    this.mostMessageBytes = mostMessageBytes;
    this.threads = threads;
  }

  FetchTarget target() {
    return target;
  }

  /// Connects and does the handshake. Blocks.
  @Override
  public void run() {
    try {
      Call made = wayOut.transport().upgrade(handshake.request(), wayOut.addresses(target), setup.headTime());
      call = made;
      if (closed.get()) {
        throw new IOException("aborted");
      }
      Response response = made.execute();
      Socket upgraded = response.socket();
      if (upgraded == null) {
        // There is no other end to it that frees what it holds.
        response.close();
      }
      String protocol = handshake.check(response);
      if (upgraded == null) {
        throw WebSocketException.broken("it does not switch to that protocol");
      }
      socket = upgraded;
      // A connection without messages is none that has failed.
      upgraded.getSource().timeout().clearTimeout();
      BufferedSource source = Okio.buffer(upgraded.getSource());
      boolean _ =
          opened.complete(
              new Opened(
                  protocol,
                  source,
                  new FrameReader(source, mostMessageBytes),
                  new FrameWriter(Okio.buffer(upgraded.getSink()))));
      if (closed.get()) {
        upgraded.cancel();
      }
    } catch (Exception e) {
      // The client is written in Kotlin, and throws what it does not declare.
      boolean _ = opened.completeExceptionally(e);
      close();
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// The next that is to be told, in the form of [ReadWebSocket]. Blocks. Once it has told the end or has failed, all is
  /// closed.
  ///
  /// @throws IOException if the connection fails; a WayOut.RefusedException if its address may not be connected to
  byte[] read() throws IOException, InterruptedException {
    reading.lock();
    try {
      Opened line = awaitOpened();
      if (!told) {
        told = true;
        return reply(ReadWebSocket.OPENED, line.protocol().getBytes(StandardCharsets.US_ASCII));
      }
      if (closed.get()) {
        throw new IOException("the connection is over");
      }
      return next(line);
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    } finally {
      reading.unlock();
    }
  }

  private Opened awaitOpened() throws IOException, InterruptedException {
    try {
      return opened.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException io) {
        throw io;
      }
      throw new IOException("the handshake failed", e.getCause());
    }
  }

  private byte[] next(Opened line) throws IOException, InterruptedException {
    while (true) {
      switch (incoming(line)) {
        case FrameReader.Incoming.Piece piece -> {
          return reply(
              piece.text() ? ReadWebSocket.TEXT : ReadWebSocket.BINARY, new byte[] {(byte) (piece.last() ? 1 : 0)}, piece.bytes());
        }
        case FrameReader.Incoming.Ping ping -> line.writer().pong(ping.bytes());
        case FrameReader.Incoming.Closed said -> {
          endSoon();
          line.writer().close(said.code(), "");
          drain(line.source());
          close();
          byte[] code = {(byte) said.code(), (byte) (said.code() >> 8)};
          return reply(ReadWebSocket.CLOSED, code, said.reason().getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }

  private FrameReader.Incoming incoming(Opened line) throws IOException, InterruptedException {
    try {
      return line.reader().next();
    } catch (WebSocketException e) {
      try {
        line.writer().closeSoon(e.code(), FAREWELL_MILLIS);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
  }

  /// Until the server has closed its side, as is its part; [#endSoon] bounds it.
  private static void drain(BufferedSource source) {
    byte[] rest = new byte[8192];
    try {
      while (source.read(rest) >= 0) {
        // Not of interest.
      }
    } catch (IOException _) {
      // Closed, one way or the other.
    }
  }

  private static byte[] reply(int kind, byte[]... parts) {
    int size = 1;
    for (byte[] part : parts) {
      size += part.length;
    }
    byte[] reply = new byte[size];
    reply[0] = (byte) kind;
    int at = 1;
    for (byte[] part : parts) {
      System.arraycopy(part, 0, reply, at, part.length);
      at += part.length;
    }
    return reply;
  }

  /// Sends the next piece of a message. Blocks until the kernel has it.
  ///
  /// @throws IOException if the connection has failed
  void write(boolean text, boolean last, byte[] bytes) throws IOException, InterruptedException {
    try {
      awaitOpened().writer().message(text, last, bytes);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /// Says that no more messages come; whatever the server does, the connection ends in its time.
  ///
  /// @param code from 1000, or [FrameReader#NO_CODE]
  void sayClose(int code, String reason) throws IOException, InterruptedException {
    endSoon();
    try {
      awaitOpened().writer().close(code, reason);
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void endSoon() {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    Duration time = setup.closing();
    try {
      threads.execute(
          () -> {
            try {
              boolean _ = ended.await(time.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException _) {
              Thread.currentThread().interrupt();
            } finally {
              close();
            }
          });
    } catch (RejectedExecutionException _) {
      // The run has ended.
      close();
    }
  }

  /// Ends the connection, whatever it is at, and frees its socket.
  @Override
  public void close() {
    boolean first = closed.compareAndSet(false, true);
    Call running = call;
    if (running != null) {
      running.cancel();
    }
    Socket open = socket;
    if (open != null) {
      open.cancel();
    }
    if (first) {
      boolean _ = opened.completeExceptionally(new IOException("aborted"));
      ended.countDown();
      wayOut.leave();
    }
  }
}
