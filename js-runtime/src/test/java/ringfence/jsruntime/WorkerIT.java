package ringfence.jsruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ringfence.sandbox.launch.BubblewrapLauncher;
import ringfence.sandbox.launch.MachineProbe;
import ringfence.sandbox.launch.WorkerExit;
import ringfence.sandbox.launch.WorkerImage;
import ringfence.sandbox.launch.WorkerProcess;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.policy.ProcessPolicy;
import ringfence.sandbox.port.PortClosedException;
import ringfence.sandbox.port.ring.RingOffer;
import ringfence.sandbox.port.ring.RingPort;
import ringfence.sandbox.port.ring.RingSide;
import ringfence.sandbox.port.ring.SharedRegion;
import ringfence.sandbox.protocol.CloseReason;
import ringfence.sandbox.protocol.ControlCodec;
import ringfence.sandbox.protocol.ControlEvent;
import ringfence.sandbox.protocol.LinkRole;
import ringfence.sandbox.protocol.ServiceName;

/// Real worker processes behind the real wall, over real rings; the test is the host.
class WorkerIT {
  private static final int RING_BYTES = 1 << 20;
  private static final int MAX_MESSAGE = 16 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private BubblewrapLauncher launcher;
  private WorkerImage image;
  private long secret = 77;

  /// A worker and the host's end of its control port.
  private record Worker(WorkerProcess process, RingPort control, List<ControlEvent> events) {
    void send(ControlEvent event) {
      assertThat(control.offer(ControlCodec.encode(event))).isTrue();
      control.flush();
    }

    /// Waits for an event of a kind.
    <E extends ControlEvent> E await(Class<E> kind) throws Exception {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < deadline) {
        for (ControlEvent event : events) {
          if (kind.isInstance(event)) {
            return kind.cast(event);
          }
        }
        if (process.exit().isDone() && !control.ready()) {
          throw new AssertionError("the worker has ended: " + process.exit().get() + " after " + events);
        }
        if (control.await(Duration.ofMillis(200))) {
          try {
            control.poll((b, o, l) -> events.add(ControlCodec.decode(b, o, l)), 64);
          } catch (PortClosedException _) {
            // Looked at once more, then its exit says it.
          }
        }
      }
      throw new AssertionError("no " + kind.getSimpleName() + " came: " + events);
    }

