package ringfence.host;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import ringfence.sandbox.protocol.EventPolicy;
import ringfence.sandbox.protocol.LinkFigures;
import ringfence.sandbox.protocol.ServiceMessage.Subscribe;
import ringfence.sandbox.protocol.ServiceName;
import ringfence.sandbox.value.ServiceValue;
import ringfence.sandbox.value.UnsupportedValueException;

/// Java code that calls services, reads their streams and hears their events, as a service that imports them does:
/// with a port of its own to each, and a thread that serves these.
///
/// ```java
/// try (var client = services.connect("counter")) {
///   long n = client.call("counter", "increment", 2).asLong();
///   try (var countdown = client.stream("counter", "countdown", 3)) {
///     while (countdown.hasNext()) System.out.println(countdown.next().asInt());
///   }
/// }
/// ```
/// Thread-safe. Calls block, and are meant for virtual threads. A client outlives the runs of its services: while one
/// does not run, calls fail with a `PeerClosedError`, and when it runs again they work again.
///
/// Services see it as the caller `host`.
public final class ServiceClient implements AutoCloseable {
  /// How long calls wait unless they say otherwise.
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

  private final JavaPeer peer;
  private final Duration timeout;
  private final Listeners listeners;
  private final Runnable onClose;

  private ServiceClient(JavaPeer peer, Duration timeout, Listeners listeners, Runnable onClose) {
    this.peer = peer;
    this.timeout = timeout;
    this.listeners = listeners;
    this.onClose = onClose;
  }

  /// Makes a client without links.
  ///
  /// @param onClose told once, after the client is closed
  static ServiceClient of(JavaPeer peer, Listeners listeners, Runnable onClose) {
    return new ServiceClient(peer, DEFAULT_TIMEOUT, listeners, onClose);
  }

  /// What went over the links to services, since the client was made.
  Map<ServiceName, LinkFigures> traffic() {
    return peer.traffic();
  }

