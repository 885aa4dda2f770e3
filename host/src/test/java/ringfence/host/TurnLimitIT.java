package ringfence.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.permission.Limits;
import ringfence.sandbox.protocol.ServiceState;

/// Services that never give their event loop back, in real workers.
@Tag("long")
@Timeout(300)
class TurnLimitIT {
  private static final Duration TURN = Duration.ofMillis(700);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final ExitCause TOO_LONG = new ExitCause.Overdue(ExitCause.Phase.TURN, TURN);

  private final ServicesManager services = ServicesManager.open(HostOptions.defaults());

  @AfterEach
  void close() {
    services.close();
  }

  /// Attack: code that runs for ever in one turn, in ways that an interrupt does not stop.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "setTimeout(() => { for (;;); }, 1);",
        "setTimeout(() => { /^((a+)\\2?)+$/.test('a'.repeat(60) + 'b'); }, 1);",
        "setTimeout(() => { let n = 3n; for (;;) n = n * n; }, 1);",
        "setTimeout(() => { (function again() { Promise.resolve().then(again); })(); }, 1);",
        "const key = await crypto.subtle.importKey('raw', new Uint8Array(1), 'PBKDF2', false, ['deriveBits']);"
            + "const work = { name: 'PBKDF2', hash: 'SHA-512', salt: new Uint8Array(1), iterations: 1e9 };"
            + "setTimeout(() => crypto.subtle.deriveBits(work, key, 8), 1);",
      })
  void endsATurnThatDoesNotEnd(String code) {
    services.create(define("busy", TURN, code));
    services.start("busy");

    assertThat(services.awaitClosed("busy")).isEqualTo(TOO_LONG);
  }

  /// Attack: the same before the service runs.
  @Test
  void endsATopLevelThatDoesNotEnd() {
    services.create(define("busy", TURN, "for (;;);"));

    assertThatThrownBy(() -> services.start("busy"))
        .isInstanceOf(StartFailedException.class)
        .hasMessage(
            "service \"busy\" did not start: it took longer than limits.turn (700ms) and was killed");
  }

  /// The attack without the wall: with the limit far away the loop uses the CPU as long as it likes.
  @Test
  void aTurnBelowItsLimitGoesOn() {
    services.create(define("busy", Duration.ofMinutes(5), "setTimeout(() => { for (;;); }, 1);"));
    services.start("busy");

    await()
        .atMost(PATIENCE)
        .until(() -> services.status("busy").cpu().compareTo(TURN.multipliedBy(4)) > 0);

    assertThat(services.status("busy").state()).isEqualTo(ServiceState.RUNNING);
    services.killNow();
  }

  @Test
  void manyTurnsTogetherMayTakeLonger() {
    services.create(
        define(
            "steady",
            TURN,
            """
            let turns = 0;
            (function turn() {
              for (const end = Date.now() + 50; Date.now() < end;);
              if (++turns < 40) setTimeout(turn, 0); else console.log("done");
            })();
            """));
    services.start("steady");

    await().atMost(PATIENCE).until(() -> !services.output("steady").isEmpty());
    assertThat(services.status("steady").state()).isEqualTo(ServiceState.RUNNING);
  }

  /// The making of a key takes seconds, but gives the loop back after each step.
  @Test
  void anRsaKeyIsMadeInShortTurns() {
    services.create(
        define(
            "maker",
            TURN,
            """
            let ticks = 0;
            const timer = setInterval(() => ticks++, 1);
            const algorithm = { name: "RSA-PSS", modulusLength: 4096, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };
            crypto.subtle.generateKey(algorithm, false, ["sign"]).then(({ publicKey }) => {
              clearInterval(timer);
              console.log(publicKey.algorithm.modulusLength, ticks > 10);
            });
            """));
    services.start("maker");

    await().atMost(Duration.ofMinutes(4)).until(() -> !services.output("maker").isEmpty());
    assertThat(services.output("maker").getFirst().text()).isEqualTo("4096 true");
    assertThat(services.status("maker").state()).isEqualTo(ServiceState.RUNNING);
  }

  private static ServiceDefinition define(String name, Duration turn, String code) {
    Limits limits =
        Limits.DEFAULT.withStart(Duration.ofSeconds(60)).withClose(Duration.ofSeconds(5)).withTurn(turn).withCall(Duration.ofSeconds(30)).withOutputLines(100);
    return ServiceDefinition.named(name).limits(limits).code(code).build();
  }
}
