package ringfence.host.broker;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.Executor;
import ringfence.host.trace.Tracing;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.permission.ListenGrant;
import ringfence.sandbox.protocol.NetworkRequest;

/// The network of one run, whose worker has none: out by [FetchBroker] and [WebSocketBroker], in by [ListenBroker].
///
/// Requests block and have a thread of their own each. Thread-safe.
final class NetworkBroker implements AutoCloseable {
  private final WayOut wayOut;
  private final FetchBroker fetches;
  private final WebSocketBroker webSockets;
  private final ListenBroker servers;

  NetworkBroker(
      Doorkeeper door, Limits limits, Handles handles, Answers answers, Executor threads, NetworkSetup setup, Tracing tracing) {
    this.wayOut = new WayOut(door, setup, handles, answers, threads);
    this.fetches = new FetchBroker(wayOut, limits, handles, answers, door.service(), tracing);
    this.webSockets = new WebSocketBroker(wayOut, limits, handles, answers, threads, setup);
    this.servers = new ListenBroker(door, limits, handles, answers, setup.headTime(), tracing);
  }

  /// Where the run serves at this moment.
  List<ListenGrant> listening() {
    return servers.listening();
  }

  /// Does what is asked, and answers once. Blocks.
  void serve(long id, NetworkRequest request) throws IOException {
    try {
      switch (request) {
        case NetworkRequest.BeginFetch r -> fetches.begin(id, r);
        case NetworkRequest.WriteBody r -> fetches.write(id, r);
        case NetworkRequest.EndBody r -> fetches.endBody(id, r);
        case NetworkRequest.AwaitResponse r -> fetches.awaitResponse(id, r);
        case NetworkRequest.ReadResponse r -> fetches.readResponse(id, r);
        case NetworkRequest.OpenWebSocket r -> webSockets.open(id, r);
        case NetworkRequest.ReadWebSocket r -> webSockets.read(id, r);
        case NetworkRequest.WriteWebSocket r -> webSockets.write(id, r);
        case NetworkRequest.CloseWebSocket r -> webSockets.close(id, r);
        case NetworkRequest.OpenServer _ -> servers.open(id);
        case NetworkRequest.AwaitRequests r -> servers.await(id, r);
        case NetworkRequest.ReadRequest r -> servers.read(id, r);
        case NetworkRequest.Respond r -> servers.respond(id, r);
        case NetworkRequest.WriteResponse r -> servers.write(id, r);
        case NetworkRequest.AbortRequest r -> servers.abort(id, r);
        case NetworkRequest.StopServer r -> servers.stop(id, r);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the run has ended");
    }
  }

  @Override
  public void close() {
    wayOut.close();
  }
}
