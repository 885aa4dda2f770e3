package ringfence.host.broker;

import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.permission.AccessRequest;
import ringfence.sandbox.permission.Decision;
import ringfence.sandbox.permission.NetworkAccess;

/// How the code of one run reaches others, by `fetch` or by a WebSocket: who may be connected to, at which addresses,
/// over which transport, and how many at once. Thread-safe.
final class WayOut implements AutoCloseable {
  /// Fetches of one run at once, their unread bodies included, and its WebSockets.
  static final int MOST_AT_ONCE = 64;

  private final Doorkeeper door;
  private final NetworkSetup setup;
  private final Handles handles;
  private final Answers answers;
  private final Executor threads;
  private final AtomicInteger underWay = new AtomicInteger();

  // Made when a run first goes out. Guarded by this.
  private @Nullable HttpTransport transport;
  private @Nullable Resolver resolver;

  /// An address that a name stands for may not be connected to.
  static final class RefusedException extends IOException {
    @java.io.Serial private static final long serialVersionUID = 1L;

    private final transient Decision.Denied denied;

    RefusedException(Decision.Denied denied) {
      super(denied.reason());
      this.denied = denied;
    }

    Decision.Denied denied() {
      return denied;
    }
  }

  /// Something that goes out. It has a place from when it is made until it is closed, when it gives that back by [#leave].
  interface Outbound extends Closeable {
    /// Goes out, on a thread of its own.
    void run();
  }

  /// @param threads that run what goes out
  WayOut(Doorkeeper door, NetworkSetup setup, Handles handles, Answers answers, Executor threads) {
    this.door = door;
    this.setup = setup;
    this.handles = handles;
    this.answers = answers;
    this.threads = threads;
  }

  /// Has something go out and answers with its number, or answers why it may not: by what is granted, what the name stands
  /// for is decided on in [#addresses], and by how many are out.
  void begin(long id, FetchTarget target, Supplier<Outbound> make) throws IOException {
    if (door.decide(new AccessRequest.Connect(target.host(), target.port())) instanceof Decision.Denied denied) {
      answers.deny(id, denied);
      return;
    }
    if (!enter()) {
      answers.fail(id, "BackpressureError", "", NetworkReplies.TOO_MANY);
      return;
    }
    Outbound outbound = make.get();
    int handle;
    try {
      handle = handles.add(outbound);
    } catch (IOException e) {
      outbound.close();
      throw e;
    }
    threads.execute(outbound::run);
    answers.reply(id, NetworkReplies.number(handle));
  }

  private boolean enter() {
    if (underWay.incrementAndGet() > MOST_AT_ONCE) {
      underWay.decrementAndGet();
      return false;
    }
    return true;
  }

  void leave() {
    underWay.decrementAndGet();
  }

  synchronized HttpTransport transport() {
    HttpTransport made = transport == null ? new HttpTransport(setup) : transport;
    transport = made;
    return made;
  }

  private synchronized Resolver resolver() {
    Resolver made = resolver == null ? setup.resolver().get() : resolver;
    resolver = made;
    return made;
  }

  /// Looks the host up once; one address that may not be connected to refuses all. Blocks.
  ///
  /// @return in the order in which they are to be tried
  /// @throws RefusedException if one is of a private or special range that is not granted by itself
  List<InetAddress> addresses(FetchTarget target) throws IOException {
    List<InetAddress> found =
        target.host().equals(NetworkAccess.LOCALHOST)
            ? List.of(InetAddress.ofLiteral("127.0.0.1"), InetAddress.ofLiteral("::1"))
            : target.isAddress() ? List.of(InetAddress.ofLiteral(target.host())) : resolver().lookup(target.host());
    if (found.isEmpty()) {
      throw new UnknownHostException(target.host());
    }
    NetworkAccess granted = door.permissions().network();
    for (InetAddress address : found) {
      Optional<String> inside = setup.inside().apply(address);
      if (inside.isPresent() && !granted.namesAddress(target.host(), address, target.port())) {
        throw new RefusedException(
            door.refuse(
                new AccessRequest.Connect(target.host(), target.port()),
                "it stands for an address of " + inside.get() + ", which only a grant of that address opens"));
      }
    }
    // IPv4 first: it works wherever anything does, and the others are tried soon.
    return found.stream().sorted((a, b) -> Boolean.compare(b instanceof Inet4Address, a instanceof Inet4Address)).toList();
  }

  @Override
  public synchronized void close() {
    if (transport != null) {
      transport.close();
    }
  }
}