    WorkerExit exit() throws Exception {
      return process.exit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @BeforeEach
  void findTheWorker() throws Exception {
    try (Stream<Path> files = Files.list(Path.of("target/worker"))) {
      List<Path> jars =
          files.filter(file -> file.toString().endsWith(".jar")).map(Path::toAbsolutePath).sorted().toList();
      image =
          new WorkerImage(
              Path.of(System.getProperty("java.home")),
              jars,
              "ringfence.jsruntime/ringfence.jsruntime.WorkerMain",
              WorkerImage.buildIdOf(jars));
    }
    launcher = new BubblewrapLauncher(MachineProbe.detect());
  }

  @AfterEach
  void killAll() {
    launcher.close();
  }

  @Test
  void hasTheWholeWebPlatformBehindTheWall() throws Exception {
    Worker worker = launch();
    worker.await(ControlEvent.RemoteReady.class);
    worker.send(
        code(
            "web",
            """
            for (const name of Object.getOwnPropertyNames(globalThis)) void globalThis[name];
            const legacy = new TextDecoder('shift_jis').decode(new Uint8Array([0x93, 0xfa]));
            const packed = new Blob(['x'.repeat(100000)]).stream().pipeThrough(new CompressionStream('gzip'));
            const text = await new Response(packed.pipeThrough(new DecompressionStream('gzip'))).text();
            const { port1, port2 } = new MessageChannel();
            const heard = new Promise((done) => { port2.onmessage = (e) => done(e.data); });
            port1.postMessage(crypto.randomUUID());
            console.log(legacy, text.length, (await heard).length, new URL('https://b\u00fccher.de/').host,
              await (await fetch('data:,x')).text(), new URLPattern({ pathname: '/:a' }).test('https://a/b'));
            """,
            List.of(),
            true));
    assertThat(worker.await(ControlEvent.Closed.class).reason()).isEqualTo(CloseReason.FINISHED);
    assertThat(worker.events())
        .filteredOn(ControlEvent.Output.class::isInstance)
        .extracting(event -> ((ControlEvent.Output) event).text())
        .containsExactly("\u65e5 100000 36 xn--bcher-kva.de x true");
  }

  @Test
  void computesBehindTheWall() throws Exception {
    Worker worker = launch();
    worker.await(ControlEvent.RemoteReady.class);
    worker.send(
        code(
            "crypto",
            """
            const { subtle } = crypto;
            const data = new Uint8Array(40);
            const done = [];
            const hash = 'SHA-512';
            const publicExponent = new Uint8Array([1, 0, 1]);
            const times = [];
            let last = Date.now();
            const lap = (name) => { done.push(name); times.push(name + ' ' + (Date.now() - last)); last = Date.now(); };
            await subtle.digest('SHA-384', data); lap('SHA');
            const mac = await subtle.generateKey({ name: 'HMAC', hash }, true, ['sign']);
            await subtle.sign('HMAC', mac, data); lap('HMAC');
            for (const [name, more] of [['AES-GCM', { iv: data }], ['AES-CBC', { iv: data.subarray(0, 16) }],
                ['AES-CTR', { counter: data.subarray(0, 16), length: 9 }]]) {
              const key = await subtle.generateKey({ name, length: 256 }, true, ['encrypt']);
              await subtle.encrypt({ name, ...more }, key, data); lap(name);
            }
            const kw = await subtle.generateKey({ name: 'AES-KW', length: 256 }, true, ['wrapKey']);
            await subtle.wrapKey('raw', mac, kw, 'AES-KW'); lap('AES-KW');
            for (const name of ['RSASSA-PKCS1-v1_5', 'RSA-PSS']) {
              const pair = await subtle.generateKey({ name, modulusLength: 1024, publicExponent, hash: 'SHA-1' }, true, ['sign', 'verify']);
              const algorithm = { name, saltLength: 20 };
              if (await subtle.verify(algorithm, pair.publicKey, await subtle.sign(algorithm, pair.privateKey, data), data)) lap(name);
              await subtle.exportKey('jwk', pair.privateKey);
            }
            const oaep = await subtle.generateKey({ name: 'RSA-OAEP', modulusLength: 1024, publicExponent, hash: 'SHA-1' }, true, ['encrypt', 'decrypt']);
            await subtle.decrypt('RSA-OAEP', oaep.privateKey, await subtle.encrypt('RSA-OAEP', oaep.publicKey, data)); lap('RSA-OAEP');
            for (const namedCurve of ['P-256', 'P-384', 'P-521']) {
              const pair = await subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']);
              const algorithm = { name: 'ECDSA', hash };
              if (await subtle.verify(algorithm, pair.publicKey, await subtle.sign(algorithm, pair.privateKey, data), data)) lap(namedCurve);
            }
            for (const name of ['ECDH', 'X25519']) {
              const pair = await subtle.generateKey({ name, namedCurve: 'P-256' }, true, ['deriveBits']);
              await subtle.deriveBits({ name, public: pair.publicKey }, pair.privateKey, 256); lap(name);
            }
            const edwards = await subtle.generateKey('Ed25519', true, ['sign', 'verify']);
            if (await subtle.verify('Ed25519', edwards.publicKey, await subtle.sign('Ed25519', edwards.privateKey, data), data)) lap('Ed25519');
            for (const name of ['HKDF', 'PBKDF2']) {
              const key = await subtle.importKey('raw', data, name, false, ['deriveBits']);
              await subtle.deriveBits({ name, hash, salt: data, info: data, iterations: 1000 }, key, 256); lap(name);
            }
            console.log(done.join(' '));
            console.log(times.join(', '));
            """,
            List.of(),
            true));
    assertThat(worker.await(ControlEvent.Closed.class).reason()).as(() -> "" + worker.events()).isEqualTo(CloseReason.FINISHED);
    List<String> output =
        worker.events().stream()
            .filter(ControlEvent.Output.class::isInstance)
            .map(event -> ((ControlEvent.Output) event).text())
            .toList();
    System.out.println("ms: " + output);
    assertThat(output.getFirst())
        .isEqualTo(
            "SHA HMAC AES-GCM AES-CBC AES-CTR AES-KW RSASSA-PKCS1-v1_5 RSA-PSS RSA-OAEP P-256 P-384 P-521 ECDH X25519"
                + " Ed25519 HKDF PBKDF2");
  }

  @Test
  void runsHelloBehindTheWall() throws Exception {
    long launched = System.nanoTime();
    Worker worker = launch();
    ControlEvent.RemoteReady ready = worker.await(ControlEvent.RemoteReady.class);
    assertThat(ready.sealed()).isTrue();
    assertThat(ready.buildId()).isEqualTo(image.buildId());

    long readyNanos = System.nanoTime();
    worker.send(code("hello", "console.log('hello'); setTimeout(() => console.log('later'), 20);", List.of(), true));
    worker.await(ControlEvent.Output.class);
    System.out.printf(
        "launch to ready %d ms, code to first output %d ms%n",
        (readyNanos - launched) / 1_000_000, (System.nanoTime() - readyNanos) / 1_000_000);
    assertThat(worker.await(ControlEvent.Closed.class).reason()).isEqualTo(CloseReason.FINISHED);
    assertThat(worker.exit().status()).isZero();
    assertThat(worker.events())
        .filteredOn(ControlEvent.Output.class::isInstance)
        .extracting(event -> ((ControlEvent.Output) event).text())
        .containsExactly("hello", "later");
  }

  @Test
  void callsAcrossTwoProcessesAndTellsWhatItUses() throws Exception {
    Worker counter = launch();
    Worker page = launch();
    counter.await(ControlEvent.RemoteReady.class);
    page.await(ControlEvent.RemoteReady.class);
    counter.send(
        code(
            "counter",
            "let n = 0; export function increment(by) { n += by; service.emit('changed', n); return n; }",
            List.of(),
            false));
    counter.await(ControlEvent.StateChanged.class);

    RingOffer offer = new RingOffer(2, RingSide.FIRST, RING_BYTES, secret++, MAX_MESSAGE);
    try (SharedRegion region = SharedRegion.create("test-link", RingPort.regionBytes(RING_BYTES))) {
      counter.process().offerRegion(region, offer);
      page.process().offerRegion(region, offer.forPeer(2));
    }
    counter.send(new ControlEvent.LinkOffered(2, new ServiceName("page"), LinkRole.DEPENDANT));
    page.send(new ControlEvent.LinkOffered(2, new ServiceName("counter"), LinkRole.IMPORT));
    page.send(
        code(
            "page",
            """
            import counter from "service:counter";
            const seen = [];
            counter.on("changed", n => seen.push(n));
            let sum = 0;
            for (let i = 0; i < 200; i++) sum += await counter.increment(1);
            const large = "x".repeat(3e6);
            try { await counter.increment(large); } catch (e) { console.log(e.name); }
            console.log(sum, seen.length);
            """,
            List.of("counter"),
            false));
    ControlEvent.Output output = page.await(ControlEvent.Output.class);
    assertThat(output.text()).isEqualTo("20100 201");
    ControlEvent.ResourceUse use = page.await(ControlEvent.ResourceUse.class);
    assertThat(use.cpuNanos()).isPositive();
    assertThat(use.residentBytes()).isGreaterThan(1 << 20);

    page.send(new ControlEvent.PrepareClose(5000));
    assertThat(page.await(ControlEvent.Closed.class).reason()).isEqualTo(CloseReason.REQUESTED);
    assertThat(page.exit().status()).isZero();
    counter.process().hangUp();
    counter.exit();
  }

  private Worker launch() throws Exception {
    WorkerProcess process = launcher.launch(image, new ProcessPolicy(true, 128L << 20, 64, 64, 100));
    // Nothing is asked of the host here, so its end of the broker port may go at once.
    port(process, RingOffer.BROKER_REGION);
    return new Worker(process, port(process, RingOffer.CONTROL_REGION), new ArrayList<>());
  }

  private RingPort port(WorkerProcess process, long regionId) throws Exception {
    RingOffer offer = new RingOffer(regionId, RingSide.SECOND, RING_BYTES, secret++, MAX_MESSAGE);
    try (SharedRegion region = SharedRegion.create("test-port", RingPort.regionBytes(RING_BYTES))) {
      RingPort port = RingPort.open(region, offer.forPeer(regionId));
      process.offerRegion(region, offer);
      return port;
    }
  }

  private static ControlEvent.RunCode code(
      String name, String code, List<String> imports, boolean endWhenIdle) {
    SequencedMap<String, String> modules = new LinkedHashMap<>();
    modules.put(name + ".js", code);
    return new ControlEvent.RunCode(
        new ServiceName(name), 1, name + ".js", modules, imports.stream().map(ServiceName::new).toList(),
        List.of(), Map.of(), GuestPolicy.STRICTEST, 60_000, endWhenIdle, false);
  }
}
