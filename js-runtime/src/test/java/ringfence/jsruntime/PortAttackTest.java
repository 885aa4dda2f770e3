package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.local.LocalPort;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceMessage.Credit;
import ringfence.sandbox.protocol.ServiceMessage.Request;
import ringfence.sandbox.protocol.ServiceMessage.Response;
import ringfence.sandbox.protocol.ServiceMessage.StreamCancel;
import ringfence.sandbox.protocol.ServiceMessage.StreamEnd;
import ringfence.sandbox.protocol.ServiceMessage.StreamItem;
import ringfence.sandbox.protocol.ServiceMessage.Transfer;

/// Peers that break the rules of ports, and services that break built-ins under them.
class PortAttackTest {
  private static final byte[] PORT_ARGUMENT = {1, 0x21, 1, 0, 0, 0, 0x30, 3, 0};
  private static final byte[] PORT = {1, 0x30, 3, 0};
  private static final byte[] SEVEN = {1, (byte) 0xc7};

  /// `[7, [port]]`, where the port's streams begin at a place.
  private static byte[] withPort(int at) {
    return new byte[] {1, 0x21, 2, 0, 0, 0, (byte) 0xc7, 0x21, 1, 0, 0, 0, 0x30, 3, (byte) at};
  }

  /// Both streams of a port that an exporter sends.
  private static List<Transfer> streams(long first) {
    return List.of(new Transfer(first, true), new Transfer(first + 2, false));
  }

  @Test
  void aPortIsTwoStreamsOfALink() {
    try (var page =
        ServiceUnderTest.of(
            """
            const { port1, port2 } = new MessageChannel();
            port1.postMessage(7);
            port1.onmessage = (e) => {
              console.log(e.data, e.ports.length);
              if (e.ports.length === 1) { e.ports[0].postMessage(7); port1.close(); }
            };
            await service.imports.other.f(port2);
            """)) {
      LocalPort other = page.imports("other");
      page.start();
      var request = (Request) ServiceUnderTest.next(other);
      assertThat(request.arguments()).isEqualTo(PORT_ARGUMENT);
      assertThat(request.transfers()).containsExactly(new Transfer(1, true), new Transfer(3, false));
      assertThat(ServiceUnderTest.next(other)).isEqualTo(new Credit(3, ServiceMessage.STREAM_WINDOW_BYTES));
      ServiceUnderTest.send(other, new Credit(1, ServiceMessage.STREAM_WINDOW_BYTES));
      assertThat(ServiceUnderTest.next(other)).isInstanceOfSatisfying(
          StreamItem.class, item -> assertThat(item.part()).isEqualTo(SEVEN));
      ServiceUnderTest.send(other, new StreamItem(3, true, SEVEN));
      ServiceUnderTest.send(other, new StreamItem(3, true, withPort(0), streams(2)));
      assertThat(ServiceUnderTest.next(other)).isEqualTo(new Credit(2, ServiceMessage.STREAM_WINDOW_BYTES));
      assertThat(ServiceUnderTest.next(other)).isInstanceOf(StreamCancel.class);
      assertThat(ServiceUnderTest.next(other)).isInstanceOf(StreamEnd.class);
      page.awaitOutput("7 0", "7 1");
      // What crossed on the way: of streams that were once, or whose end is not answered yet.
      ServiceUnderTest.send(other, new StreamItem(3, true, SEVEN));
      ServiceUnderTest.send(other, new StreamCancel(1, SEVEN));
      ServiceUnderTest.send(other, new StreamEnd(3, true, SEVEN));
      ServiceUnderTest.send(other, new Credit(4, 100));
      assertThat(ServiceUnderTest.next(other)).isInstanceOfSatisfying(
          StreamItem.class, item -> assertThat(item.stream()).isEqualTo(4));
      assertThat(page.errors()).isEmpty();
    }
  }

  @Test
  void endsTheLinkOfAPeerThatBreaksTheRulesOfPorts() {
    // Attack: messages that are none, on streams of the other direction, with ports that the peer may not open, that
    // the message does not hold, in parts, too many of them, and more than the window.
    List<List<ServiceMessage>> attacks =
        List.of(
            List.of(new StreamItem(1, true, SEVEN)),
            List.of(new StreamItem(5, true, SEVEN)),
            List.of(new StreamItem(3, true, new byte[] {9, 9})),
            List.of(new StreamItem(3, true, PORT)),
            List.of(new StreamItem(3, true, SEVEN, streams(2))),
            List.of(new StreamItem(3, true, PORT, streams(2))),
            List.of(new StreamItem(3, true, withPort(1), streams(2))),
            List.of(new StreamItem(3, true, withPort(0), List.of(new Transfer(2, true)))),
            List.of(new StreamItem(3, true, withPort(0), List.of(new Transfer(2, true), new Transfer(4, true)))),
            List.of(new StreamItem(3, true, withPort(0), List.of(new Transfer(4, true), new Transfer(2, false)))),
            List.of(new StreamItem(3, true, withPort(0), streams(1))),
            List.of(new StreamItem(3, true, withPort(0), streams(2)), new StreamItem(3, true, withPort(0), streams(4))),
            List.of(new StreamItem(3, false, new byte[] {1}, streams(2))),
            List.of(new StreamItem(3, true, withPort(0), Collections.nCopies(65, new Transfer(2, true)))),
            List.of(
                new StreamItem(
                    3, true, new byte[] {1, 0x21, 2, 0, 0, 0, (byte) 0xc7, 0x21, 1, 0, 0, 0, 0x30, 0, 0},
                    List.of(new Transfer(2, true)))),
            List.of(new Credit(1, ServiceMessage.STREAM_WINDOW_BYTES + 1L)),
            Collections.nCopies(10, new StreamItem(3, true, text(60_000))));
    for (List<ServiceMessage> attack : attacks) {
      try (var page =
          ServiceUnderTest.of(
              """
              const { port1, port2 } = new MessageChannel();
              port1.onclose = () => console.log("closed");
              service.imports.bad.f(port2).catch(e => console.log(e.name));
              console.log("fine", await service.imports.good.f());
              port1.postMessage("dropped");
              """)) {
        LocalPort bad = page.imports("bad");
        LocalPort good = page.imports("good");
        page.start();
        assertThat(ServiceUnderTest.next(bad)).isInstanceOf(Request.class);
        assertThat(ServiceUnderTest.next(bad)).isInstanceOf(Credit.class);
        try {
          attack.forEach(message -> ServiceUnderTest.send(bad, message));
        } catch (PortClosedException _) {
          // One of them was one too many already.
        }
        page.awaitOutput("PeerClosedError", "closed");
        var other = (Request) ServiceUnderTest.next(good);
        ServiceUnderTest.send(good, new Response(other.id(), SEVEN));
        page.awaitOutput("PeerClosedError", "closed", "fine 7");
        assertThat(page.errors()).isEmpty();
      }
    }
  }

