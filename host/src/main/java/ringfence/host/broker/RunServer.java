package ringfence.host.broker;

import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import ringfence.host.trace.RequestSpan;
import ringfence.host.trace.Tracing;
import ringfence.host.log.JettyLog;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.protocol.TraceContext;

/// The HTTP server of one run, on the ports that it is granted. What clients send is taken apart here and handed to
/// the guest as data; no byte of it decides anything in the host.
///
/// ```
///   client -> Jetty: head -> queue -> await: the worker takes it -> ServedRequest: body, response
///               '-- 400, 413, 431, 503 without the guest: malformed, too large, too many
/// ```
/// Thread-safe.
final class RunServer implements Closeable {
  /// Requests that are waiting or being answered.
  static final int MOST_REQUESTS = 256;

  /// A client's connections; beyond, they wait in the kernel's queue.
  static final int MOST_CONNECTIONS = 1024;

  private static final System.Logger LOG = System.getLogger("ringfence.host.broker");

  static {
    // That a server starts is the manager's to tell.
    JettyLog.warningsOnly();
  }

  private static final int HEAD_BYTES = 16 << 10;
  private static final int ACCEPT_QUEUE = 128;

  /// Without a byte in either direction while one is waited for.
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final String name;
  private final Tracing tracing;
  private final Server server;
  private final List<ServerConnector> connectors = new ArrayList<>();
  private final HeadDeadlines deadlines;
  private final long mostBodyBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // All guarded by the lock.
  private final Map<Long, ServedRequest> exchanges = new HashMap<>();
  private final Queue<ServedRequest> arrived = new ArrayDeque<>();
  private long lastExchange;
  private boolean stopping;

  /// A port can't be opened; the message says which, and who must act.
  static final class PortException extends IOException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    private final String code;

    PortException(String code, String message, IOException cause) {
      super(message, cause);
      this.code = code;
    }

