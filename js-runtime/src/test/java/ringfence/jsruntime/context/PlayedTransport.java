package ringfence.jsruntime.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.graalvm.polyglot.Engine;
import ringfence.jsruntime.loop.Turns;
import ringfence.sandbox.policy.GuestPolicy;
import ringfence.sandbox.protocol.ServiceName;

/// A guest without a service around it, whose own module plays the network's transport.
final class PlayedTransport {
  private static final Engine ENGINE = ContextFactory.engine("CONSTRAINED");

  private static final String TOOLS =
      """
      const print = (...values) => console.log(values.map(String).join(' '));
      const turn = () => new Promise((done) => setTimeout(done, 0));
      """;

  private PlayedTransport() {}

  /// Runs statements until no timer and no task is left; timers fire in the order in which they were started.
  ///
  /// @param member of the runtime's that makes the connections
  /// @param transport statements that make `globalThis.transport`, which takes its place
  /// @param body may `print` and `await turn()`
  static GuestRecorder run(String member, String transport, String body) {
    SequencedMap<String, String> modules = new LinkedHashMap<>();
    modules.put(
        "page.js",
        transport
            + TOOLS
            + "setTimeout(async () => { try {\n"
            + body
            + "\n} catch (e) { print('FAILED', e.stack, e.message); } }, 0);");
    GuestRecorder recorder = new GuestRecorder();
    try (Guest guest =
        new Guest(ENGINE, GuestPolicy.STRICTEST, new ModuleSet(modules, "page.js", List.of()), recorder, new Turns())) {
      guest.install(new ServiceName("page"), List.of(), List.of(), Map.of(), 1000);
      guest.start();
      // Loads what has it, which would replace it otherwise.
      assertThat(guest.internals().getMember(member).canExecute()).isTrue();
      guest.internals().putMember(member, guest.global("transport"));
      for (Integer timer = recorder.timers.poll(); timer != null; timer = recorder.timers.poll()) {
        guest.fireTimer(timer);
        for (; recorder.tasks > 0; recorder.tasks--) {
          guest.runTask();
        }
      }
    }
    assertThat(recorder.errors).isEmpty();
    return recorder;
  }
}
