package ringfence.host.broker;

import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import ringfence.host.trace.Tracing;
import ringfence.sandbox.permission.AccessRequest;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.protocol.NetworkRequest.AbortRequest;
import ringfence.sandbox.protocol.NetworkRequest.AwaitRequests;
import ringfence.sandbox.protocol.NetworkRequest.ReadRequest;
import ringfence.sandbox.protocol.NetworkRequest.Respond;
import ringfence.sandbox.protocol.NetworkRequest.StopServer;
import ringfence.sandbox.protocol.NetworkRequest.WriteResponse;

/// HTTP for the code of one run, on the ports that are granted to it.
///
/// Methods block and have a thread of their own for each request. Thread-safe.
final class ListenBroker {
  private static final int MOST_AT_A_TIME = 16;

  private final Doorkeeper door;
  private final Limits limits;
  private final Handles handles;
  private final Answers answers;
  private final Duration headTime;
  private final Tracing tracing;

  // Guarded by this.
  private @Nullable RunServer server;

  /// @param headTime in which a client must have said what it wants
  ListenBroker(Doorkeeper door, Limits limits, Handles handles, Answers answers, Duration headTime, Tracing tracing) {
    this.tracing = tracing;
    this.door = door;
    this.limits = limits;
    this.handles = handles;
    this.answers = answers;
    this.headTime = headTime;
  }

  /// Where the run serves at this moment.
  synchronized List<ListenGrant> listening() {
    return server == null ? List.of() : server.listening();
  }

  /// Opens all granted ports.
  synchronized void open(long id) throws IOException {
    List<ListenGrant> grants = door.permissions().network().listen();
    if (grants.isEmpty()) {
      answers.reply(id, NetworkReplies.serving(0, List.of()));
      return;
    }
    if (server != null) {
      answers.fail(id, "Error", "", "the service serves already");
      return;
    }
    for (ListenGrant grant : grants) {
      if (door.decide(new AccessRequest.Listen(grant.address(), grant.port())) instanceof Decision.Denied denied) {
        answers.deny(id, denied);
        return;
      }
    }
    RunServer opened;
    try {
      opened = RunServer.open(door.service().value(), grants, limits.responseBytes(), headTime, tracing);
    } catch (RunServer.PortException e) {
      answers.fail(id, "Error", e.code(), String.valueOf(e.getMessage()));
      return;
    }
    int handle;
    try {
      handle = handles.add(opened);
    } catch (IOException e) {
      opened.close();
      throw e;
    }
    server = opened;
    answers.reply(id, NetworkReplies.serving(handle, opened.listening()));
  }

  void await(long id, AwaitRequests asked) throws IOException, InterruptedException {
    Optional<RunServer> found = handles.get(asked.server(), RunServer.class);
    List<ServedRequest> requests = found.isEmpty() ? List.of() : found.get().await(MOST_AT_A_TIME);
    answers.reply(id, NetworkReplies.requests(requests));
  }

  void read(long id, ReadRequest asked) throws InterruptedException {
    Optional<ServedRequest> found = exchange(asked.server(), asked.exchange());
    if (found.isEmpty()) {
      failGone(id);
      return;
    }
    byte[] bytes;
    try {
      bytes = found.get().read();
    } catch (ResponseBody.TooLargeException _) {
      answers.fail(
          id,
          "MessageTooLargeError",
          "",
          "the request's body is longer than limits.response allows, which is " + limits.responseBytes() + " bytes");
      return;
    } catch (IOException _) {
      failGone(id);
      return;
    }
    answers.reply(id, bytes);
  }

  void respond(long id, Respond asked) throws InterruptedException {
    answer(
        id,
        exchange(asked.server(), asked.exchange()),
        request ->
            request.respond(asked.status(), asked.headers(), asked.bodyBytes(), asked.bytes(), asked.last()));
  }

  void write(long id, WriteResponse asked) throws InterruptedException {
    answer(
        id,
        exchange(asked.server(), asked.exchange()),
        request -> request.write(asked.bytes(), asked.last()));
  }

  /// Says something to a client, and waits until it has room for it.
  @FunctionalInterface
  private interface Saying {
    void to(ServedRequest request) throws IOException, InterruptedException;
  }

  private void answer(long id, Optional<ServedRequest> found, Saying saying) throws InterruptedException {
    if (found.isEmpty()) {
      failGone(id);
      return;
    }
    try {
      saying.to(found.get());
    } catch (IllegalArgumentException e) {
      answers.fail(id, "TypeError", "", String.valueOf(e.getMessage()));
      return;
    } catch (IOException _) {
      failGone(id);
      return;
    }
    answers.reply(id, new byte[0]);
  }

  void abort(long id, AbortRequest asked) {
    exchange(asked.server(), asked.exchange()).ifPresent(ServedRequest::abort);
    answers.reply(id, new byte[0]);
  }

  void stop(long id, StopServer asked) throws InterruptedException {
    Optional<RunServer> found = handles.get(asked.server(), RunServer.class);
    if (found.isPresent()) {
      found.get().stop(limits.close().dividedBy(2));
    }
    answers.reply(id, new byte[0]);
  }

  private Optional<ServedRequest> exchange(int server, long exchange) {
    return handles.get(server, RunServer.class).flatMap(run -> run.exchange(exchange));
  }

  private void failGone(long id) {
    answers.fail(id, "TypeError", "ECONNRESET", "the client has gone, or was too slow");
  }
}