    /// As Node has it.
    String code() {
      return code;
    }
  }

  private RunServer(String name, int ports, long mostBodyBytes, Duration headTime, Tracing tracing) {
    this.name = name;
    this.tracing = tracing;
    this.mostBodyBytes = mostBodyBytes;
    // For each port one that accepts and one that selects, and some that take requests apart.
    QueuedThreadPool threads = new QueuedThreadPool(4 + 2 * ports, 2);
    threads.setName("ringfence-http-" + name);
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    server = new Server(threads);
    server.setStopAtShutdown(false);
    server.setStopTimeout(0);
    server.setHandler(new Door());
    // A page of Jetty's would tell what serves here.
    server.setErrorHandler(
        (_, response, callback) -> {
          response.write(true, null, callback);
          return true;
        });
    deadlines = new HeadDeadlines(server.getScheduler(), headTime);
  }

  /// Opens all ports, or none.
  ///
  /// @param name of the service, for its threads
  /// @param mostBodyBytes of one request
  /// @param headTime in which a client must have said what it wants
  /// @throws PortException if a port can't be opened
  static RunServer open(
      String name, List<ListenGrant> grants, long mostBodyBytes, Duration headTime, Tracing tracing)
      throws IOException {
    RunServer run = new RunServer(name, grants.size(), mostBodyBytes, headTime, tracing);
    try {
      for (ListenGrant grant : grants) {
        ServerConnector connector = run.connector(grant);
        run.connectors.add(connector);
        open(connector, grant);
        run.server.addConnector(connector);
      }
      run.server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, run.server));
      run.server.start();
      return run;
    } catch (IOException e) {
      run.close();
      throw e;
    } catch (Exception e) {
      run.close();
      throw new IOException("the HTTP server did not start", e);
    }
  }

  private ServerConnector connector(ListenGrant grant) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(HEAD_BYTES);
    // What a path means is the guest's to say.
    http.setUriCompliance(UriCompliance.UNSAFE);
    // An acceptor that blocks: a channel that only a selector knows stays open until that one wakes.
    ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(grant.address());
    connector.setPort(grant.port());
    connector.setIdleTimeout(IDLE.toMillis());
    connector.setAcceptQueueSize(ACCEPT_QUEUE);
    connector.addBean(deadlines);
    return connector;
  }

  private static void open(ServerConnector connector, ListenGrant grant) throws IOException {
    try {
      connector.open();
    } catch (IOException e) {
      String reason = String.valueOf(e.getMessage()) + (e.getCause() == null ? "" : e.getCause().getMessage());
      if (reason.contains("Permission denied")) {
        throw new PortException("EACCES", "the host may not open " + grant + "; grant a port above 1023, or let it", e);
      }
      if (reason.contains("Cannot assign")) {
        throw new PortException("EADDRNOTAVAIL", "this machine does not have the address of " + grant, e);
      }
      if (e instanceof BindException || e.getCause() instanceof BindException) {
        throw new PortException(
            "EADDRINUSE",
            grant + " is in use by another program; end that, or grant another port with permissions.listen",
            e);
      }
      throw e;
    }
  }

  /// Where it serves, with the ports that were free in the place of 0.
  List<ListenGrant> listening() {
    lock.lock();
    try {
      return stopping
          ? List.of()
          : connectors.stream().map(one -> new ListenGrant(one.getHost(), one.getLocalPort())).toList();
    } finally {
      lock.unlock();
    }
  }

  /// Waits for requests.
  ///
  /// @param most how many to give
  /// @return in the order in which they came; none once the server is stopped
  List<ServedRequest> await(int most) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (arrived.isEmpty() && !stopping) {
        changed.await();
      }
      List<ServedRequest> taken = new ArrayList<>();
      // One that belongs to a trace goes alone, as the worker takes all that a turn of its leads to for one trace's.
      while (taken.size() < most
          && !arrived.isEmpty()
          && (taken.isEmpty() || (taken.getLast().trace() == null && arrived.element().trace() == null))) {
        taken.add(arrived.remove());
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }

  /// A request that has not ended.
  Optional<ServedRequest> exchange(long id) {
    lock.lock();
    try {
      return Optional.ofNullable(exchanges.get(id));
    } finally {
      lock.unlock();
    }
  }

  /// Closes the ports, and waits until what is under way has ended or the time is over.
  void stop(Duration patience) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      stopping = true;
      changed.signalAll();
      connectors.forEach(ServerConnector::close);
      long left = patience.toNanos();
      while (!exchanges.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Closes the ports and all connections.
  @Override
  public void close() {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
      connectors.forEach(ServerConnector::close);
    } finally {
      lock.unlock();
    }
    try {
      server.stop();
      server.destroy();
    } catch (Exception e) {
      LOG.log(System.Logger.Level.WARNING, "http-server-not-stopped", e);
    }
  }

  /// Takes requests on Jetty's threads; never blocks them.
  private final class Door extends Handler.Abstract.NonBlocking {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      deadlines.headIsThere(request);
      Request.addCompletionListener(request, _ -> deadlines.headIsDue(request));
      if (request.getMethod().equals("CONNECT") || request.getMethod().equals("TRACE")) {
        refuse(response, callback, HttpStatus.METHOD_NOT_ALLOWED_405);
      } else if (request.getLength() > mostBodyBytes) {
        refuse(response, callback, HttpStatus.PAYLOAD_TOO_LARGE_413);
      } else if (!enqueue(request, response, callback)) {
        response.getHeaders().put("Retry-After", "1");
        refuse(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503);
      }
      return true;
    }
  }

  /// Whether there was room.
  private boolean enqueue(Request request, Response response, Callback callback) {
    RequestSpan span =
        RequestSpan.begin(
            tracing,
            name,
            request.getMethod(),
            request.getHttpURI().getPath() == null ? "/" : request.getHttpURI().getPath(),
            request.getHeaders().get(TraceContext.TRACEPARENT),
            request.getHeaders().get(TraceContext.TRACESTATE));
    Request.addCompletionListener(request, failure -> span.end(failure == null ? response.getStatus() : 0));
    lock.lock();
    try {
      if (stopping || exchanges.size() >= MOST_REQUESTS) {
        return false;
      }
      long id = ++lastExchange;
      ServedRequest served = new ServedRequest(id, request, response, callback, mostBodyBytes, this::isStopping).within(span.context());
      exchanges.put(id, served);
      arrived.add(served);
      Request.addCompletionListener(request, _ -> ended(id));
      changed.signalAll();
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void ended(long id) {
    lock.lock();
    try {
      ServedRequest gone = exchanges.remove(id);
      if (gone != null) {
        // A client that went before the guest took its request.
        boolean _ = arrived.remove(gone);
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private boolean isStopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  private static void refuse(Response response, Callback callback, int status) {
    // What is left of the request's body is not read.
    response.getHeaders().put("Connection", "close");
    response.setStatus(status);
    response.write(true, null, callback);
  }
}
