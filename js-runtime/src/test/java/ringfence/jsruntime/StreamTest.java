package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.PortState;
import ringfence.sandbox.port.local.LocalPort;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.ServiceMessage;
import ringfence.sandbox.protocol.ServiceMessage.Credit;
import ringfence.sandbox.protocol.ServiceMessage.Request;
import ringfence.sandbox.protocol.ServiceMessage.Response;
import ringfence.sandbox.protocol.ServiceMessage.StreamCancel;
import ringfence.sandbox.protocol.ServiceMessage.StreamEnd;
import ringfence.sandbox.protocol.ServiceMessage.StreamItem;
import ringfence.sandbox.protocol.ServiceMessage.Transfer;

/// Async generators that cross between two services, and peers that break the rules of streams.
class StreamTest {
  private static final byte[] NO_ARGUMENTS = {1, 0x21, 0, 0, 0, 0};
  private static final byte[] GENERATOR = {1, 0x30, 0, 0};
  private static final byte[] SEVEN = {1, (byte) 0xc7};

  private static final String SOURCE =
      """
      export async function* countdown(from) {
        try { while (from > 0) yield from--; return "lift-off"; } finally { console.log("end of countdown"); }
      }
      export async function* broken() { yield 1; throw new RangeError("broke"); }
      export async function sum(numbers) { let n = 0; for await (const each of numbers) n += each; return n; }
      export async function first(numbers) { for await (const each of numbers) return each; }
      export const two = (...streams) => ({ pair: streams, more: countdown(2) });
      export async function* doubled(numbers) { for await (const n of numbers) yield n * 2; }
      export async function* huge() { yield "x".repeat(2 ** 21); }
      export async function* bad() { yield () => {}; }
      export async function* big() { for (let i = 0; i < 8; i++) yield new Uint8Array(900000).fill(i); }
      """;

  @Test
  void generatorsCrossAsResultsAndArguments() {
    try (var source = ServiceUnderTest.named("source").module("source.js", SOURCE);
        var page =
            ServiceUnderTest.of(
                """
                import source from "service:source";
                const seen = [];
                for await (const i of source.countdown(3)) seen.push(i);
                const it = await source.countdown(1);
                console.log(seen, await it.next(), await it.next(), await it.next());
                for await (const i of source.countdown(1000)) if (i < 998) break;
                try { for await (const i of source.broken()) console.log(i); } catch (e) { console.log(e.name, e.message); }
                async function* numbers(n) { try { for (let i = 1; i <= n; i++) yield i; } finally { console.log("numbers end"); } }
                console.log(await source.sum(numbers(1000)), await source.first(numbers(1e9)));
                const { pair, more } = await source.two(numbers(2), numbers(1));
                for (const stream of [...pair, more]) { let n = 0; for await (const each of stream) n += each; console.log(n); }
                let n = 0; for await (const d of source.doubled(numbers(500))) n += d;
                console.log(n);
                for (const f of ["huge", "bad"]) try { for await (const x of source[f]()); } catch (e) { console.log(e.name); }
                n = 0; for await (const bytes of source.big()) n += bytes.length * 10 + bytes[899999];
                console.log(n);
                try { for await (const x of source.sum(numbers(2))); } catch (e) { console.log(e.message); }
                """)) {
      page.importsService(source);
      source.start().awaitRunning();
      page.start();
      page.awaitOutput(
          "[ 3, 2, 1 ] { done: false, value: 1 } { done: true, value: 'lift-off' } { done: true, value: undefined }",
          "1",
          "RangeError broke",
          "numbers end",
          "numbers end",
          "500500 1",
          "numbers end", "3",
          "numbers end", "1",
          "3",
          "numbers end",
          "250500",
          "MessageTooLargeError",
          "DataCloneError",
          "72000028",
          "numbers end",
          "what the call has returned is no stream, so it can't be iterated");
      assertThat(source.errors()).isEmpty();
      assertThat(source.output()).hasSize(4);
    }
  }

