package ringfence.host;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.event.OutputLine;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.permission.HostGrant;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.NetworkAccess;
import ringfence.sandbox.permission.Permissions;

/// `fetch`, `EventSource` and `WebSocket` by code in real workers, with servers on the loopback interface.
@Timeout(180)
class NetworkIT {
  /// Says the beginning of an answer, and takes down whose client has hung up; `/gone` says which those are.
  private static final class Waiting implements AutoCloseable {
    private final Set<String> gone = new ConcurrentSkipListSet<>();
    private final ServerSocket listening = new ServerSocket(0, 64, InetAddress.ofLiteral("127.0.0.1"));

    Waiting() throws IOException {
      Thread.ofVirtual().start(this::accept);
    }

    String address() {
      return "127.0.0.1:" + listening.getLocalPort();
    }

    private void accept() {
      while (true) {
        try {
          Socket client = listening.accept();
          Thread.ofVirtual().start(() -> serve(client));
        } catch (IOException _) {
          return;
        }
      }
    }

    private void serve(Socket client) {
      String path = "/gone";
      try (client) {
        BufferedReader in = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
        path = in.readLine().split(" ", 3)[1];
        while (!in.readLine().isEmpty()) {
          // Not of interest.
        }
        OutputStream out = client.getOutputStream();
        if (!path.equals("/silent")) {
          String body = path.equals("/gone") ? String.join(" ", gone) : "data: half\n\n";
          out.write(("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n" + body).getBytes(ISO_8859_1));
          out.flush();
        }
        if (path.equals("/gone")) {
          return;
        }
        int _ = in.read();
      } catch (IOException _) {
        // The client has hung up.
      }
      gone.add(path);
    }

    @Override
    public void close() throws IOException {
      listening.close();
    }
  }

  private static List<String> run(String code, List<String> arguments, String... grants) {
    try (ServicesManager services = ServicesManager.open(HostOptions.defaults())) {
      services.create(
          ServiceDefinition.named("page")
              .code(code)
              .arguments(arguments)
              .limits(Limits.DEFAULT)
              .endWhenIdle(true)
              .permissions(
                  Permissions.NONE.withNetwork(
                      new NetworkAccess(List.of(grants).stream().map(HostGrant::parse).toList(), List.of())))
              .build());
      services.start("page");
      ExitCause cause = services.awaitClosed("page");
      List<String> lines = services.output("page").stream().map(OutputLine::text).toList();
      assertThat(cause).as(lines.toString()).isInstanceOf(ExitCause.Finished.class);
      return lines;
    }
  }

  /// Attack: begin exchanges and give them up, to fill the host with sockets. The service lives until the server has seen
  /// the end of each that was given up, and not of the one that was kept.
  @Test
  void whoGivesUpFreesTheSocket() throws IOException {
    try (Waiting server = new Waiting()) {
      List<String> lines =
          run(
              """
              const [server] = service.args;
              const aborted = async (path, read) => {
                const abort = new AbortController();
                const asked = fetch("http://" + server + path, { signal: abort.signal });
                if (read) {
                  const reader = (await asked).body.getReader();
                  await reader.read();
                  const rest = reader.read();
                  abort.abort();
                  await rest.catch((e) => console.log(path, e.name));
                } else {
                  setTimeout(() => abort.abort(), 100);
                  await asked.catch((e) => console.log(path, e.name));
                }
              };
              await aborted("/silent", false);
              await aborted("/fetch", true);
              await (await fetch("http://" + server + "/cancel")).body.cancel();
              const first = (path) => new Promise((resolve) => {
                const source = new EventSource("http://" + server + path);
                source.onmessage = (e) => { console.log(path, e.data); resolve(source); };
              });
              const kept = await first("/kept");
              (await first("/events")).close();
              const gone = async () => (await fetch("http://" + server + "/gone")).text();
              let seen = await gone();
              while (seen.split(" ").length < 4) seen = await gone();
              console.log(seen);
              kept.close();
              """,
              List.of(server.address()),
              "127.0.0.1");
      assertThat(lines)
          .containsExactly("/silent AbortError", "/fetch AbortError", "/kept half", "/events half", "/cancel /events /fetch /silent");
    }
  }

  @Test
  void speaksByWebSocketWithAGrantedServerOnly() throws IOException {
    try (MockWebServer server = new MockWebServer()) {
      server.enqueue(
          new MockResponse.Builder()
              .addHeader("Sec-WebSocket-Protocol", "chat")
              .webSocketUpgrade(
                  new WebSocketListener() {
                    @Override
                    public void onMessage(WebSocket webSocket, String text) {
                      webSocket.send(text);
                    }

                    @Override
                    public void onMessage(WebSocket webSocket, ByteString bytes) {
                      webSocket.send(bytes);
                    }

                    @Override
                    public void onClosing(WebSocket webSocket, int code, String reason) {
                      webSocket.close(code, reason);
                    }
                  })
              .build());
      server.start(InetAddress.ofLiteral("127.0.0.1"), 0);
      String place = "127.0.0.1:" + server.getPort();
      List<String> lines =
          run(
              """
              const [place] = service.args;
              const refused = new WebSocket("ws://localhost:81/");
              await new Promise((done) => {
                refused.onerror = (e) => console.log(e.error.name, e.error.permission, e.message);
                refused.onclose = (e) => { console.log(e.code, e.wasClean); done(); };
              });
              const socket = new WebSocket("ws://" + place + "/", ["chat"]);
              socket.binaryType = "arraybuffer";
              const next = () => new Promise((done) => { socket.onmessage = (e) => done(e.data); });
              await new Promise((done) => { socket.onopen = done; });
              console.log(socket.protocol);
              socket.send("caf\\u00e9");
              console.log(await next());
              const large = new Uint8Array(1 << 20).map((_, i) => i * 7);
              socket.send(large);
              const back = new Uint8Array(await next());
              console.log(back.length, back.every((byte, i) => byte === large[i]), socket.bufferedAmount);
              socket.close(3000, "done");
              await new Promise((done) => { socket.onclose = (e) => done(console.log(e.code, e.reason, e.wasClean)); });
              """,
              List.of(place),
              place);
      assertThat(lines)
          .containsExactly(
              "PermissionDeniedError net service \"page\" may not connect to localhost:81; grant it with permissions.net:"
                  + " [\"localhost:81\"]",
              "1006 false",
              "chat",
              "caf\u00e9",
              "1048576 true 0",
              "3000 done true");
    }
  }
}