  @Test
  void portsThatNobodyWaitsForAreEndedAtBothSides() {
    // Attack: a peer sends port after port with answers and messages that nobody takes, to fill the tables.
    try (var page =
        ServiceUnderTest.of(
            """
            const { port1, port2 } = new MessageChannel();
            const { bad } = service.imports;
            await bad.f(port2);
            port1.close();
            console.log(await bad.f.with({ timeout: 5 })().catch(e => e.name));
            console.log(await bad.f());
            """)) {
      LocalPort bad = page.imports("bad");
      page.start();
      var first = (Request) ServiceUnderTest.next(bad);
      assertThat(ServiceUnderTest.next(bad)).isEqualTo(new Credit(3, ServiceMessage.STREAM_WINDOW_BYTES));
      ServiceUnderTest.send(bad, new Response(first.id(), SEVEN));
      awaitEnds(bad, 3, 1);
      var second = (Request) ServiceUnderTest.next(bad);
      page.awaitOutput("TimeoutError");
      ServiceUnderTest.send(bad, new StreamItem(3, true, withPort(0), streams(2)));
      awaitEnds(bad, 2, 4);
      ServiceUnderTest.send(bad, new Response(second.id(), PORT, streams(6)));
      awaitEnds(bad, 6, 8);
      // Its number is the one after.
      ServiceUnderTest.send(bad, new Response(second.id() + 1, SEVEN));
      page.awaitOutput("TimeoutError", "7");
      assertThat(page.errors()).isEmpty();
    }
  }

  @Test
  void aServiceThatBreaksBuiltInsBreaksItsOwnPortsAtMost() {
    // Attack: replaced built-ins and setters on Object.prototype see what the runtime does with ports.
    try (var echo =
            ServiceUnderTest.named("echo")
                .module("echo.js", "export const f = (port) => { port.onmessage = (e) => port.postMessage(e.data); };");
        var page =
            ServiceUnderTest.of(
                """
                const { echo } = service.imports;
                const { port1, port2 } = new MessageChannel();
                const inner = new MessageChannel();
                port1.postMessage({ early: 1 });
                const seen = [];
                for (const name of ["peer", "gate", "first", "last", "port", "ports", "sent", "take", "resume", "held", "closing",
                  "start", "abandon", "direction", "wrapped", "size", "cost", "next", "key", "from", "into"]) {
                  Object.defineProperty(Object.prototype, name, {
                    get() { return undefined; }, set(v) { seen[seen.length] = name; }, configurable: true });
                }
                Object.defineProperty(Array.prototype, 0, { get() { seen[seen.length] = "get 0"; }, set() { seen[seen.length] = "set 0"; }, configurable: true });
                for (const type of [Map, WeakMap, Set]) for (const name of ["get", "set", "has", "add", "delete", "forEach"])
                  if (type.prototype[name]) type.prototype[name] = () => { seen[seen.length] = type.name + name; };
                Array.prototype.push = Array.prototype.shift = Array.prototype.slice = () => { seen[seen.length] = "array"; };
                ArrayBuffer.prototype.slice = ArrayBuffer.prototype.transfer = () => { seen[seen.length] = "buffer"; };
                MessagePort.prototype.postMessage = undefined;
                EventTarget.prototype.dispatchEvent = () => { seen[seen.length] = "dispatch"; };
                delete Array.prototype[0];
                const { port } = { __proto__: null, port: await echo.f(port2) };
                port1.onmessage = (e) => console.log(e.data.early, seen.length);
                """)) {
      page.importsService(echo);
      echo.start().awaitRunning();
      page.start();
      page.awaitOutput("1 0");
      assertThat(page.errors()).isEmpty();
    }
  }

  /// Waits until both streams of a port are given up.
  private static void awaitEnds(LocalPort port, long cancelled, long ended) {
    boolean first = false;
    boolean second = false;
    while (!first || !second) {
      ServiceMessage next = ServiceUnderTest.next(port);
      first |= next instanceof StreamCancel cancel && cancel.stream() == cancelled;
      second |= next instanceof StreamEnd end && end.stream() == ended;
    }
  }

  private static byte[] text(int length) {
    byte[] value = new byte[6 + length];
    value[0] = 1;
    value[1] = 0x0b;
    for (int i = 0; i < 4; i++) {
      value[2 + i] = (byte) (length >>> (8 * i));
    }
    for (int i = 0; i < length; i++) {
      value[6 + i] = 'x';
    }
    return value;
  }
}