  @Test
  void aGeneratorDoesNotBeginBeforeItIsReadAndStopsWhileNobodyReads() {
    try (var source =
        ServiceUnderTest.named("source")
            .module(
                "source.js",
                """
                let made = 0;
                export async function* flood() { console.log("begins"); for (;;) { made++; yield new Uint8Array(1000); } }
                export const count = () => made;
                """)) {
      LocalPort page = source.dependant("page");
      source.start().awaitRunning();
      ServiceUnderTest.send(page, new Request(1, 1000, "flood", NO_ARGUMENTS));
      var response = (Response) ServiceUnderTest.next(page);
      assertThat(response.transfers()).containsExactly(new Transfer(2, true));
      ServiceUnderTest.send(page, new Request(2, 1000, "count", NO_ARGUMENTS));
      assertThat(((Response) ServiceUnderTest.next(page)).value()).isEqualTo(new byte[] {1, (byte) 0xc0});
      assertThat(source.output()).isEmpty();

      ServiceUnderTest.send(page, new Credit(2, 10_000));
      ServiceUnderTest.send(page, new Request(3, 1000, "count", NO_ARGUMENTS));
      int items = 0;
      ServiceMessage next = ServiceUnderTest.next(page);
      for (; next instanceof StreamItem; next = ServiceUnderTest.next(page)) {
        items++;
      }
      // The call may be answered in the middle of the items.
      while (items < 10) {
        assertThat(ServiceUnderTest.next(page)).isInstanceOf(StreamItem.class);
        items++;
      }
      assertThat(items).isEqualTo(10);
      ServiceUnderTest.send(page, new StreamCancel(2, SEVEN));
      assertThat(ServiceUnderTest.next(page)).isInstanceOf(StreamEnd.class);
      // Crossed on the way: of a stream that was once.
      ServiceUnderTest.send(page, new StreamCancel(2, SEVEN));
      ServiceUnderTest.send(page, new Credit(2, 10));
      ServiceUnderTest.send(page, new Request(4, 1000, "count", NO_ARGUMENTS));
      assertThat(ServiceUnderTest.next(page)).isInstanceOf(Response.class);
    }
  }

  @Test
  void endsTheLinkOfAPeerThatBreaksTheRulesOfStreams() {
    // Attack: items without credit, of no stream, too large, or of a stream that goes the other way.
    List<List<ServiceMessage>> attacks =
        List.of(
            List.of(new StreamItem(1, true, SEVEN), new StreamItem(77, true, SEVEN)),
            List.of(new StreamItem(2, true, new byte[ServiceMessage.MOST_PART_BYTES + 1])),
            List.of(new StreamItem(2, true, new byte[] {9, 9})),
            List.of(new StreamItem(2, false, new byte[0])),
            List.of(new Credit(2, 5)),
            List.of(new Credit(0, 5)),
            List.of(new Credit(99, 5)),
            List.of(new StreamCancel(2, SEVEN)),
            List.of(new StreamEnd(2, true, new byte[] {7})),
            List.of(new StreamEnd(4, true, SEVEN)));
    for (List<ServiceMessage> attack : attacks) {
      try (var page =
          ServiceUnderTest.of(
              """
              const it = await service.imports.bad.f();
              it.next().then(v => console.log(v), e => console.log(e.name));
              console.log("fine", await service.imports.good.f());
              """)) {
        LocalPort bad = page.imports("bad");
        LocalPort good = page.imports("good");
        page.start();
        var request = (Request) ServiceUnderTest.next(bad);
        ServiceUnderTest.send(bad, new Response(request.id(), GENERATOR, List.of(new Transfer(2, true))));
        assertThat(ServiceUnderTest.next(bad)).isEqualTo(new Credit(2, ServiceMessage.STREAM_WINDOW_BYTES));
        try {
          attack.forEach(message -> ServiceUnderTest.send(bad, message));
        } catch (PortClosedException _) {
          // The first of two was one too many already.
        }
        page.awaitOutput("PeerClosedError");
        var other = (Request) ServiceUnderTest.next(good);
        ServiceUnderTest.send(good, new Response(other.id(), SEVEN));
        page.awaitOutput("PeerClosedError", "fine 7");
        assertThat(page.errors()).isEmpty();
      }
    }
  }

