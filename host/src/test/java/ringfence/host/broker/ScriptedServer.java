package ringfence.host.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server that says what a test wants it to, well-formed or not, on an address of this machine.
final class ScriptedServer implements AutoCloseable {
  private final ServerSocket listening;
  private final Script script;

  /// The heads of all requests, line by line.
  final List<List<String>> heads = new CopyOnWriteArrayList<>();

  /// All connections so far.
  final List<Socket> sockets = new CopyOnWriteArrayList<>();

  /// What happens on a connection after the head of a request.
  interface Script {
    void answer(Socket client, OutputStream out, List<String> head) throws IOException;
  }

  ScriptedServer(String address, Script script) throws IOException {
    this.script = script;
    listening = new ServerSocket(0, 1024, InetAddress.ofLiteral(address));
    Thread.ofVirtual().name("scripted-server").start(this::accept);
  }

  ScriptedServer(Script script) throws IOException {
    this("127.0.0.1", script);
  }

  static ScriptedServer saying(String text) throws IOException {
    return new ScriptedServer((_, out, _) -> out.write(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /// A whole response that ends its connection.
  static String response(String body, String... headers) {
    StringBuilder text = new StringBuilder("HTTP/1.1 200 OK\r\nConnection: close\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body).toString();
  }

  int port() {
    return listening.getLocalPort();
  }

  String url(String host) {
    return "http://" + host + ":" + port() + "/";
  }

  private void accept() {
    while (true) {
      Socket client;
      try {
        client = listening.accept();
      } catch (IOException _) {
        return;
      }
      sockets.add(client);
      Thread.ofVirtual().start(() -> serve(client));
    }
  }

  private void serve(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1), 1);
      List<String> head = new CopyOnWriteArrayList<>();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        head.add(line);
      }
      heads.add(head);
      script.answer(client, client.getOutputStream(), head);
      client.getOutputStream().flush();
    } catch (IOException _) {
      // The client has gone.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
