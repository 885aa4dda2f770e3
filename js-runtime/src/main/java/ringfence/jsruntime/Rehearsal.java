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

/// Runs a small service of our own in a context that is thrown away, so that the classes are loaded and
/// the prelude is parsed before code comes: a worker's first statement then takes a tenth of the time.
final class Rehearsal implements GuestCalls {
  private static final String CODE =
      """
      import peer from "service:peer";
      import { format } from "./part.js";
      import { readFile, writeFile } from "node:fs/promises";
      import { join } from "node:path";
      export async function sum(a, b) { return a + b; }
      class Shape { #side = 2; get area() { return this.#side ** 2; } }
      console.log("rehearsal %s %d", "text", 1, format([1, "a", { b: [true, null] }]), new Map([[1, new Set([2])]]));
      console.error(new TypeError("rehearsal"));
      const copy = structuredClone({ list: [1, 2.5, "x", 10n], map: new Map([["k", new Date(0)]]),
        bytes: new Uint8Array([1, 2, 3]), error: new RangeError("r") });
      const area = new Shape().area + copy.list.length;
      const { a, ...rest } = { a: 1, b: 2, c: [...new Set([1, 2])] };
      service.emit("event", area, rest);
      service.onClose(() => {});
      service.create({ name: "rehearsal-part", code: "", limits: { heap: "64MiB" } }).catch(() => {});
      readFile(join("a", "b")).catch(() => {});
      writeFile("a", "text").catch(() => {});
      peer.on("event", () => {});
      peer.sum(1, 2).catch(() => {});
      setTimeout(() => {}, 0);
      queueMicrotask(() => {});
      for (const match of "a1b2".matchAll(/[a-z](\\d)/g)) JSON.stringify(match);
      await Promise.all([1, Promise.resolve(2)]);
      export default area;
      """;

  /// Without links, so that everything is refused.
  private final LinkCalls links;

  private boolean started;

  private Rehearsal(Doorbell doorbell) {
    links = new ServiceTraffic(doorbell, System::nanoTime, () -> null);
  }

  /// Runs the piece that every worker starts with.
  ///
  /// @throws IllegalStateException if it fails, which means that the image is broken
  static void run(Engine engine) {
    run(engine, CODE);
  }

  /// Runs a piece of our own.
  ///
  /// @param code of a module that may import `service:peer` and `./part.js`
  /// @throws IllegalStateException if it fails, which means that the image is broken
  static void run(Engine engine, String code) {
    try (Doorbell doorbell = FutexDoorbell.open()) {
      run(engine, code, new Rehearsal(doorbell));
    }
  }

  private static void run(Engine engine, String code, Rehearsal rehearsal) {
    SequencedMap<String, String> modules = new LinkedHashMap<>();
    modules.put("rehearsal.js", code);
    modules.put("part.js", "export const format = (value) => JSON.stringify(value);");
    List<ServiceName> imports = List.of(new ServiceName("peer"));
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
