package ringfence.sandbox.launch;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.ring.FutexDoorbell;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.RingSide;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.BrokerCodec;
import ringfence.sandbox.protocol.BrokerMessage;
import ringfence.sandbox.protocol.BrokerMessage.BrokerCall;
import ringfence.sandbox.protocol.BrokerMessage.BrokerDenied;
import ringfence.sandbox.protocol.ControlCodec;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.LinkRole;
import ringfence.sandbox.protocol.MalformedMessageException;
import ringfence.sandbox.protocol.ServiceName;

/// One whole life of a worker with a service of ours, so that its JVM meets what every worker's meets: regions,
/// rings, the codecs, a call in both roles, a timer, a refusal of the host. The smallest host there is.
///
/// ```
///   this                                              worker --train
///     regions of the ports and of a link to itself -->
///     <------------------------------- RemoteReady     after all rehearsals
///     LinkOffered x 2, RunCode ------------------->    import, call, answer, timer, readFile
///     <-------------------------------- BrokerCall
///     BrokerDenied ------------------------------->
///     <------------------------ Output, the proof      only if all of it came out as it should
///     PrepareClose ------------------------------->
///     <---------------------------------- Closed       then status 0
/// ```
final class TrainingRun {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int RING_BYTES = 1 << 18;
  private static final int MESSAGE_BYTES = 1 << 20;
  private static final long IMPORT_REGION = 2;
  private static final long DEPENDANT_REGION = 3;
  private static final String PROOF = "trained: 3 denied";

  private static final String CODE =
      """
      import itself from "service:trainee";
      import { readFile } from "node:fs/promises";
      export const sum = (a, b) => a + b;
      export const list = (n) => Array.from({ length: n }, (_, i) => ({ i, text: String(i) }));
      await null;
      setTimeout(async () => {
        const three = await itself.sum(1, 2);
        await itself.list(10);
        const refusal = await readFile("a").then(() => "read", () => "denied");
        console.log("trained: %d %s", three, refusal);
      }, 1);
      """;

  private final WorkerProcess process;
  private boolean ready;
  private boolean proven;
  private boolean closed;

  private TrainingRun(WorkerProcess process) {
    this.process = process;
  }

  /// Serves the worker until it has ended, within five minutes. Blocks.
  ///
  /// @param process freshly launched, with `--train`
  /// @throws IOException if it did not do all that it should; it may still live then
  static void serve(WorkerProcess process) throws IOException {
    new TrainingRun(process).run();
  }

  private void run() throws IOException {
    try (FutexDoorbell bell = FutexDoorbell.open();
        RingPort control = port(RingOffer.CONTROL_REGION);
        RingPort broker = port(RingOffer.BROKER_REGION)) {
      offerLinkToItself();
      bell.add(control);
      bell.add(broker);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!closed) {
        if (process.exit().isDone() && !control.ready()) {
          throw new IOException("it ended too early: " + process.exit().join());
        }
        if (System.nanoTime() > deadline) {
          throw new IOException("it did not end within five minutes");
        }
        int moved =
            control.poll((b, o, l) -> on(ControlCodec.decode(b, o, l), control), 16)
                + broker.poll((b, o, l) -> refuse(BrokerCodec.decode(b, o, l), broker), 16);
        if (moved == 0) {
          boolean _ = bell.await(Duration.ofMillis(100));
        }
      }
    } catch (PortClosedException | MalformedMessageException e) {
      throw new IOException("its port failed: " + e.getMessage() + "; " + exitOrNothing(), e);
    }
    if (!proven) {
      throw new IOException("its service did not come to its end");
    }
    CacheTraining.awaitEnd(process);
  }

  private void on(ControlEvent event, RingPort control) {
    switch (event) {
      case ControlEvent.RemoteReady _ -> {
        if (!ready) {
          ready = true;
          send(control, new ControlEvent.LinkOffered(IMPORT_REGION, new ServiceName("trainee"), LinkRole.IMPORT));
          send(control, new ControlEvent.LinkOffered(DEPENDANT_REGION, new ServiceName("trainer"), LinkRole.DEPENDANT));
          send(control, code());
        }
      }
      case ControlEvent.Output output -> {
        if (output.text().equals(PROOF)) {
          proven = true;
          send(control, new ControlEvent.PrepareClose(PATIENCE.toMillis()));
        }
      }
      case ControlEvent.Closed _ -> closed = true;
      case ControlEvent.UncaughtError error ->
          throw new MalformedMessageException("its service failed: " + error.error().headline());
      case ControlEvent.Rehearsed _,
          ControlEvent.StateChanged _,
          ControlEvent.ResourceUse _,
          ControlEvent.LinkUse _,
          ControlEvent.SpanEnded _,
          ControlEvent.Answered _ -> {}
      case ControlEvent.RunCode _,
          ControlEvent.WatchSpans _,
          ControlEvent.Asked _,
          ControlEvent.PrepareClose _,
          ControlEvent.LinkOffered _,
          ControlEvent.LinkCut _ ->
          throw new MalformedMessageException("an event of hosts: " + event.getClass());
    }
  }

  private static void refuse(BrokerMessage message, RingPort broker) {
    if (message instanceof BrokerCall call) {
      send(broker, BrokerCodec.encode(new BrokerDenied(call.id(), "read", "a", "nothing is granted")));
    }
  }

  private static ControlEvent code() {
    SequencedMap<String, String> modules = new LinkedHashMap<>();
    modules.put("trainee.js", CODE);
    return new ControlEvent.RunCode(
        new ServiceName("trainee"), 1, "trainee.js", modules, List.of(new ServiceName("trainee")),
        List.of("argument"), Map.of("NAME", "value"), GuestPolicy.STRICTEST, 60_000, false, true);
  }

  private static void send(RingPort port, ControlEvent event) {
    send(port, ControlCodec.encode(event));
  }

  private static void send(RingPort port, byte[] message) {
    // The rings are empty and far larger than all that is ever sent here.
    if (!port.offer(message) || !port.flush()) {
      throw new MalformedMessageException("it does not read its port");
    }
  }

  private RingPort port(long regionId) throws IOException {
    RingOffer offer = offer(regionId);
    try (SharedRegion region = SharedRegion.create("ringfence training", RingPort.regionBytes(RING_BYTES))) {
      RingPort port = RingPort.open(region, offer.forPeer(regionId));
      process.offerRegion(region, offer);
      return port;
    }
  }

  private void offerLinkToItself() throws IOException {
    RingOffer offer = offer(IMPORT_REGION);
    try (SharedRegion region = SharedRegion.create("ringfence training", RingPort.regionBytes(RING_BYTES))) {
      process.offerRegion(region, offer);
      process.offerRegion(region, offer.forPeer(DEPENDANT_REGION));
    }
  }

  private static RingOffer offer(long regionId) {
    return new RingOffer(regionId, RingSide.SECOND, RING_BYTES, regionId + 1, MESSAGE_BYTES);
  }

  private String exitOrNothing() {
    return process.exit().isDone() ? process.exit().join().toString() : "it lives";
  }
}
