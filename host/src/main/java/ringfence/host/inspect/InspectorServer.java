package ringfence.host.inspect;

import java.io.IOException;
import java.net.BindException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.eclipse.jetty.websocket.core.server.WebSocketUpgradeHandler;
import ringfence.host.log.JettyLog;

/// Where a debugger connects: a WebSocket on loopback. Whoever connects runs code in the service, so three questions come
/// first, each of which is enough to be refused:
///
/// | question | keeps out |
/// |---|---|
/// | is `Host` this machine? | a page whose name its owner points here (DNS rebinding) |
/// | is `Origin` that of DevTools, if a browser sends one? | every page that the user has open |
/// | is the token the path? | other users of this machine, and who scans its ports |
///
/// Thread-safe.
public final class InspectorServer implements AutoCloseable {
  /// Where debuggers look unless they are told otherwise, as those of Node do.
  public static final int DEFAULT_PORT = 9229;

  private static final System.Logger LOG = System.getLogger("ringfence.host.inspect");

  static {
    JettyLog.warningsOnly();
  }

  private static final String LOOPBACK = "127.0.0.1";
  private static final Set<String> NAMES = Set.of(LOOPBACK, "localhost");
  private static final String DEVTOOLS = "devtools://";

  private static final int TOKEN_BYTES = 24;
  private static final int MOST_CONNECTIONS = 8;
  private static final int HEAD_BYTES = 8 << 10;
  private static final Duration IDLE = Duration.ofSeconds(10);

  private final Inspector inspector;
  private final String token;
  private final Server server;
  private final ServerConnector connector;

  private InspectorServer(int port, Inspector inspector) {
    this.inspector = inspector;
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    this.token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    QueuedThreadPool threads = new QueuedThreadPool(6, 2);
    threads.setName("ringfence-inspector");
    threads.setDaemon(true);
    threads.setReservedThreads(0);
    this.server = new Server(threads);
    server.setStopAtShutdown(false);
    server.setStopTimeout(0);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(HEAD_BYTES);
    // An acceptor that blocks, as that of the API.
    this.connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(LOOPBACK);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE.toMillis());
    server.setHandler(new Door());
  }

  /// Opens the port and lets debuggers in from now on.
  ///
  /// @param port 0 takes a free one
  /// @throws IOException if the port can't be opened; the message is for the user
  public static InspectorServer open(int port, Inspector inspector) throws IOException {
    InspectorServer opened = new InspectorServer(port, inspector);
    try {
      opened.connector.open();
      opened.server.addConnector(opened.connector);
      opened.server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, opened.server));
      opened.server.start();
      return opened;
    } catch (Exception e) {
      opened.close();
      if (e instanceof BindException || e.getCause() instanceof BindException) {
        throw new IOException("port " + port + " is in use; choose another, or 0 for a free one", e);
      }
      throw new IOException("no debugger can connect to port " + port + ": " + e.getMessage(), e);
    }
  }

  /// What a debugger connects to.
  public URI uri() {
    return URI.create("ws://" + LOOPBACK + ":" + connector.getLocalPort() + "/" + token);
  }

  @Override
  public void close() {
    inspector.close();
    try {
      server.stop();
      server.destroy();
    } catch (Exception e) {
      LOG.log(System.Logger.Level.WARNING, "inspector-not-stopped", e);
    }
  }

  /// Asks who comes, before anything is said about what is here.
  private final class Door extends WebSocketUpgradeHandler {
    Door() {
      addMapping("/*", new Negotiator());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      Optional<String> foreign = foreign(request);
      if (foreign.isPresent()) {
        return refuse(response, callback, HttpStatus.FORBIDDEN_403, foreign.get());
      }
      if (!isToken(Request.getPathInContext(request))) {
        return refuse(response, callback, HttpStatus.NOT_FOUND_404, "the path is not the token of this inspector");
      }
      Optional<String> refusal = inspector.refusal();
      if (refusal.isPresent()) {
        return refuse(response, callback, HttpStatus.CONFLICT_409, refusal.get());
      }
      if (!request.getHeaders().contains(HttpHeader.UPGRADE)) {
        return refuse(response, callback, HttpStatus.UPGRADE_REQUIRED_426, "a debugger connects here by WebSocket");
      }
      return super.handle(request, response, callback);
    }

    private static Optional<String> foreign(Request request) {
      List<String> hosts = request.getHeaders().getValuesList(HttpHeader.HOST);
      String host = hosts.size() == 1 ? hosts.getFirst() : "";
      if (!NAMES.contains(host.replaceFirst(":[0-9]+$", ""))) {
        return Optional.of("Host \"" + host + "\" is not this machine");
      }
      return request.getHeaders().getValuesList(HttpHeader.ORIGIN).stream()
          .filter(origin -> !origin.startsWith(DEVTOOLS))
          .findFirst()
          .map(origin -> "a page of \"" + origin + "\" may not debug this service");
    }

    private boolean isToken(String path) {
      // In the same time whatever is wrong with it.
      return MessageDigest.isEqual(
          path.getBytes(StandardCharsets.UTF_8), ("/" + token).getBytes(StandardCharsets.UTF_8));
    }

    private static boolean refuse(Response response, Callback callback, int status, String why) {
      response.setStatus(status);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
      Content.Sink.write(response, true, why + "\n", callback);
      return true;
    }
  }

  private final class Negotiator implements WebSocketNegotiator {
    @Override
    public FrameHandler negotiate(ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
      // Compression would let a small message become a large one, and loopback needs none.
      response.setExtensions(List.of());
      return new ClientSocket(inspector);
    }
  }
}
