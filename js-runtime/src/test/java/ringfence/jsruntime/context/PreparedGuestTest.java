package ringfence.jsruntime.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.TimeUnit;
import org.graalvm.polyglot.Engine;
import org.junit.jupiter.api.Test;
import ringfence.jsruntime.loop.Turns;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.protocol.ServiceName;

/// A context that was there before its service.
class PreparedGuestTest {
  private static final long WAIT_MILLIS = 300;

  @Test
  void timeBeginsWithTheService() {
    GuestRecorder recorder = new GuestRecorder();
    try (Engine engine = ContextFactory.engine("CONSTRAINED");
        Guest guest = new Guest(engine, GuestPolicy.STRICTEST, recorder, new Turns())) {
      long prepared = System.nanoTime();
      await().until(() -> System.nanoTime() - prepared > TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS));
      long earliest = System.currentTimeMillis();
      long began = System.nanoTime();
      guest.become(modules("console.log(performance.now()); console.log(performance.timeOrigin);"));
      guest.install(new ServiceName("page"), List.of(), List.of(), Map.of(), 1000);
      guest.start();
      long tookMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);

      assertThat(recorder.errors).isEmpty();
      assertThat(Double.parseDouble(recorder.lines.get(0))).isBetween(0.0, tookMillis + 1.0);
      // The wall clock may be set back by a little.
      assertThat(Double.parseDouble(recorder.lines.get(1))).isGreaterThan(earliest - WAIT_MILLIS / 2.0);
    }
  }

  @Test
  void itHasTheModulesOfItsServiceAndNoOther() {
    GuestRecorder recorder = new GuestRecorder();
    try (Engine engine = ContextFactory.engine("CONSTRAINED");
        Guest first = new Guest(engine, GuestPolicy.STRICTEST, recorder, new Turns());
        Guest second = new Guest(engine, GuestPolicy.STRICTEST, recorder, new Turns())) {
      run(second, "globalThis.mine = 2; console.log('second', mine);");
      run(first, "console.log('first', typeof mine);");

      assertThat(recorder.errors).isEmpty();
      assertThat(recorder.lines).containsExactly("second 2", "first undefined");
    }
  }

  @Test
  void whatWasLoadedAheadServesAnyService() {
    String code =
        """
        const url = new URL("../b?c=d", "https://example.com/a/");
        const response = new Response(JSON.stringify({ a: [1] }), { headers: { a: "b" } });
        const text = ReadableStream.from(["x"]).pipeThrough(new TextEncoderStream());
        let bytes = 0;
        for await (const piece of text) bytes += piece.length;
        console.log(url.href, (await response.json()).a, bytes, structuredClone(new Map([[1, 2]])).get(1), service.name);
        console.log(Object.getOwnPropertyDescriptor(globalThis, "URL").get, [1, { a: 2 }], performance.now() < 60000);
        """;
    GuestRecorder ahead = new GuestRecorder();
    GuestRecorder fresh = new GuestRecorder();
    try (Engine engine = ContextFactory.engine("CONSTRAINED");
        Guest prepared = new Guest(engine, GuestPolicy.STRICTEST, ahead, new Turns());
        Guest other = new Guest(engine, GuestPolicy.STRICTEST, fresh, new Turns())) {
      int loaded = 0;
      while (prepared.invoke("loadNext")) {
        loaded++;
      }
      assertThat(loaded).isGreaterThan(20);
      assertThat(prepared.internals().getMember("isLoaded").execute("fetch").asBoolean()).isTrue();
      assertThat(other.internals().getMember("isLoaded").execute("fetch").asBoolean()).isFalse();
      run(prepared, code);
      run(other, code);
    }
    assertThat(ahead.errors).isEmpty();
    assertThat(ahead.lines).isEqualTo(fresh.lines).hasSize(2);
    assertThat(ahead.lines.getFirst()).isEqualTo("https://example.com/b?c=d [ 1 ] 1 2 page");
  }

  private static void run(Guest guest, String code) {
    guest.become(modules(code));
    guest.install(new ServiceName("page"), List.of(), List.of(), Map.of(), 1000);
    guest.start();
  }

  private static ModuleSet modules(String code) {
    SequencedMap<String, String> texts = new LinkedHashMap<>();
    texts.put("page.js", code);
    return new ModuleSet(texts, "page.js", List.of());
  }
}
