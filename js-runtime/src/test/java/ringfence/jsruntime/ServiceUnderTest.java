package ringfence.jsruntime;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.graalvm.polyglot.Engine;
import ringfence.jsruntime.context.ContextFactory;
import ringfence.jsruntime.context.Guest;
import ringfence.jsruntime.loop.Turns;
import ringfence.jsruntime.loop.WatchedLoops;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.local.LocalPort;
import ringfence.sandbox.port.ring.FutexDoorbell;
import ringfence.sandbox.protocol.BrokerCodec;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ControlCodec;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.LinkRole;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceMessageCodec;
import ringfence.sandbox.protocol.ServiceName;

/// A [RemoteService] on a thread of its own; the test is its host, and its peers where it wants to be.
final class ServiceUnderTest implements AutoCloseable {
  /// The modules of Node's names that a service can import, as the text of a refusal lists them.
  static final String NODE_MODULES =
      "node:assert, node:assert/strict, node:buffer, node:events, node:fs, node:fs/promises, node:path, node:path/posix,"
          + " node:url, node:util, node:util/types";

  /// One engine for all tests, as a worker has one for its life.
  static final Engine ENGINE = ContextFactory.engine("CONSTRAINED");

  private static final AtomicLong REGIONS = new AtomicLong();
  private static final int MAX_MESSAGE = 1 << 20;

  private final String name;
  private final SequencedMap<String, String> modules = new LinkedHashMap<>();
  private final List<ServiceName> imports = new ArrayList<>();
  private final Map<Long, ConnectionPort> regions = new ConcurrentHashMap<>();
  private final LocalPort control;
  private final LocalPort workerControl;
  private final LocalPort broker;
  private final LocalPort workerBroker;
  private final List<ControlEvent> received = new ArrayList<>();
  private final CompletableFuture<Integer> status = new CompletableFuture<>();
  private final RemoteService service;
  private final Thread thread;
  private GuestPolicy policy = GuestPolicy.STRICTEST;
  private long callTimeoutMillis = 60_000;
  private boolean endWhenIdle;
  private boolean crashOnUncaught;
  private Map<String, String> environment = Map.of();
  private List<String> arguments = List.of();

  private ServiceUnderTest(String name) {
    this.name = name;
    LocalPort.Pair pair = LocalPort.pair(MAX_MESSAGE, 1024);
    control = pair.first();
    workerControl = pair.second();
    LocalPort.Pair brokers = LocalPort.pair(MAX_MESSAGE, 64);
    broker = brokers.first();
    workerBroker = brokers.second();
    Doorbell doorbell = FutexDoorbell.open();
    service =
        new RemoteService(
            ENGINE, new ControlLink(workerControl), workerBroker, this::region, doorbell, new Turns(),
            new WatchedLoops(), new LinkMeter());
    thread =
        new Thread(
            null,
            () -> {
              try {
                int ended = service.run();
                Guest guest = service.context();
                if (guest != null) {
                  guest.close();
                }
                status.complete(ended);
              } catch (RuntimeException | Error e) {
                status.completeExceptionally(e);
              } finally {
                workerControl.close();
                workerBroker.close();
              }
            },
            "service-under-test",
            16L << 20);
  }

  static ServiceUnderTest of(String code) {
    return named("page").module("page.js", code);
  }

  static ServiceUnderTest named(String name) {
    return new ServiceUnderTest(name);
  }

  ServiceUnderTest module(String file, String code) {
    modules.put(file, code);
    return this;
  }

  ServiceUnderTest callTimeout(long millis) {
    callTimeoutMillis = millis;
    return this;
  }

  ServiceUnderTest endWhenIdle() {
    endWhenIdle = true;
    return this;
  }

  ServiceUnderTest crashOnUncaught() {
    crashOnUncaught = true;
    return this;
  }

  ServiceUnderTest policy(GuestPolicy policy) {
    this.policy = policy;
    return this;
  }

  ServiceUnderTest arguments(List<String> arguments, Map<String, String> environment) {
    this.arguments = arguments;
    this.environment = environment;
    return this;
  }

  /// Offers a link before the code, and gives the test the peer's end of it.
  LocalPort imports(String peer, int capacityMessages) {
    imports.add(new ServiceName(peer));
    return link(peer, LinkRole.IMPORT, capacityMessages);
  }

  LocalPort imports(String peer) {
    return imports(peer, 1024);
  }

  /// Offers the link to a new run of an import, and gives the test the peer's end of it.
  LocalPort linksAgain(String peer) {
    return link(peer, LinkRole.IMPORT, 1024);
  }

  LocalPort dependant(String peer) {
    return link(peer, LinkRole.DEPENDANT, 1024);
  }

  LocalPort dependant(String peer, int capacityMessages) {
    return link(peer, LinkRole.DEPENDANT, capacityMessages);
  }

  /// Joins two services: `this` imports the other.
  void importsService(ServiceUnderTest other) {
    importsService(other, MAX_MESSAGE);
  }

