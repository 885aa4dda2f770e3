package ringfence.host.worker;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import ringfence.sandbox.launch.WorkerProcess;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.PortHandler;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.protocol.BrokerCodec;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.ControlCodec;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.MalformedMessageException;

/// The ports between the host and one worker, and what comes in by them:
///
/// ```
///   control     ControlEvents, both ways              read at a pace
///   broker      BrokerCalls in, their answers out
///   inspector   the debugger's messages, both ways    only where one may look in
/// ```
/// What is to be sent is left here from any thread; all else belongs to the worker's thread.
final class WorkerPorts implements AutoCloseable {
  /// A worker's events are small; at this size it can write for some milliseconds while the host is busy.
  private static final int CONTROL_RING_BYTES = 1 << 20;

  /// Must hold a RunCode with all of a service's modules, and a console line of any sane length.
  private static final int CONTROL_MESSAGE_BYTES = 16 << 20;

  /// Most workers never ask for anything.
  private static final int BROKER_RING_BYTES = 256 << 10;

  /// Must hold a child's definition with all of its modules.
  private static final int BROKER_MESSAGE_BYTES = 6 << 20;

  /// The inspector's messages are small, but for a script's text.
  private static final int INSPECTOR_RING_BYTES = 256 << 10;

  /// Must hold the text of any module, as JSON.
  private static final int INSPECTOR_MESSAGE_BYTES = 32 << 20;

  /// Events taken in one go, before what waits to be sent is looked at again.
  private static final int POLL_LIMIT = 256;

  /// Calls and the inspector's messages are larger than events, and what they ask for costs more.
  private static final int CALL_LIMIT = 16;

  // A worker that leaves two of the longest messages unread has stopped reading.
  private final WorkerPort control =
      new WorkerPort(
          "control port", RingOffer.CONTROL_REGION, CONTROL_RING_BYTES, CONTROL_MESSAGE_BYTES, 2L * CONTROL_MESSAGE_BYTES);
  private final WorkerPort broker =
      new WorkerPort("broker port", RingOffer.BROKER_REGION, BROKER_RING_BYTES, BROKER_MESSAGE_BYTES, 2L * BROKER_MESSAGE_BYTES);

  private final @Nullable WorkerPort inspector;

  /// All of them, in the order of their turns: control first, so that a worker that asks much can still be closed.
  private final List<WorkerPort> all;

  private final Bounds bounds;
  private final ReadPace pace;
  private final WorkerListener listener;
  private @Nullable String broken;
  private boolean over;

  /// @param bounds told when the worker is ready
  /// @param pace at which events are read
  /// @param listener told what comes, until the worker has broken a rule
  WorkerPorts(Bounds bounds, ReadPace pace, WorkerListener listener) {
    this.bounds = bounds;
    this.pace = pace;
    this.listener = listener;
    this.inspector =
        bounds.debugged()
            ? new WorkerPort(
                "inspector port", RingOffer.INSPECTOR_REGION, INSPECTOR_RING_BYTES, INSPECTOR_MESSAGE_BYTES, INSPECTOR_MESSAGE_BYTES)
            : null;
    this.all = inspector == null ? List.of(control, broker) : List.of(control, broker, inspector);
  }

  // ---- any thread; false if the worker does not read, and is to be killed

  boolean queue(ControlEvent event) {
    return control.queue(ControlCodec.encode(event));
  }

  boolean queue(BrokerMessage message) {
    return broker.queue(BrokerCodec.encode(message));
  }

  /// Does nothing where no debugger may look in.
  boolean queueForInspector(byte[] message) {
    return inspector == null || inspector.queue(message);
  }

  // ---- the worker's thread

  /// Makes their memory.
  void open() throws IOException {
    for (WorkerPort port : all) {
      port.open();
    }
  }

  /// Hands their other ends to the worker.
  void handTo(WorkerProcess process) throws IOException {
    for (WorkerPort port : all) {
      port.handTo(process);
    }
  }

  /// Has the bell ring for what comes.
  void listen(Doorbell bell) {
    all.forEach(port -> bell.add(port.port()));
  }

  void listenNoMore(Doorbell bell) {
    all.forEach(port -> bell.remove(port.port()));
  }

  /// Whether the worker can't be served any more: one of its ports has ended, or it has broken a rule.
  boolean areOver() {
    return over;
  }

  /// Which rule the worker has broken, if it has.
  Optional<String> broken() {
    return Optional.ofNullable(broken);
  }

  /// Gives each its turn.
  ///
  /// @param gone whether the process is gone: a port that ends then says nothing
  /// @return whether anything came
  boolean serve(Doorbell bell, BooleanSupplier gone) {
    boolean came = false;
    for (WorkerPort port : all) {
      try {
        port.sendWaiting(bell);
        came |= port == control ? takeEvents() : port == broker ? takeCalls() : takeMessages(port);
      } catch (PortClosedException e) {
        // A worker that dies with its port closed did not need to be asked; one that lives on is no use.
        end(gone.getAsBoolean() ? null : "its " + port.name() + " ended: " + e.getMessage());
        return came;
      } catch (MalformedMessageException e) {
        end("it broke the protocol of its " + port.name() + ": " + e.getMessage());
        return came;
      }
    }
    return came;
  }

  private void end(@Nullable String reason) {
    over = true;
    if (broken == null) {
      broken = reason;
    }
  }

  private boolean takeEvents() {
    return pace.mayRead()
        && took(
            control,
            POLL_LIMIT,
            (buffer, offset, length) -> {
              pace.read(length);
              ControlEvent event = ControlCodec.decode(buffer, offset, length);
              if (event instanceof ControlEvent.RemoteReady) {
                bounds.ready();
              }
              listener.event(event);
            });
  }

  private boolean takeCalls() {
    return took(
        broker,
        CALL_LIMIT,
        (buffer, offset, length) -> {
          BrokerMessage message = BrokerCodec.decode(buffer, offset, length);
          if (!(message instanceof BrokerCall call)) {
            throw new MalformedMessageException(message.getClass().getSimpleName() + " is not expected from a worker");
          }
          listener.call(call, length);
        });
  }

  private boolean takeMessages(WorkerPort from) {
    return took(
        from, CALL_LIMIT, (buffer, offset, length) -> listener.inspected(Arrays.copyOfRange(buffer, offset, offset + length)));
  }

  private static boolean took(WorkerPort from, int limit, PortHandler handler) {
    return from.poll(handler, limit) > 0;
  }

  /// Why the worker is to be put down to what it left unread, if it stopped reading.
  Optional<String> unread() {
    return all.stream()
        .filter(port -> port.unreadBytes() > 0)
        .map(port -> "it does not read its %s: %d bytes wait".formatted(port.name(), port.unreadBytes()))
        .findFirst();
  }

  @Override
  public void close() throws IOException {
    try (control; broker; inspector) {
      over = true;
    }
  }
}
