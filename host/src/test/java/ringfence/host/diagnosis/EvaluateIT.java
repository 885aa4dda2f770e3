package ringfence.host.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import ringfence.host.ErrorCode;
import ringfence.host.HostOptions;
import ringfence.host.ServiceClient;
import ringfence.host.ServiceDefinition;
import ringfence.host.ServiceException;
import ringfence.host.ServicesManager;
import ringfence.host.lifecycle.ExitCause;
import ringfence.sandbox.permission.Limits;

/// Code that is evaluated in a real worker, behind its walls.
@Timeout(180)
@Tag("long")
class EvaluateIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration TURN = Duration.ofSeconds(1);

  private final ServicesManager services = ServicesManager.open(HostOptions.defaults());

  @AfterEach
  void close() {
    services.close();
  }

  private String evaluate(String code) {
    Evaluation evaluation = services.evaluate("counter", code, PATIENCE);
    return (evaluation.threw() ? "threw " : "") + evaluation.text();
  }

  @Test
  void evaluatesAmongTheVariablesOfARunningService() {
    services.create(
        ServiceDefinition.named("counter")
            .entry("counter.ts")
            .code("let n: number = 0;\nexport function increment(by: number): number {\n  return (n += by);\n}\n")
            .limits(Limits.DEFAULT.withTurn(TURN).withStart(PATIENCE))
            .debug(true)
            .build());
    services.start("counter");
    try (ServiceClient client = services.connect("counter")) {
      assertThat(client.call("counter", "increment", 2).asInt()).isEqualTo(2);
      assertThat(evaluate("n = n * 21")).isEqualTo("42");
      assertThat(client.call("counter", "increment", 0).asInt()).isEqualTo(42);
    }
    assertThat(evaluate("await new Promise((done) => setTimeout(done, 1, [n]))")).isEqualTo("[ 42 ]");
    assertThat(evaluate("_[0] + increment(1)")).isEqualTo("85");
    assertThat(evaluate("increment(Symbol())")).startsWith("threw TypeError").contains("counter.ts:3");
    // What is granted is no more than before.
    assertThat(evaluate("await fetch('http://127.0.0.1:1/')")).startsWith("threw PermissionDeniedError: ").contains("at repl:1:");

    // It is a turn as any other.
    assertThatThrownBy(() -> evaluate("for (;;);"))
        .isInstanceOfSatisfying(ServiceException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_RUNNING))
        .hasMessage("service \"counter\" has ended; start it and ask again");
    assertThat(services.awaitClosed("counter")).isEqualTo(new ExitCause.Overdue(ExitCause.Phase.TURN, TURN));
  }
}