  /// @param messageBytes the longest message of their link
  void importsService(ServiceUnderTest other, int messageBytes) {
    LocalPort.Pair pair = LocalPort.pair(messageBytes, 1024);
    imports.add(new ServiceName(other.name));
    offer(other.name, LinkRole.IMPORT, pair.first());
    other.offer(name, LinkRole.DEPENDANT, pair.second());
  }

  private LocalPort link(String peer, LinkRole role, int capacityMessages) {
    LocalPort.Pair pair = LocalPort.pair(MAX_MESSAGE, capacityMessages);
    offer(peer, role, pair.first());
    return pair.second();
  }

  long lastRegion() {
    return REGIONS.get();
  }

  private void offer(String peer, LinkRole role, ConnectionPort port) {
    long region = REGIONS.incrementAndGet();
    regions.put(region, port);
    send(new ControlEvent.LinkOffered(region, new ServiceName(peer), role));
  }

  private ConnectionPort region(long id) throws IOException {
    ConnectionPort port = regions.remove(id);
    if (port == null) {
      throw new IOException("no region " + id);
    }
    return port;
  }

  /// Sends the code, whose entry is the first module, and starts the thread.
  ServiceUnderTest start() {
    send(
        new ControlEvent.RunCode(
            new ServiceName(name), 1, modules.firstEntry().getKey(), modules, imports, arguments,
            environment, policy, callTimeoutMillis, endWhenIdle, crashOnUncaught));
    thread.start();
    return this;
  }

  void send(ControlEvent event) {
    assertThat(control.offer(ControlCodec.encode(event))).isTrue();
  }

  /// All events so far.
  synchronized List<ControlEvent> events() {
    try {
      while (control.poll((b, o, l) -> received.add(ControlCodec.decode(b, o, l)), 64) > 0) {
        // Takes all that is there.
      }
    } catch (PortClosedException _) {
      // Ended; what was received stays.
    }
    return List.copyOf(received);
  }

  List<String> output() {
    return events().stream()
        .filter(ControlEvent.Output.class::isInstance)
        .map(event -> ((ControlEvent.Output) event).text())
        .toList();
  }

  List<ErrorReport> errors() {
    return events().stream()
        .filter(ControlEvent.UncaughtError.class::isInstance)
        .map(event -> ((ControlEvent.UncaughtError) event).error())
        .toList();
  }

  ErrorReport awaitError() {
    await(() -> assertThat(errors()).isNotEmpty());
    return errors().getFirst();
  }

  void awaitOutput(String... lines) {
    await(() -> assertThat(output()).as(() -> "errors: " + errors()).containsExactly(lines));
  }

  ServiceUnderTest awaitRunning() {
    await(
        () ->
            assertThat(events())
                .anyMatch(event -> event instanceof ControlEvent.StateChanged));
    return this;
  }

  /// Waits for the end and gives its reason.
  CloseReason awaitClosed() {
    awaitEnd();
    assertThat(events().getLast()).isInstanceOf(ControlEvent.Closed.class);
    return ((ControlEvent.Closed) events().getLast()).reason();
  }

  int awaitEnd() {
    try {
      return status.get(20_000, MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the service did not end: " + events(), e);
    }
  }

  /// Waits for what the service asks of the host next.
  BrokerCall awaitCall() {
    List<BrokerMessage> messages = new ArrayList<>();
    await(
        () ->
            assertThat(broker.poll((b, o, l) -> messages.add(BrokerCodec.decode(b, o, l)), 1))
                .as(() -> "errors: " + errors() + ", output: " + output())
                .isEqualTo(1));
    return (BrokerCall) messages.getFirst();
  }

  /// The host's answer, or what it tells unasked.
  void tell(BrokerMessage message) {
    await(() -> assertThat(broker.offer(BrokerCodec.encode(message))).isTrue());
  }

  LocalPort broker() {
    return broker;
  }

  LocalPort control() {
    return control;
  }

  static void await(org.awaitility.core.ThrowingRunnable condition) {
    Awaitility.await()
        .atMost(30, java.util.concurrent.TimeUnit.SECONDS)
        .pollInterval(2, MILLISECONDS)
        .untilAsserted(condition);
  }

  /// Waits for the next message on a peer's end.
  static ServiceMessage next(LocalPort port) {
    List<ServiceMessage> messages = new ArrayList<>();
    await(
        () ->
            assertThat(
                    port.poll((b, o, l) -> messages.add(ServiceMessageCodec.decode(b, o, l)), 1))
                .isEqualTo(1));
    return messages.getFirst();
  }

  static void send(LocalPort port, ServiceMessage message) {
    assertThat(port.offer(ServiceMessageCodec.encode(message))).isTrue();
  }

  @Override
  public void close() {
    control.close();
    broker.close();
    if (thread.isAlive()) {
      awaitEnd();
    }
  }
}
