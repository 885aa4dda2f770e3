package ringfence.host.http;

import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.http.HttpStatus;
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
import ringfence.host.broker.HeadDeadlines;
import ringfence.host.broker.ServedRequest;
import ringfence.host.log.JettyLog;
import ringfence.host.metrics.HostMetrics;
import ringfence.host.state.KeptServices;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.protocol.HttpHeader;

/// The HTTP server of a host. Thread-safe.
///
/// A client is bounded: in the time for its head and its body, the size of both, what it takes for each piece of an
/// answer, and in the number of connections, which is that of threads too.
public final class ApiServer implements AutoCloseable {
  /// More wait in the kernel's queue.
  static final int MOST_CONNECTIONS = 256;

  private static final System.Logger LOG = System.getLogger("ringfence.host.http");

  static {
    JettyLog.warningsOnly();
  }

  private static final int HEAD_BYTES = 16 << 10;
  private static final Duration IDLE = Duration.ofSeconds(30);
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final ApiOptions options;
  private final Gate gate;
  private final Routes routes;
  private final CallRoutes calls;
  private final FeedRoutes feeds;
  private final HostMetrics metrics;
  private final BodyBudget budget;
  private final Server server;
  private final ServerConnector connector;
  private final HeadDeadlines deadlines;
  private final AtomicLong lastExchange = new AtomicLong();
  private final Set<Thread> answering = ConcurrentHashMap.newKeySet();
  private final Phaser underWay = new Phaser(1);
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean stopping;

  private ApiServer(ApiOptions options, KeptServices services) {
    this.options = options;
    this.gate = new Gate(ApiOptions.isLoopback(options.listen()), options.names(), options.token());
    this.budget = new BodyBudget(8 * options.mostBodyBytes());
    this.calls = new CallRoutes(services.manager(), options.heartbeat());
    this.feeds = new FeedRoutes(services.manager(), options.heartbeat());
    this.metrics = new HostMetrics(services.manager());
    List<Routes.Route> all = new ArrayList<>();
    all.addAll(new ServiceRoutes(services).routes());
    all.addAll(new DiagnosisRoutes(services.manager()).routes());
    all.addAll(calls.routes());
    all.addAll(feeds.routes());
    all.addAll(new PageRoutes().routes());
    all.addAll(new WatchRoutes(services.manager(), metrics, InstantSource.system()).routes());
    all.addAll(new HostRoutes(services.manager(), () -> !stopping).routes());
    this.routes = new Routes(all);
    QueuedThreadPool threads = new QueuedThreadPool(6, 2);
    threads.setName("ringfence-api");
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    this.server = new Server(threads);
    server.setStopAtShutdown(false);
    server.setStopTimeout(0);
    server.setHandler(new Door());
    // A page of Jetty's would tell what serves here.
    server.setErrorHandler(
        (_, response, callback) -> {
          response.write(true, null, callback);
          return true;
        });
    this.deadlines = new HeadDeadlines(server.getScheduler(), options.headTime());
    this.connector = connector();
  }

  private ServerConnector connector() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendXPoweredBy(false);
    http.setRequestHeaderSize(HEAD_BYTES);
    // An acceptor that blocks: a channel that only a selector knows stays open until that one wakes.
    ServerConnector made = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    made.setHost(options.listen().address());
    made.setPort(options.listen().port());
    made.setIdleTimeout(IDLE.toMillis());
    made.addBean(deadlines);
    return made;
  }

  /// Opens the port and answers from now on.
  ///
  /// @throws IOException if the port can't be opened; the message is for the user
  public static ApiServer open(ApiOptions options, KeptServices services) throws IOException {
    ApiServer api = new ApiServer(options, services);
    try {
      api.connector.open();
      api.server.addConnector(api.connector);
      api.server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, api.server));
      api.server.start();
      return api;
    } catch (Exception e) {
      api.close();
      if (e instanceof BindException || e.getCause() instanceof BindException) {
        throw new IOException(
            options.listen() + " is in use, perhaps by another host; end that, or choose another with --listen", e);
      }
      throw new IOException("the host can't listen on " + options.listen() + ": " + e.getMessage(), e);
    }
  }

  /// Where it answers, with the port that was free in the place of 0.
  public ListenGrant listening() {
    return new ListenGrant(options.listen().address(), connector.getLocalPort());
  }

  List<Routes.Route> routes() {
    return routes.all();
  }

  /// Takes no further connections; those that are there are served on.
  public void stopAccepting() {
    stopping = true;
    connector.close();
  }

  /// Lets answers that are under way end, for some seconds at most, and closes all connections.
  @Override
  public void close() {
    stopAccepting();
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    feeds.finish();
    int phase = underWay.arriveAndDeregister();
    try {
      int _ = underWay.awaitAdvanceInterruptibly(phase, LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException _) {
      LOG.log(System.Logger.Level.DEBUG, "answers-cut-off");
    }
    try {
      server.stop();
      server.destroy();
    } catch (Exception e) {
      LOG.log(System.Logger.Level.WARNING, "http-server-not-stopped", e);
    }
    answering.forEach(Thread::interrupt);
    calls.close();
    metrics.close();
  }

  /// Takes requests on Jetty's threads; never blocks them.
  private final class Door extends Handler.Abstract.NonBlocking {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      deadlines.headIsThere(request);
      Request.addCompletionListener(request, _ -> deadlines.headIsDue(request));
      ServedRequest served =
          new ServedRequest(
              lastExchange.incrementAndGet(), request, response, callback, Long.MAX_VALUE, () -> stopping);
      Exchange exchange = new Exchange(served, request, options.mostBodyBytes(), budget);
      var _ =
          Thread.ofVirtual().name("ringfence-api-", 0).start(() -> answer(exchange, request, served));
      return true;
    }
  }

  private void answer(Exchange exchange, Request request, ServedRequest served) {
    answering.add(Thread.currentThread());
    int _ = underWay.register();
    try {
      try {
        Optional<Routes.Match> match = find(exchange, request);
        if (match.isPresent()) {
          match.get().route().action().answer(exchange, match.get().values());
        } else {
          routes.refuse(exchange);
        }
      } catch (RuntimeException | Error e) {
        refuse(exchange, Problem.of(e));
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "client-gone", e);
      served.abort();
    } catch (InterruptedException _) {
      served.abort();
    } finally {
      exchange.release();
      int _ = underWay.arriveAndDeregister();
      answering.remove(Thread.currentThread());
    }
  }

  private static void refuse(Exchange exchange, Problem problem) throws IOException, InterruptedException {
    if (problem.status() == HttpStatus.UNAUTHORIZED_401) {
      exchange.fail(problem, new HttpHeader("WWW-Authenticate", "Bearer"));
    } else {
      exchange.fail(problem);
    }
  }

  private Optional<Routes.Match> find(Exchange exchange, Request request) {
    Optional<Routes.Match> match = Optional.empty();
    RuntimeException unclear = null;
    try {
      match = routes.find(exchange.method(), exchange.path());
    } catch (Problem e) {
      unclear = e;
    }
    // Before anything is said about what is here.
    gate.check(exchange.method(), request.getHeaders(), match.filter(found -> found.route().open()).isPresent());
    if (unclear != null) {
      throw unclear;
    }
    return match;
  }
}