  @Test
  void refusesStreamsThatAPeerMayNotOpen() {
    // Attack: a stream with another's number, one that was used, one that the value does not hold, or holds twice.
    List<Response> attacks =
        List.of(
            new Response(1, GENERATOR, List.of(new Transfer(1, true))),
            new Response(1, GENERATOR, List.of(new Transfer(0, true))),
            new Response(1, GENERATOR, List.of(new Transfer(-2, true))),
            new Response(1, GENERATOR, List.of(new Transfer(2, false))),
            new Response(1, SEVEN, List.of(new Transfer(2, true))),
            new Response(1, GENERATOR, List.of()),
            new Response(1, GENERATOR, List.of(new Transfer(2, true), new Transfer(2, true))),
            new Response(
                1,
                new byte[] {1, 0x21, 2, 0, 0, 0, 0x30, 0, 0, 0x30, 0, 0},
                List.of(new Transfer(2, true), new Transfer(4, true))));
    for (Response attack : attacks) {
      try (var page =
          ServiceUnderTest.of("service.imports.bad.f().catch(e => console.log(e.name, e.delivered));")) {
        LocalPort bad = page.imports("bad");
        page.start();
        assertThat(ServiceUnderTest.next(bad)).isInstanceOf(Request.class);
        ServiceUnderTest.send(bad, attack);
        page.awaitOutput("PeerClosedError unknown");
      }
    }
  }

  @Test
  void bothEndsOfAStreamLearnThatTheOtherIsGone() {
    try (var service =
        ServiceUnderTest.of(
            """
            export async function take(numbers) {
              try { for await (const n of numbers) console.log(n); } catch (e) { console.log(e.name); }
            }
            export async function* give() { try { yield 1; yield 2; } finally { console.log("finally"); } }
            """)) {
      LocalPort page = service.dependant("page");
      long region = service.lastRegion();
      service.start().awaitRunning();
      ServiceUnderTest.send(
          page,
          new Request(
              1, 1000, "take", new byte[] {1, 0x21, 1, 0, 0, 0, 0x30, 0, 0}, List.of(new Transfer(1, true)), null));
      assertThat(ServiceUnderTest.next(page)).isInstanceOf(Credit.class);
      ServiceUnderTest.send(page, new StreamItem(1, true, SEVEN));
      ServiceUnderTest.send(page, new Request(2, 1000, "give", NO_ARGUMENTS));
      assertThat(ServiceUnderTest.next(page)).isInstanceOf(Response.class);
      ServiceUnderTest.send(page, new Credit(2, 30));
      assertThat(ServiceUnderTest.next(page)).isInstanceOf(StreamItem.class);
      service.send(new ControlEvent.LinkCut(region));
      ServiceUnderTest.await(
          () ->
              assertThat(service.output())
                  .containsExactlyInAnyOrder("7", "finally", "PeerClosedError"));
      assertThat(service.errors()).isEmpty();
    }
  }

  @Test
  void manyStreamsShareALinkAndACallGoesBetweenThem() {
    try (var source =
            ServiceUnderTest.named("source")
                .module(
                    "source.js",
                    """
                    export async function* bytes(n) { for (let i = 0; i < n; i++) yield new Uint8Array(60000); }
                    export const ping = () => "pong";
                    """);
        var page =
            ServiceUnderTest.of(
                """
                import source from "service:source";
                const counts = Array(20).fill(0);
                let calls = 0, done = false;
                const read = async (i) => { for await (const b of source.bytes(40)) counts[i] += b.length; };
                const reads = Promise.all(counts.map((_, i) => read(i))).then(() => done = true);
                while (!done) { await source.ping(); calls++; await null; }
                console.log(new Set(counts), calls > 10);
                try { await Promise.all(Array(65).fill(0).map(() => source.bytes(1))); } catch (e) { console.log(e.name); }
                """)) {
      page.importsService(source);
      source.start().awaitRunning();
      page.start();
      page.awaitOutput("Set(1) { 2400000 } true", "BackpressureError");
    }
  }

  @Test
  void aCallWhoseStreamsFindNoPeerEndsThem() {
    try (var page =
        ServiceUnderTest.of(
            """
            async function* numbers() { try { yield 1; } finally { console.log("never begun"); } }
            const n = numbers();
            service.imports.counter.f(n).catch(async e => console.log(e.name, e.delivered, (await n.next()).done));
            """)) {
      LocalPort counter = page.imports("counter");
      counter.close();
      page.start();
      page.awaitOutput("PeerClosedError no true");
      assertThat(counter.state()).isEqualTo(PortState.CLOSED);
    }
  }
}