  /// The same client, whose calls wait that long.
  public ServiceClient within(Duration limit) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException("the limit of a call must be above zero, not " + limit);
    }
    return new ServiceClient(peer, limit, listeners, onClose);
  }

  /// Calls an exported function, and waits for what it returns.
  ///
  /// @param arguments what [ServiceValue#of] takes, or an [java.util.Iterator] for a stream: it is asked on a thread
  ///     of its own as the service reads, and closed in the end if it is [AutoCloseable]
  /// @throws ServiceCallException with the callee's error, or `PeerClosedError`, `TimeoutError`,
  ///     `BackpressureError` or `MessageTooLargeError`
  /// @throws UnsupportedValueException if an argument can't be sent, or the result can't be held by Java
  /// @throws ServiceException with INTERRUPTED; the call is given up then
  public ServiceValue call(String service, String function, Object... arguments) {
    Received returned = peer.call(name(service), function, timeout, Arrays.asList(arguments));
    if (!returned.streams().isEmpty()) {
      boolean port = !returned.ports().isEmpty();
      returned.close();
      throw new UnsupportedValueException(
          "the result of " + service + "." + function
              + (port ? " holds a port; take it with port(...)" : " holds a stream; take it with stream(...)"));
    }
    return returned.value();
  }

  /// Calls an exported function that returns a stream.
  ///
  /// @return to be closed, or read to its end
  /// @throws UnsupportedValueException if it returns something else
  public ServiceStream stream(String service, String function, Object... arguments) {
    Received returned = peer.call(name(service), function, timeout, Arrays.asList(arguments));
    ServiceStream stream = returned.stream(returned.value());
    if (stream == null) {
      returned.close();
      throw new UnsupportedValueException("the result of " + service + "." + function + " is no stream");
    }
    return stream;
  }

  /// Calls an exported function of which the caller does not know whether it returns a stream.
  ///
  /// @throws UnsupportedValueException if the result is or holds a port, or holds a stream among other things
  public ServiceResult ask(String service, String function, Object... arguments) {
    Received returned = peer.call(name(service), function, timeout, Arrays.asList(arguments));
    ServiceStream stream = returned.stream(returned.value());
    if (stream != null) {
      return new ServiceResult.Items(stream);
    }
    if (!returned.streams().isEmpty()) {
      returned.close();
      throw new UnsupportedValueException(
          "the result of " + service + "." + function + " holds a stream or a port; return the stream itself");
    }
    return new ServiceResult.Value(returned.value());
  }

  /// Calls an exported function that returns a `MessagePort`.
  ///
  /// @return to be closed
  /// @throws UnsupportedValueException if it returns something else
  public ServicePort port(String service, String function, Object... arguments) {
    Received returned = peer.call(name(service), function, timeout, Arrays.asList(arguments));
    ServicePort port = returned.port(returned.value());
    if (port == null) {
      returned.close();
      throw new UnsupportedValueException("the result of " + service + "." + function + " is no port");
    }
    return port;
  }

  /// Hears an event of a service, from now on and in each of its runs.
  ///
  /// Listeners run on the client's thread, one after another and in the order of the events: while one takes its time
  /// nothing else arrives, which slows the emitter down as the policy says. They can't call.
  ///
  /// @param event the event's name; `gap` tells how many were lost, `state` whether the service can be reached
  public Subscription on(String service, String event, Consumer<List<ServiceValue>> listener) {
    ServiceName name = name(service);
    return listeners.add(peer, name, event, listener);
  }

  /// Hears how many events of a service were lost.
  public Subscription onGap(String service, LongConsumer listener) {
    return on(service, "gap", values -> listener.accept(values.getFirst().asLong()));
  }

  /// Says what becomes of a service's events when this client does not keep up; [EventPolicy#BLOCK] and 1024 unless
  /// it is said.
  ///
  /// @param limit how many may wait, from 1 to 4096
  public void queueEvents(String service, EventPolicy policy, int limit) {
    if (limit < 1 || limit > Subscribe.MOST_EVENTS) {
      throw new IllegalArgumentException(
          "limit must be from 1 to " + Subscribe.MOST_EVENTS + " events, not " + limit);
    }
    listeners.queue(peer, name(service), policy, limit);
  }

  /// Whether calls to a service reach it at this moment.
  public boolean isConnected(String service) {
    return peer.isConnected(name(service));
  }

  /// Cuts the links. Calls that wait fail with `PeerClosedError`.
  @Override
  public void close() {
    onClose.run();
    peer.close();
  }

  private static ServiceName name(String service) {
    return ServiceDefinition.serviceName(service);
  }

  /// Who hears what.
  static final class Listeners implements JavaPeer.EventListener {
    private static final System.Logger LOG = System.getLogger("ringfence.host");

    /// Told by the host, and not by the service: who waits for it alone must not be sent all that the service emits.
    private static final String STATE = "state";

    private final Map<ServiceName, Queueing> queueing = new ConcurrentHashMap<>();
    private final List<Listener> all = new CopyOnWriteArrayList<>();

    private record Queueing(EventPolicy policy, int limit) {
      static final Queueing DEFAULT = new Queueing(EventPolicy.BLOCK, 1024);
    }

    private record Listener(
        ServiceName service, String event, Consumer<List<ServiceValue>> callback) {}

    Subscription add(
        JavaPeer peer, ServiceName service, String event, Consumer<List<ServiceValue>> callback) {
      Listener listener = new Listener(service, event, callback);
      all.add(listener);
      if (!event.equals(STATE)) {
        subscribe(peer, service);
      }
      return () -> all.remove(listener);
    }

    void queue(JavaPeer peer, ServiceName service, EventPolicy policy, int limit) {
      queueing.put(service, new Queueing(policy, limit));
      if (all.stream().anyMatch(l -> l.service.equals(service) && !l.event.equals(STATE))) {
        subscribe(peer, service);
      }
    }

    private void subscribe(JavaPeer peer, ServiceName service) {
      Queueing as = queueing.getOrDefault(service, Queueing.DEFAULT);
      peer.post(() -> peer.endpoint().subscribe(service.value(), as.policy, as.limit));
    }

    @Override
    public void event(ServiceName service, String name, List<ServiceValue> arguments) {
      for (Listener listener : all) {
        if (listener.service.equals(service) && listener.event.equals(name)) {
          tell(listener, arguments);
        }
      }
    }

    private static void tell(Listener listener, List<ServiceValue> arguments) {
      try {
        listener.callback.accept(arguments);
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "client-listener-failed", e);
      }
    }

    @Override
    public void gap(ServiceName service, long lost) {
      event(service, "gap", List.of(new ServiceValue.Num(lost)));
    }

    @Override
    public void disconnected(ServiceName service) {
      event(service, "disconnect", List.of());
    }

    @Override
    public void connected(ServiceName service, boolean connected) {
      event(service, STATE, List.of(new ServiceValue.Text(connected ? "running" : "closed")));
    }
  }
}
