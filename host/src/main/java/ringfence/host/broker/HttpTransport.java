package ringfence.host.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import okhttp3.Authenticator;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.CookieJar;
import okhttp3.Dns;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;

/// The HTTP client of one run: HTTP/1.1 and 2, no proxy, no cookies, no cache, no redirects, and connections to
/// addresses that were checked only. Nothing is shared with another run, so that none can tell by its speed
/// what another fetches. Thread-safe.
final class HttpTransport implements AutoCloseable {
  private static final int MOST_IDLE_CONNECTIONS = 8;
  private static final int IDLE_SECONDS = 30;

  private final OkHttpClient client;

  /// The addresses that were checked for a name, and no other. Connections are used again for equal ones only.
  private record Pinned(String name, List<InetAddress> addresses) implements Dns {
    @Override
    public List<InetAddress> lookup(String hostname) throws UnknownHostException {
      if (!hostname.equals(name)) {
        throw new UnknownHostException(hostname);
      }
      return addresses;
    }
  }

  /// Sockets that no property of the JVM sends through a SOCKS proxy.
  private static final class DirectSockets extends SocketFactory {
    @Override
    public Socket createSocket() {
      return new Socket(Proxy.NO_PROXY);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      throw new IOException("only connected by its user");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
      return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      return createSocket(host.getHostAddress(), port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
        throws IOException {
      return createSocket(address, port);
    }
  }

  HttpTransport(NetworkSetup setup) {
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .socketFactory(new DirectSockets())
            .followRedirects(false)
            .followSslRedirects(false)
            .cookieJar(CookieJar.NO_COOKIES)
            .authenticator(Authenticator.NONE)
            .connectionPool(new ConnectionPool(MOST_IDLE_CONNECTIONS, IDLE_SECONDS, TimeUnit.SECONDS))
            .connectTimeout(setup.connect())
            .readTimeout(setup.silence())
            .writeTimeout(setup.silence());
    setup.trust().ifPresent(trust -> builder.sslSocketFactory(trust.sockets(), trust.manager()));
    client = builder.build();
  }

  /// A call that connects to one of these addresses only; TLS still asks for the name.
  ///
  /// @param addresses of the request's host, in the order in which they are tried
  Call call(Request request, List<InetAddress> addresses) {
    Pinned pinned = new Pinned(request.url().host(), List.copyOf(addresses));
    return client.newBuilder().dns(pinned).build().newCall(request);
  }

  /// A call for a connection of its own, which the response hands over if the server switches protocols.
  ///
  /// @param handshake longest time from here until the head of the response is there, the connection included
  Call upgrade(Request request, List<InetAddress> addresses, Duration handshake) {
    Pinned pinned = new Pinned(request.url().host(), List.copyOf(addresses));
    return client
        .newBuilder()
        .dns(pinned)
        .protocols(List.of(Protocol.HTTP_1_1))
        .callTimeout(handshake)
        .build()
        .newCall(request);
  }

  /// Closes idle connections; those in use are their calls'.
  @Override
  public void close() {
    client.connectionPool().evictAll();
  }
}
