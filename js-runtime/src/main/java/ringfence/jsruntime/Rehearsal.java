package ringfence.jsruntime;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.graalvm.polyglot.Engine;
import ringfence.jsruntime.context.Guest;
import ringfence.jsruntime.context.GuestCalls;
import ringfence.jsruntime.context.LinkCalls;
import ringfence.jsruntime.context.ModuleSet;
import ringfence.jsruntime.loop.Turns;
import ringfence.jsruntime.service.ServiceTraffic;
import ringfence.sandbox.link.Calling;
import ringfence.sandbox.link.Sent;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.ring.FutexDoorbell;
import ringfence.sandbox.protocol.BrokerRequest;
import ringfence.sandbox.protocol.ErrorReport;
import ringfence.sandbox.protocol.OutputLevel;
import ringfence.sandbox.protocol.ServiceName;

/// Runs a small service of our own in a context that is thrown away, so that what it uses is loaded before code comes.
final class Rehearsal implements GuestCalls {
  /// Without links, so that everything is refused.
  private final LinkCalls links;

  private boolean started;

  private Rehearsal(Doorbell doorbell) {
    links = new ServiceTraffic(doorbell, System::nanoTime, () -> null);
  }

  /// Runs a piece of our own.
  ///
  /// @param code of a module that may import `service:peer` and `./part.js`
  /// @throws IllegalStateException if it fails, which means that the image is broken
  static void run(Engine engine, String code) {
    try (Doorbell doorbell = FutexDoorbell.open()) {
      run(engine, code, List.of(new ServiceName("peer")), new Rehearsal(doorbell));
    }
  }

  private static void run(Engine engine, String code, List<ServiceName> imports, Rehearsal rehearsal) {
    SequencedMap<String, String> modules = new LinkedHashMap<>();
    modules.put("rehearsal.js", code);
    modules.put("part.js", "export const format = (value) => JSON.stringify(value);");
    try (Guest guest =
        new Guest(
            engine,
            GuestPolicy.STRICTEST,
            new ModuleSet(modules, "rehearsal.js", imports),
            rehearsal,
            new Turns())) {
      guest.install(new ServiceName("rehearsal"), imports, List.of("a"), Map.of("NAME", "value"), 1000);
      guest.start();
      guest.fireTimer(1);
      guest.runCloseHandlers();
    }
    if (!rehearsal.started) {
      throw new IllegalStateException("the rehearsal did not run to its end");
    }
  }

  @Override
  public void output(OutputLevel level, String text) {}

  @Override
  public int startTimer(int delayMillis, boolean repeat) {
    return 1;
  }

  @Override
  public int startBackgroundTimer(int delayMillis) {
    return 2;
  }

  @Override
  public void clearTimer(int id) {}

  @Override
  public void postTask() {}

  @Override
  public LinkCalls links() {
    return links;
  }

  @Override
  public Calling ask(BrokerRequest request) {
    return new Calling(0, Sent.CLOSED);
  }

  @Override
  public void uncaught(ErrorReport error) {
    throw new IllegalStateException("the rehearsal failed: " + error.headline() + "\n" + error.stack());
  }

  @Override
  public void started(int exports) {
    started = true;
  }

  @Override
  public void startFailed(ErrorReport error) {
    uncaught(error);
  }

  @Override
  public void closeHandlersDone() {}
}
