package ringfence.host.attack;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URLDecoder;

/// What attackers find on the loopback interface: a server that is granted, with an open redirect, and one that is for
/// those inside only, as the host's own port is.
final class AttackServers implements AutoCloseable {
  private final HttpServer open;
  private final HttpServer inside;
  private final int free;

  private AttackServers(HttpServer open, HttpServer inside, int free) {
    this.open = open;
    this.inside = inside;
    this.free = free;
  }

  static AttackServers start() throws IOException {
    InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    HttpServer open = HttpServer.create(any, 0);
    open.createContext("/", AttackServers::answerOpenly);
    open.start();
    HttpServer inside = HttpServer.create(any, 0);
    inside.createContext("/", exchange -> answer(exchange, 200, "taken"));
    inside.start();
    try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      return new AttackServers(open, inside, unused.getLocalPort());
    }
  }

  /// `/307?URL` redirects there with that status; all else shows the request's headers.
  private static void answerOpenly(HttpExchange exchange) throws IOException {
    String target = exchange.getRequestURI().getRawQuery();
    if (target != null) {
      exchange.getResponseHeaders().set("Location", URLDecoder.decode(target, UTF_8));
      answer(exchange, Integer.parseInt(exchange.getRequestURI().getPath().substring(1)), "");
      return;
    }
    StringBuilder heads = new StringBuilder();
    exchange.getRequestHeaders().forEach((name, values) -> heads.append(name).append('=').append(values).append('\n'));
    answer(exchange, 200, heads.toString());
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] bytes = text.getBytes(UTF_8);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  /// The port of the server that may be granted.
  String openPort() {
    return Integer.toString(open.getAddress().getPort());
  }

  /// The port of the server that attackers want to reach.
  String insidePort() {
    return Integer.toString(inside.getAddress().getPort());
  }

  /// Puts the ports into an attack's line; `FREE` is one where nobody listens.
  String filledIn(String keys) {
    return keys.replace("OPEN", openPort()).replace("INSIDE", insidePort()).replace("FREE", Integer.toString(free));
  }

  @Override
  public void close() {
    open.stop(0);
    inside.stop(0);
  }
}
