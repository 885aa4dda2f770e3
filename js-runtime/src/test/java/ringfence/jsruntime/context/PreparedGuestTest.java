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
