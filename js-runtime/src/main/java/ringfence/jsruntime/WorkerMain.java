package ringfence.jsruntime;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.graalvm.polyglot.Engine;
import ringfence.jsruntime.context.ContextFactory;
import ringfence.jsruntime.loop.Turns;
import ringfence.jsruntime.loop.WatchedLoops;
import ringfence.jsruntime.web.crypto.CryptoFunctions;
import ringfence.sandbox.launch.CommandSocket;
import ringfence.sandbox.launch.WorkerImage;
import ringfence.sandbox.launch.WorkerSeal;
import ringfence.sandbox.port.ConnectionPort;
import ringfence.sandbox.port.Doorbell;
import ringfence.sandbox.port.ring.FutexDoorbell;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.protocol.ControlEvent.Rehearsed;
import ringfence.sandbox.protocol.ControlEvent.RemoteReady;

/// A worker's process: command socket, control and broker port, a context, seal, `RemoteReady`, and then one service.
///
/// Two arguments, each of which leaves the seccomp allow-list off, and the host learns that: `--unsealed`, and
/// `--train`, which also does at once all that an idle worker rehearses bit by bit, and ends by the JVM's own way
/// out, on which it writes down what it has loaded.
public final class WorkerMain {
  /// EX_SOFTWARE of sysexits.h: the worker failed before it could take code.
  static final int BROKEN = 70;

  private static final Duration REGION_TIMEOUT = Duration.ofSeconds(30);

  /// Deep recursion of guest code ends in a RangeError long before this much is used.
  private static final long STACK_BYTES = 16L << 20;

  /// Of a stack in the diagnostics.
  private static final int FRAMES = 8;

  private WorkerMain() {}

  public static void main(String[] arguments) {
    CommandSocket socket = CommandSocket.serve();
    boolean training = List.of(arguments).contains("--train");
    boolean sealed = !training && !List.of(arguments).contains("--unsealed");
    new Thread(null, () -> end(work(socket, sealed, training), training), "ringfence-loop", STACK_BYTES)
        .start();
  }

  /// Truffle says nothing where it can't use a compiler, and interprets.
  private static void requireCompiler(Engine engine) throws IOException {
    boolean wanted = ModuleLayer.boot().findModule("org.graalvm.truffle.runtime").isPresent();
    String name = engine.getImplementationName();
    if (wanted && !name.startsWith("GraalVM")) {
      throw new IOException("its image has the compiler, but Truffle runs as \"" + name + "\"");
    }
  }

  /// What must be done before the seal, and can be done beside the rest.
  private static String prepared() throws IOException {
    CryptoFunctions.prepare();
    WorkerSeal.prepare();
    return WorkerImage.ownBuildId();
  }

  private static void end(int status, boolean training) {
    if (training) {
      System.exit(status);
    }
    Runtime.getRuntime().halt(status);
  }

  private static int work(CommandSocket socket, boolean sealed, boolean training) {
    try {
      // Reads and digests the jars while the engine starts; both take a good part of the start.
      FutureTask<String> buildId = new FutureTask<>(WorkerMain::prepared);
      Thread.ofPlatform().daemon().name("ringfence-build-id").start(buildId);
      Doorbell doorbell = FutexDoorbell.open();
      Engine engine = ContextFactory.engine("CONSTRAINED");
      requireCompiler(engine);
      Inspector inspector = Inspector.isThere() ? new Inspector() : null;
      Engine ownEngine = inspector == null ? engine : ContextFactory.debuggedEngine(inspector);
      ControlLink control = new ControlLink(socket.awaitRegion(RingOffer.CONTROL_REGION, REGION_TIMEOUT));
      ConnectionPort broker = socket.awaitRegion(RingOffer.BROKER_REGION, REGION_TIMEOUT);
      Turns turns = new Turns();
      WatchedLoops loops = new WatchedLoops();
      loops.add(turns);
      LinkMeter links = new LinkMeter();
      RemoteService service =
          new RemoteService(
              ownEngine,
              control,
              broker,
              region -> socket.awaitRegion(region, REGION_TIMEOUT),
              doorbell,
              turns,
              loops,
              links);
      if (inspector != null) {
        inspector.serve(socket.awaitRegion(RingOffer.INSPECTOR_REGION, REGION_TIMEOUT));
      }
      ResourceMeter.start(control, loops, links, () -> inspector != null && inspector.holds());
      String ownBuildId = buildId.get();
      if (sealed) {
        WorkerSeal.apply();
      }
      IdleRehearsal rehearsal = new IdleRehearsal(engine, () -> control.send(new Rehearsed()));
      if (training) {
        rehearsal.runAll();
      }
      control.send(new RemoteReady(ownBuildId, sealed));
      return service.whileWaiting(rehearsal).run();
    } catch (IOException | ExecutionException | InterruptedException e) {
      // To the diagnostics, which the host keeps.
      System.err.println("ringfence worker: " + e);
      return BROKEN;
    } catch (RuntimeException e) {
      // A mistake of the runtime's: whoever reports it needs the place.
      System.err.println(
          Stream.of(e.getStackTrace())
              .limit(FRAMES)
              .map(frame -> " at " + frame)
              .collect(Collectors.joining("", "ringfence worker: " + e, "")));
      return BROKEN;
    }
  }
}
